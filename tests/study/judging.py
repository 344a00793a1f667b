"""Whether every place, state, code and payment is as it has to be after what people did."""

from collections import Counter
from decimal import Decimal
from typing import Any

from tests.prolific.standin import StandIn
from tests.study.people import Person
from tests.study.world import REWARD, SCREEN_OUT, TEXTS

ENDS = {
    "complete": "completed",
    "pause": "completed",
    "stop": "stopped",
    "return": "returned",
    "time out": "timed_out",
    "fail": "screened_out",
    "withdraw": "withdrawn",
}


def rows_of(people: list[Person], study: Any) -> list[dict[str, Any]]:
    """What is stored of each of them."""
    from annotator.models import Payment
    from annotator.selectors.parts import parts_done

    identities = {row.person_id: row for row in study.identities.all()}
    parts = {part.user_id: part for part in study.participations.all()}
    done = parts_done(project=study.project, users=list(parts))
    rows = []
    for person in people:
        identity = identities.get(person.name)
        part = parts.get(identity.user_id) if identity else None
        payments = Payment.objects.filter(participation=part, state="sent") if part else []
        rows.append(
            {
                "person": person.name,
                "plan": person.plan,
                "came by": identity.proof if identity else "",
                "state": part.state if part else "",
                "texts": done[part.pk].texts if part else 0,
                "code": part.code if part else "",
                "code shown": person.code,
                "provider": part.provider_state if part else "",
                "paused": part.paused_seconds > 0 if part else False,
                "waited": person.waited,
                "paid": {row.kind: str(row.amount) for row in payments},
            }
        )
    return rows


def problems_of(people: list[Person], rows: list[dict[str, Any]], study: Any, prolific: StandIn) -> list[str]:
    """Everything that is not as it has to be."""
    found = [f"{person.name} ({person.plan}): {problem}" for person in people for problem in person.problems]
    done, out = (prolific.code(study.external_id, kind) for kind in ("COMPLETED", "SCREENED_OUT"))
    for person, row in zip(people, rows, strict=True):
        state = ENDS[person.plan]
        code = {"completed": done, "screened_out": out}.get(state, "")
        wanted = {
            "state": state,
            "code": code,
            "code shown": code,
            "came by": "token" if person.signed else "api",
            "provider": prolific.submissions[person.session].status,
            "texts": person.submitted,
            "paused": person.plan == "pause",
        }
        found += [
            f"{person.name} ({person.plan}): {name} is {row[name]!r}, not {value!r}"
            for name, value in wanted.items()
            if row[name] != value
        ]
    return found + _places(people, study) + _texts(people, study)


def _places(people: list[Person], study: Any) -> list[str]:
    wanted = Counter(ENDS[person.plan] for person in people)
    states = Counter(study.participations.values_list("state", flat=True))
    found = [] if states == wanted else [f"states: {dict(states)}, not {dict(wanted)}"]
    held = states["completed"] + states["working"]
    return found + [f"places: {held} are held of {study.places}"] * (held > study.places)


def _texts(people: list[Person], study: Any) -> list[str]:
    """What was submitted fills a place each, what was held when somebody left is open again."""
    from annotator.models import Annotation, Assignment, Slot

    kept = sum(person.submitted for person in people if person.plan != "withdraw")
    seen = {
        "annotations": (Annotation.objects.filter(project=study.project).count(), kept),
        "places of texts that are filled": (Slot.objects.filter(project=study.project, state="done").count(), kept),
        "places that somebody holds": (Slot.objects.filter(project=study.project, state="leased").count(), 0),
        "texts that somebody holds": (Assignment.objects.filter(project=study.project, state="active").count(), 0),
    }
    return [f"{name}: {count}, not {wanted}" for name, (count, wanted) in seen.items() if count != wanted]


def payments_wrong(people: list[Person], rows: list[dict[str, Any]], study: Any, prolific: StandIn) -> list[str]:
    """Whoever completed was approved, and everybody else has what their texts or their time are worth, once: here and
    on the platform."""
    found = []
    for person, row in zip(people, rows, strict=True):
        submission = prolific.submissions[person.session]
        wanted: dict[str, Decimal] = {}
        if row["state"] == "completed":
            wanted["reward"] = Decimal(REWARD)
        elif row["state"] == "screened_out":
            wanted["screen_out"] = Decimal(SCREEN_OUT)
        elif person.submitted:
            share = Decimal(REWARD) * person.submitted / TEXTS
            wanted["part"] = share.quantize(Decimal("0.01"), rounding="ROUND_UP")
        paid = {kind: Decimal(amount) for kind, amount in row["paid"].items()}
        bonus = sum(amount for kind, amount in wanted.items() if kind != "reward")
        if paid != wanted:
            found.append(f"{person.name} ({person.plan}): paid {row['paid']}, not {wanted}")
        if sum(submission.bonus_payments) != bonus * 100:
            found.append(f"{person.name} ({person.plan}): bonuses of {submission.bonus_payments} p, not {bonus}")
        if row["provider"] != submission.status:
            found.append(f"{person.name} ({person.plan}): {row['provider']} here, {submission.status} on the platform")
        if (submission.status == "APPROVED") != (row["state"] == "completed"):
            found.append(f"{person.name} ({person.plan}): {submission.status} on the platform")
    again = [reference for reference, times in Counter(prolific.paid).items() if times > 1]
    return found + [f"paid more than once: {again}"] * bool(again)
