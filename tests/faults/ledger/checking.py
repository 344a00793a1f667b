"""What annotators wrote down against what the store has."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.faults.ledger.journal import Intent, Json

Problems = dict[str, list[str]]


@dataclass(frozen=True)
class Stored:
    """An annotation as an export has it. `said`: judgements, comparisons and seconds, in the form of a submit's body.
    `counted`: whether it fills a place."""

    record_id: str
    annotator: str
    example: str
    said: Json
    counted: bool


def stored_annotations(project: Any) -> list[Stored]:
    """Every annotation of the project, as the export of feedback records reads it. Must run in a transaction."""
    from annotator.domain.feedback import record_to_json
    from annotator.models import Annotation, Membership
    from annotator.selectors.records import feedback_records

    people = Membership.objects.filter(project=project).select_related("user")
    names = {person.pseudonym: person.user.username for person in people}
    slots = dict(Annotation.objects.filter(project=project).values_list("record_id", "assignment__slot"))
    counted = {str(record_id): slot is not None for record_id, slot in slots.items()}
    found = []
    for record in feedback_records(project=project):
        body = record_to_json(record)
        hashes = {index: response["sha256"] for index, response in enumerate(body["responses"])}
        judgements = [{**each, "text_sha256": hashes[each["response"]]} for each in body["judgements"]]
        said = {name: body[name] for name in ("comparisons", "active_seconds")} | {"judgements": judgements}
        name = names[body["annotator"]["pseudonym"]]
        found.append(Stored(record.record_id, name, body["example"]["id"], said, counted[record.record_id]))
    return found


def differences(intents: Mapping[str, Intent], stored: Iterable[Stored]) -> Problems:
    """Where journals and store disagree, by kind; all kinds are there, empty if all is well.

    missing: acknowledged, and not stored. duplicated: stored twice, under whatever name. altered: stored otherwise
    than it was sent. unknown: stored, and never sent. unanswered and refused: submits that got no answer, or another
    than 200. mistold: the answer says otherwise than the store who submitted what, or whether it counts.
    """
    problems: Problems = defaultdict(list)
    for kind in ("missing", "duplicated", "altered", "unknown", "unanswered", "refused", "mistold"):
        problems[kind] = []
    by_id: dict[str, list[Stored]] = defaultdict(list)
    for each in stored:
        by_id[each.record_id].append(each)
    for client_id, intent in intents.items():
        if intent.acknowledged and client_id not in by_id:
            problems["missing"].append(client_id)
        if intent.answer is None or intent.answer["status"] in (0, *range(500, 600)):
            problems["unanswered"].append(client_id)
        elif not intent.acknowledged:
            problems["refused"].append(f"{client_id}: {intent.answer['status']} {intent.answer['reply']}")
    for record_id, copies in by_id.items():
        if record_id not in intents:
            problems["unknown"].append(record_id)
            continue
        _compare(intents[record_id], copies[0], problems)
        if len(copies) > 1:
            problems["duplicated"].append(record_id)
    problems["duplicated"] += _twice(each for copies in by_id.values() for each in copies[:1])
    return dict(problems)


def _compare(intent: Intent, found: Stored, problems: Problems) -> None:
    sent = {name: value for name, value in intent.body.items() if name != "client_id"}
    if _canonical(sent) != _canonical(found.said):
        problems["altered"].append(f"{found.record_id}: {_canonical(sent)} is stored as {_canonical(found.said)}")
    if (intent.annotator, intent.example) != (found.annotator, found.example):
        problems["mistold"].append(f"{found.record_id} is {found.annotator}'s of {found.example}")
    if intent.acknowledged and intent.answer:
        reply = intent.answer["reply"]
        if (reply["annotation_id"], reply["counted"]) != (found.record_id, found.counted):
            problems["mistold"].append(f"{found.record_id}: {reply}, but counted is {found.counted}")


def _twice(stored: Iterable[Stored]) -> list[str]:
    """What is there under two names: the same words, or two judgements of one person about one example."""
    seen: dict[str, str] = {}
    twice = []
    for each in stored:
        for key in (_canonical(each.said), f"{each.annotator} on {each.example}"):
            if key in seen:
                twice.append(f"{each.record_id} and {seen[key]}: {key}")
            seen[key] = each.record_id
    return twice


def _canonical(said: Json) -> str:
    return json.dumps(said, sort_keys=True, ensure_ascii=False)


def books_wrong(project: Any) -> Problems:
    """Where the store disagrees with itself: examples with more counted annotations than places, slots that are not
    in the state of what fills them, people's running totals, drafts of what is submitted, rows that are not what the
    history tells."""
    from annotator.models import Annotation, Assignment, Draft, Membership, Slot
    from annotator.selectors.history import history_differences

    problems: Problems = {"over-filled": [], "slots": [], "counters": [], "drafts": [], "history": []}
    ours = Annotation.objects.filter(project=project)
    counted = Counter(ours.filter(assignment__slot__isnull=False).values_list("assignment__example", flat=True))
    problems["over-filled"] += [f"example {pk}: {n}" for pk, n in counted.items() if n > project.overlap]
    filled: dict[int, list[str]] = defaultdict(list)
    claims = Assignment.objects.filter(project=project, state__in=["active", "submitted"], slot__isnull=False)
    for slot, state in claims.values_list("slot", "state"):
        filled[slot].append(state)
    means = {"open": [], "leased": ["active"], "done": ["submitted"]}
    for pk, state in Slot.objects.filter(project=project).values_list("pk", "state"):
        if filled[pk] != means[state]:
            problems["slots"].append(f"slot {pk} is {state}, and its assignments are {filled[pk]}")
    done: dict[int, list[float]] = defaultdict(list)
    for user, seconds in ours.values_list("assignment__user", "active_seconds"):
        done[user].append(seconds or 0.0)
    for row in Membership.objects.filter(project=project):
        mine = done[row.user_id]
        if row.submitted != len(mine) or abs(row.active_seconds - sum(mine)) > 1e-6 * (1 + sum(mine)):
            told = f"{row.submitted} in {row.active_seconds} s"
            problems["counters"].append(f"{row.pseudonym} has {told}, but submitted {len(mine)} in {sum(mine)} s")
    left = Draft.objects.filter(assignment__project=project, assignment__state="submitted")
    problems["drafts"] += [f"draft {draft.pk}" for draft in left]
    problems["history"] += [f"{count} rows of kind {kind}" for kind, count in history_differences().items() if count]
    return problems
