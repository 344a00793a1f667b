"""Payments: proposed by what a study's times say, approved by an admin, and never sent twice (services.sending).

proposed → approved → sending → sent or failed; what is failed can be approved again, and whatever no platform has been
given can be cancelled. Lock order: the study, then its payments.
"""

import logging
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID, uuid5

from django.db import connection, transaction
from django.utils.timezone import now

from annotator.domain.errors import DomainError
from annotator.models import Participation, PartState, Payment, PaymentKind, PaymentState, Study, User
from annotator.selectors.pay import StudyPay, parts_in, payments_of
from annotator.services.audit import audited
from annotator.services.providers.registry import provider_of

logger = logging.getLogger(__name__)

# Each once in a part, unless cancelled: the database holds to it.
FOR_WORK = (PaymentKind.REWARD, PaymentKind.SCREEN_OUT, PaymentKind.PART)
OPEN = (PaymentState.PROPOSED, PaymentState.FAILED)
CANCELLABLE = (PaymentState.PROPOSED, PaymentState.APPROVED, PaymentState.FAILED)
MESSAGE_PEOPLE = 100


@transaction.atomic
def payments_propose(*, study: Study, made_by: User) -> list[Payment]:
    """Propose what each person is due and has no payment for: rewards, qualifications, parts and top-ups. What was
    proposed before and is not approved yet becomes what it is by now. A second time changes nothing.

    Locks the study. Gives what is proposed then.
    """
    pay = _locked(study)
    rows = payments_of(study=study)
    for part in pay.parts:
        mine = [row for row in rows if row.participation_id == part.pk]
        for kind, amount in _left(pay, part, mine).items():
            _propose(part, kind, amount, mine, study)
    proposed = [row for row in payments_of(study=study) if row.state == PaymentState.PROPOSED]
    _told(study, made_by, "payment.propose", proposed)
    return proposed


@transaction.atomic
def bonus_propose(
    *, study: Study, made_by: User, participants: Sequence[int], amount: Decimal, reason: str, request_id: UUID
) -> list[Payment]:
    """Propose a bonus of so much for each of them. The same request again gives what it gave before.

    DomainError not_found. Locks the study.
    """
    _locked(study)
    made = []
    for part in parts_in(study=study, ids=participants):
        values = {"kind": PaymentKind.BONUS, "amount": amount, "currency": study.currency, "reason": reason}
        row, created = Payment.objects.get_or_create(
            request_id=uuid5(request_id, str(part.pk)), defaults={"participation": part, "made_by": made_by, **values}
        )
        made += [row] if created else []
    if made:
        _told(study, made_by, "payment.propose", made)
    return made


@transaction.atomic
def payments_approve(*, study: Study, made_by: User, ids: Sequence[int]) -> list[Payment]:
    """Let these be paid. DomainError not_found, or payment_state for one that is not proposed and has not failed."""
    rows = _payments(study, ids, OPEN, "approved")
    for row in rows:
        row.state, row.approved_by, row.reference, row.problem = PaymentState.APPROVED, made_by, "", ""
        row.save(update_fields=["state", "approved_by", "reference", "problem"])
    _told(study, made_by, "payment.approve", rows)
    return rows


@transaction.atomic
def payments_cancel(*, study: Study, made_by: User, ids: Sequence[int]) -> list[Payment]:
    """Do not pay these. DomainError not_found, or payment_state for one that a platform has been given."""
    rows = _payments(study, ids, CANCELLABLE, "cancelled")
    for row in rows:
        row.state = PaymentState.CANCELLED
        row.save(update_fields=["state"])
    _told(study, made_by, "payment.cancel", rows)
    return rows


