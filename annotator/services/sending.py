"""Approved payments on their way through a study's platform.

Nothing is paid twice, whatever gets lost on the way. Rewards are paid by approving submissions, which may be repeated.
Everything else goes as a bonus in two steps: the platform prepares it and names it, which pays nothing; that name is
stored; then it is paid, once. A payment whose outcome is unknown stays `sending`: before anything else the platform is
asked what became of it, and where it does not say, a person looks and says so (payments_settle).
"""

import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal

from django.db import connection, transaction
from django.utils.timezone import now

from annotator.models import Payment, PaymentKind, PaymentState, Study
from annotator.services.providers.interface import Provider, ProviderRefused, ProviderUnavailable
from annotator.services.providers.registry import provider_of

logger = logging.getLogger(__name__)

# Of one call, begun; what is left then is for the next one.
SECONDS = 30
APPROVED_AT_ONCE = 3
BONUSES_AT_ONCE = 200
NO_ID = "The platform’s id of this person is not known here any more. Pay by hand, or cancel."
UNTOLD = "The platform has not said whether this was paid. Look there, then say here what became of it."


def payments_send(*, study: Study) -> None:
    """Send what is approved, and find out about what was sent. One at a time for a study: a second call while the first
    runs does nothing. Call it outside of any transaction."""
    provider = provider_of(study.provider)
    if not provider.has_api:
        return
    with sending_alone(study) as mine:
        if not mine:
            return
        end = time.monotonic() + SECONDS
        try:
            for step in (_find_out, _rewards, _bonuses):
                step(study, provider, end)
        except ProviderUnavailable as error:
            logger.warning("study %s: payments wait: %s", study.pk, error)


