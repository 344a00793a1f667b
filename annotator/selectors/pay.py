"""What a study was worth to its people, what they are still owed, and what became of each payment."""

from collections.abc import Iterable
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from annotator.domain.parts import worth_of
from annotator.domain.pay import Quartiles, per_hour, quartiles, screen_out_due, top_up
from annotator.models import Membership, Participation, PartState, Payment, PaymentKind, PaymentState, Provider, Study
from annotator.selectors.access import not_found
from annotator.selectors.parts import Done, parts_done

Json = dict[str, Any]

# After these ends what was submitted is paid text by text: also whoever takes back what they did has done it.
PARTLY = (PartState.STOPPED, PartState.RETURNED, PartState.TIMED_OUT, PartState.WITHDRAWN)
# Of these nobody gets anything any more.
VOID = (PaymentState.CANCELLED,)


class StudyPay:
    """A study's people with their times, and what follows from them."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.parts = list(study.participations.order_by("pk"))
        self.done = parts_done(project=study.project, users=[part.user_id for part in self.parts])
        self.completed = self._times(PartState.COMPLETED)
        self.screened_out = self._times(PartState.SCREENED_OUT)

    def _times(self, state: PartState) -> Quartiles | None:
        return quartiles([self.done[part.pk].wall_seconds for part in self.parts if part.state == state])

    @property
    def top_up(self) -> Decimal:
        """What whoever completed it is short of, by the median of their times; 0 while nobody has."""
        if self.completed is None:
            return Decimal(0)
        study = self.study
        return top_up(target=study.target_per_hour, seconds=self.completed.median, paid=study.reward)

    @property
    def screen_out(self) -> Decimal:
        """What whoever did not qualify gets."""
        seconds = self.screened_out.median if self.screened_out else None
        return screen_out_due(target=self.study.target_per_hour, seconds=seconds, least=self.study.screen_out_reward)

    def due(self, part: Participation) -> dict[str, Decimal]:
        """What that person is due in all, by the kind of payment; nothing while they work."""
        if part.state == PartState.COMPLETED:
            return {PaymentKind.REWARD: self.study.reward, PaymentKind.TOP_UP: self.top_up}
        if part.state == PartState.SCREENED_OUT:
            return {PaymentKind.SCREEN_OUT: self.screen_out}
        if part.state in PARTLY:
            texts = self.done[part.pk].texts
            return {PaymentKind.PART: worth_of(reward=self.study.reward, done=texts, texts=self.study.texts)}
        return {}


def payments_of(*, study: Study, ids: Iterable[int] | None = None) -> list[Payment]:
    """The study's payments, or those of them; DomainError not_found naming one that is not there."""
    rows = Payment.objects.filter(participation__study=study).select_related("participation", "approved_by")
    found = list(rows.order_by("pk") if ids is None else rows.filter(pk__in=ids).order_by("pk"))
    for missing in set(ids or ()) - {row.pk for row in found}:
        raise not_found("payment", missing)
    return found


def parts_in(*, study: Study, ids: Iterable[int]) -> list[Participation]:
    """Those parts of the study; DomainError not_found naming one that is not there."""
    found = list(study.participations.filter(pk__in=ids).order_by("pk"))
    for missing in set(ids) - {row.pk for row in found}:
        raise not_found("participant", missing)
    return found


def studies_to_pay() -> list[Study]:
    """Those with something to send through their platform, or of which it is unknown what became of it."""
    on_the_way = Payment.objects.filter(state__in=[PaymentState.APPROVED, PaymentState.SENDING])
    rows = Study.objects.filter(participations__payments__in=on_the_way).exclude(provider=Provider.LINK)
    return list(rows.distinct().order_by("pk"))


def pay_report(*, study: Study) -> Json:
    """Times, rates, what is proposed, everybody in the study, and all payments; people by their pseudonyms."""
    pay, payments = StudyPay(study), payments_of(study=study)
    members = {row.user_id: row for row in Membership.objects.filter(project=study.project)}
    active = quartiles(
        [pay.done[part.pk].active_seconds for part in pay.parts if part.state == PartState.COMPLETED]
    )
    mine: dict[int, list[Payment]] = {}
    for row in payments:
        mine.setdefault(row.participation_id, []).append(row)
    return {
        "currency": study.currency,
        "reward": study.reward,
        "target_per_hour": study.target_per_hour,
        "sends": study.provider != Provider.LINK,
        "completed": _group(pay, PartState.COMPLETED, pay.completed),
        "active": active and asdict(active),
        "hourly": pay.completed and per_hour(amount=study.reward, seconds=pay.completed.median),
        "slowest_hourly": pay.completed and per_hour(amount=study.reward, seconds=pay.completed.high),
        "top_up": pay.top_up,
        "screened_out": _group(pay, PartState.SCREENED_OUT, pay.screened_out),
        "screen_out": pay.screen_out,
        "sums": {state: sum(row.amount for row in payments if row.state == state) for state in PaymentState.values},
        "people": [
            _person(pay, part, pay.done[part.pk], members[part.user_id], mine.get(part.pk, [])) for part in pay.parts
        ],
        "payments": [
            {
                "id": row.pk,
                "participant": row.participation_id,
                "member": members[row.participation.user_id].pk,
                "pseudonym": members[row.participation.user_id].pseudonym,
                "kind": row.kind,
                "amount": row.amount,
                "state": row.state,
                "reason": row.reason,
                "problem": row.problem,
                "approved_by": row.approved_by and row.approved_by.username,
                "created_at": row.created_at,
                "settled_at": row.settled_at,
            }
            for row in payments
        ],
    }


def _group(pay: StudyPay, state: PartState, times: Quartiles | None) -> Json:
    return {"people": sum(part.state == state for part in pay.parts), "wall": times and asdict(times)}


def _person(pay: StudyPay, part: Participation, done: Done, member: Membership, payments: list[Payment]) -> Json:
    """`short`: what is missing from the target by this person's own time, which nobody is proposed; see domain.pay."""
    study, times = pay.study, pay.completed
    due, live = sum(pay.due(part).values()), [row for row in payments if row.state not in VOID]
    is_slow = part.state == PartState.COMPLETED and times is not None and done.wall_seconds > times.high
    short = top_up(target=study.target_per_hour, seconds=done.wall_seconds, paid=study.reward)
    return {
        "participant": part.pk,
        "member": member.pk,
        "pseudonym": member.pseudonym,
        "state": part.state,
        "provider_state": part.provider_state,
        "texts": done.texts,
        "wall_seconds": done.wall_seconds,
        "active_seconds": done.active_seconds,
        "slow": is_slow,
        "short": short if part.state == PartState.COMPLETED else None,
        "due": due,
        "planned": sum(row.amount for row in live),
        "sent": sum(row.amount for row in live if row.state == PaymentState.SENT),
    }