@transaction.atomic
def payments_settle(*, study: Study, made_by: User, ids: Sequence[int], paid: bool) -> list[Payment]:
    """Write down that these were paid, or were not, because a person has paid or looked: where no platform pays, and
    where one never told what became of a payment.

    DomainError not_found or payment_state; that too while payments of the study are being sent.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('payments_send'), %s)", [study.pk])
        (quiet,) = cursor.fetchone()
    if not quiet:
        problem = "some of this study are being sent right now; look again in a minute"
        raise DomainError("payment_state", f"payments: {problem}", {"payments": problem})
    states = (PaymentState.SENDING,) if provider_of(study.provider).has_api else (PaymentState.APPROVED,)
    rows = _payments(study, ids, states, "settled by hand")
    for row in rows:
        row.state, row.settled_at = (PaymentState.SENT if paid else PaymentState.FAILED), now()
        row.problem = "" if paid else "Was not paid, says who looked."
        row.save(update_fields=["state", "settled_at", "problem"])
    _told(study, made_by, "payment.settle", rows)
    return rows


@transaction.atomic
def submissions_approve(*, study: Study, made_by: User, participants: Sequence[int] | None = None) -> list[Payment]:
    """Accept the work of these people, or of all who have completed the study, whose reward is due by that.

    A second time changes nothing. DomainError not_found; part_unfinished for somebody who has not completed it.
    """
    pay = _locked(study)
    completed = [part for part in pay.parts if part.state == PartState.COMPLETED]
    chosen = completed if participants is None else parts_in(study=study, ids=participants)
    rows = payments_of(study=study)
    for part in chosen:
        if part.state != PartState.COMPLETED:
            problem = f"{part.pk} is {part.state!r}; only work that is completed is approved"
            raise DomainError("part_unfinished", f"participants: {problem}", {"participants": problem})
        mine = [row for row in rows if row.participation_id == part.pk and row.kind == PaymentKind.REWARD]
        _propose(part, PaymentKind.REWARD, study.reward, mine, study)
    waiting = Payment.objects.filter(participation__in=chosen, kind=PaymentKind.REWARD, state__in=OPEN)
    ids = list(waiting.values_list("pk", flat=True))
    return payments_approve(study=study, made_by=made_by, ids=ids) if ids else []


def message_send(*, study: Study, made_by: User, participants: Sequence[int], text: str) -> int:
    """Write to these people through the platform; to how many it went. Who they are to it nobody is told.

    DomainError not_found; provider_refused or provider_unavailable if it went to nobody.
    """
    parts = parts_in(study=study, ids=participants)
    people = dict(study.identities.values_list("user", "person_id"))
    provider, sent = provider_of(study.provider), 0
    problem: DomainError | None = None
    for part in parts:
        try:
            if part.user_id in people:
                provider.message(study, [people[part.user_id]], text)
                sent += 1
        except DomainError as error:
            logger.warning("a message to participant %s of study %s was not taken: %s", part.pk, study.pk, error)
            problem = error
    if sent == 0:
        raise problem or DomainError("provider_refused", "No platform knows of any of these people.")
    detail = {"people": sent, "of": len(parts), "characters": len(text)}
    audited(actor=made_by, action="study.message", project=study.project, target=f"study {study.pk}", detail=detail)
    return sent


def _locked(study: Study) -> StudyPay:
    Study.objects.select_for_update().get(pk=study.pk)
    return StudyPay(study)


def _left(pay: StudyPay, part: Participation, mine: Sequence[Payment]) -> dict[str, Decimal]:
    """What of the person's due no payment but a proposed one covers, by kind."""
    due = pay.due(part)
    firm = [row for row in mine if row.state not in (PaymentState.PROPOSED, PaymentState.CANCELLED)]
    paid = {kind: sum((row.amount for row in firm if row.kind == kind), Decimal(0)) for kind in PaymentKind.values}
    if PaymentKind.SCREEN_OUT in due and paid[PaymentKind.SCREEN_OUT]:
        # The median of the times has grown since: the rest is a top-up, as a part has one payment of the other kind.
        due = {PaymentKind.TOP_UP: due[PaymentKind.SCREEN_OUT] - paid[PaymentKind.SCREEN_OUT]}
    return {kind: amount - paid[kind] for kind, amount in due.items() if kind not in FOR_WORK or not paid[kind]}


def _propose(part: Participation, kind: str, amount: Decimal, mine: Sequence[Payment], study: Study) -> None:
    """Have exactly that much proposed, of what is not for a work that has its payment already."""
    rows = [row for row in mine if row.kind == kind and row.state != PaymentState.CANCELLED]
    proposed = next((row for row in rows if row.state == PaymentState.PROPOSED), None)
    if kind in FOR_WORK and rows and proposed is None:
        return
    if proposed and amount <= 0:
        proposed.state = PaymentState.CANCELLED
        proposed.save(update_fields=["state"])
    elif proposed and proposed.amount != amount:
        proposed.amount = amount
        proposed.save(update_fields=["amount"])
    elif not proposed and amount > 0:
        Payment.objects.create(participation=part, kind=kind, amount=amount, currency=study.currency)


def _payments(study: Study, ids: Sequence[int], states: Sequence[PaymentState], wanted: str) -> list[Payment]:
    """Those payments, locked; DomainError not_found or payment_state."""
    payments_of(study=study, ids=ids)
    rows = list(Payment.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    for row in rows:
        if row.state not in states:
            problem = f"{row.pk} is {row.state!r}; what is {' or '.join(states)} can be {wanted}"
            raise DomainError("payment_state", f"payments: {problem}", {"payments": problem})
    return rows


def _told(study: Study, made_by: User, action: str, rows: Sequence[Payment]) -> None:
    total = sum((row.amount for row in rows), Decimal(0))
    detail = {"payments": len(rows), "sum": f"{total:.2f} {study.currency}"}
    audited(actor=made_by, action=action, project=study.project, target=f"study {study.pk}", detail=detail)