@contextmanager
def sending_alone(study: Study) -> Iterator[bool]:
    """Whether nobody else is at it; held until the end, or until this process is gone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('payments_send'), %s)", [study.pk])
        (mine,) = cursor.fetchone()
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('payments_send'), %s)", [study.pk])


def _rows(study: Study, *states: PaymentState) -> list[Payment]:
    rows = Payment.objects.filter(participation__study=study, state__in=states).select_related("participation")
    return list(rows.order_by("pk"))


def _rewards(study: Study, provider: Provider, end: float) -> None:
    """Approve submissions. Whatever is on its way is approved again: that is safe."""
    sessions = dict(study.identities.exclude(session_id="").values_list("user", "session_id"))
    waiting = [
        row for row in _rows(study, PaymentState.APPROVED, PaymentState.SENDING) if row.kind == PaymentKind.REWARD
    ]
    _give_up([row for row in waiting if row.participation.user_id not in sessions], NO_ID)
    for rows in _batches([row for row in waiting if row.participation.user_id in sessions], APPROVED_AT_ONCE):
        if time.monotonic() > end or not _taken(rows):
            return
        asked = [sessions[row.participation.user_id] for row in rows]
        try:
            problems = provider.approve(study, asked)
        except ProviderUnavailable as error:
            _note(rows, error.message)
            raise
        except ProviderRefused as error:
            _give_up(rows, error.message)
            continue
        for row, session in zip(rows, asked, strict=True):
            if session in problems:
                _give_up([row], problems[session])
            else:
                _done([row])


def _bonuses(study: Study, provider: Provider, end: float) -> None:
    people = dict(study.identities.values_list("user", "person_id"))
    waiting = [
        row
        for row in _rows(study, PaymentState.APPROVED, PaymentState.SENDING)
        # Of what is being sent only that which the platform never named: of that nothing can have been paid.
        if row.kind != PaymentKind.REWARD and not row.reference
    ]
    _give_up([row for row in waiting if row.participation.user_id not in people], NO_ID)
    for rows in _batches([row for row in waiting if row.participation.user_id in people], BONUSES_AT_ONCE):
        if time.monotonic() > end or not _taken(rows):
            return
        sums: dict[str, Decimal] = {}
        for row in rows:
            person = people[row.participation.user_id]
            sums[person] = sums.get(person, Decimal(0)) + row.amount
        try:
            reference = provider.bonus_create(study, list(sums.items()))
        except ProviderUnavailable as error:
            _note(rows, error.message)
            raise
        except ProviderRefused as error:
            _give_up(rows, error.message)
            continue
        Payment.objects.filter(pk__in=[row.pk for row in rows]).update(reference=reference)
        _pay(provider, reference, rows)


def _pay(provider: Provider, reference: str, rows: Sequence[Payment]) -> None:
    try:
        provider.bonus_pay(reference)
    except ProviderUnavailable:
        _note(rows, UNTOLD)
        raise
    except ProviderRefused as error:
        _give_up(rows, error.message)
    else:
        _done(rows)


def _find_out(study: Study, provider: Provider, end: float) -> None:
    """What became of bonuses that were, or may have been, paid."""
    batches: dict[str, list[Payment]] = {}
    for row in _rows(study, PaymentState.SENDING):
        if row.reference:
            batches.setdefault(row.reference, []).append(row)
    for reference, rows in batches.items():
        if time.monotonic() > end:
            return
        # Also what is said to be prepared alone is not paid again: word of the first time may be on its way.
        if provider.bonus_state(reference) == "paid" or _seen(study, provider, rows):
            _done(rows)
        else:
            _note(rows, UNTOLD)


def _seen(study: Study, provider: Provider, rows: Sequence[Payment]) -> bool:
    """Whether the platform shows each of these people a bonus of that much, beside all that was or may have been sent
    to them before. What it does not show may still come: that is no proof of the contrary."""
    people = dict(study.identities.values_list("user", "person_id"))
    expected: Counter[tuple[str, Decimal]] = Counter()
    for (user, _), amount in _sums(_rows(study, PaymentState.SENT, PaymentState.SENDING)).items():
        expected[people.get(user, ""), amount] += 1
    shown: Counter[tuple[str, Decimal]] = Counter()
    for submission in provider.submissions(study):
        shown.update((submission.person_id, amount) for amount in submission.bonuses)
    wanted = [(people.get(user, ""), amount) for (user, _), amount in _sums(rows).items()]
    return all(shown[each] >= expected[each] for each in wanted)


def _sums(rows: Sequence[Payment]) -> dict[tuple[int, str], Decimal]:
    """(user, reference) → the amount of it; what was sent without a reference was no bonus."""
    sums: dict[tuple[int, str], Decimal] = {}
    for row in rows:
        if row.reference:
            key = row.participation.user_id, row.reference
            sums[key] = sums.get(key, Decimal(0)) + row.amount
    return sums


def _batches(rows: Sequence[Payment], size: int) -> Iterator[list[Payment]]:
    for first in range(0, len(rows), size):
        yield list(rows[first : first + size])


@transaction.atomic
def _taken(rows: Sequence[Payment]) -> bool:
    """Mark them as on their way; not if one of them was cancelled meanwhile."""
    keys = [row.pk for row in rows]
    there = Payment.objects.select_for_update().filter(
        pk__in=keys, state__in=[PaymentState.APPROVED, PaymentState.SENDING]
    )
    if there.count() < len(keys):
        return False
    Payment.objects.filter(pk__in=keys).update(state=PaymentState.SENDING)
    return True


def _update(rows: Sequence[Payment], **fields: object) -> None:
    """Of what is still to be paid, or on its way: not of what somebody has settled or cancelled meanwhile."""
    still = [PaymentState.APPROVED, PaymentState.SENDING]
    Payment.objects.filter(pk__in=[row.pk for row in rows], state__in=still).update(**fields)


def _done(rows: Sequence[Payment]) -> None:
    _update(rows, state=PaymentState.SENT, settled_at=now(), problem="")


def _give_up(rows: Sequence[Payment], problem: str) -> None:
    _update(rows, state=PaymentState.FAILED, settled_at=now(), problem=problem[:500])


def _note(rows: Sequence[Payment], problem: str) -> None:
    _update(rows, state=PaymentState.SENDING, problem=problem[:500])
