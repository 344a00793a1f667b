"""Adjudications: saved as they grow, settled by the rules of a submit, reopened. One writer of a version wins."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from annotator.domain.errors import DomainError
from annotator.domain.feedback import Passage, comparison_from_json, to_json
from annotator.domain.tasks import check_comparisons, judgements_submitted
from annotator.models import (
    Adjudication,
    AdjudicationReveal,
    AdjudicationState,
    Assignment,
    Example,
    Gold,
    GoldOrigin,
    User,
)
from annotator.selectors.adjudications import (
    LEAST,
    Judged,
    adjudication_to_json,
    judged_example,
    versions_of,
)
from annotator.selectors.projects import desk_of, taxonomy_of
from annotator.services.acting import acting_as
from annotator.services.audit import audited
from annotator.services.gold import gold_make

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What an adjudicator has made: judgements and comparisons as they are submitted, and what became of marks."""

    judgements: list[Json]
    comparisons: list[Json]
    decisions: list[Json]


class AdjudicationConflict(DomainError):
    """Somebody changed it in between. `stored` and `sent`, each as the API tells an adjudication."""

    def __init__(self, stored: Json, sent: Json) -> None:
        problem = f"is {sent['version']}, but the record is at {stored['version']}"
        super().__init__("version_conflict", f"If-Match: {problem}", {"If-Match": problem})
        self.stored = stored
        self.sent = sent


@transaction.atomic
def adjudication_save(*, example: Example, user: User, version: int, work: Work) -> Adjudication:
    """Keep what there is so far. `version`: the one it was made from, 0 where nothing is stored.

    The same again is no conflict: its answer may have been lost. DomainError version_conflict (an
    AdjudicationConflict), adjudication_settled, insufficient_overlap, unknown_mark, and those of a submit that are
    about places and types. Locks the example.
    """
    return _write(example, user, version, work, settled=False)


@transaction.atomic
def adjudication_settle(*, example: Example, user: User, version: int, work: Work) -> Adjudication:
    """Make this the record of the example. DomainError as adjudication_save, and all of a submit. Locks the example."""
    row = _write(example, user, version, work, settled=True)
    _audit("adjudication.settle", row, user)
    return row


@transaction.atomic
def adjudication_reopen(*, example: Example, user: User, version: int, reason: str) -> Adjudication:
    """Let work on a settled record go on; until it is settled again, it is in no new dataset.

    DomainError not_settled, version_conflict. Locks the example.
    """
    row = _settled(example)
    if row.version != version:
        stored = adjudication_to_json(row, user)
        raise AdjudicationConflict(stored, {**stored, "version": version})
    row.state, row.settled_at, row.reopen_reason = AdjudicationState.REOPENED, None, reason
    row = _saved(row, user)
    _audit("adjudication.reopen", row, user)
    return row


@transaction.atomic
def adjudication_make_gold(*, example: Example, user: User) -> Gold:
    """Make the settled record the known answer to its example. DomainError not_settled, and those of gold_make.

    Locks the example.
    """
    row = _settled(example)
    acting_as(user)
    gold = gold_make(
        example=example,
        judgements=row.judgements,
        comparisons=row.comparisons,
        origin=GoldOrigin.ADJUDICATION,
        made_by=user,
    )
    audited(actor=user, action="gold.make", project=example.project, target=f"gold {gold.pk}")
    return gold


@transaction.atomic
def judgements_reveal(*, example: Example, user: User) -> None:
    """Note that the person asked who made the judgements of the example, and when."""
    AdjudicationReveal.objects.create(example=example, user=user)
    audited(actor=user, action="adjudication.reveal", project=example.project, target=f"example {example.pk}")


def _audit(action: str, row: Adjudication, user: User) -> None:
    target, detail = f"example {row.example_id}", {"version": row.version}
    audited(actor=user, action=action, project=row.project, target=target, detail=detail)


def _write(example: Example, user: User, version: int, work: Work, *, settled: bool) -> Adjudication:
    judged = _locked(example)
    asked = judged.asked
    if asked is None or len(judged.annotations) < LEAST:
        problem = f"{len(judged.annotations)} judgements of example {example.external_id} count, {LEAST} are needed"
        raise DomainError("insufficient_overlap", f"There is nothing to settle yet: {problem}.")
    body = _checked(judged, asked, work, finished=settled)
    row = judged.adjudication or Adjudication(
        project=example.project, example=example, version=0, state=AdjudicationState.DRAFT
    )
    same = all(getattr(row, name) == value for name, value in body.items()) and row.adjudicator_id == user.pk
    if same and row.version == version + 1 and (row.state == AdjudicationState.SETTLED) is settled:
        return row
    if row.version != version:
        sent = {**adjudication_to_json(row, user), **body, "version": version, "mine": True}
        raise AdjudicationConflict(adjudication_to_json(row, user), sent)
    if row.state == AdjudicationState.SETTLED:
        raise DomainError("adjudication_settled", f"The record of {example.external_id} is settled; reopen it first.")
    for name, value in body.items():
        setattr(row, name, value)
    row.settles, row.taxonomy = judged.settles, asked.taxonomy
    row.versions, row.asks = versions_of(asked), list(desk_of(asked).asks)
    if settled:
        row.state, row.settled_at = AdjudicationState.SETTLED, Now()
    return _saved(row, user)


def _locked(example: Example) -> Judged:
    """The example's judgements and record; whoever else would write them waits until this transaction ends."""
    Example.objects.select_for_update(no_key=True).get(pk=example.pk)
    return judged_example(example=example)


def _settled(example: Example) -> Adjudication:
    """Its record, locked as _locked does; DomainError not_settled."""
    row = _locked(example).adjudication
    if row is None or row.state != AdjudicationState.SETTLED:
        raise DomainError("not_settled", f"Example {example.external_id} has no settled record.")
    return row


def _saved(row: Adjudication, user: User) -> Adjudication:
    acting_as(user)
    row.version += 1
    row.adjudicator = user
    row.save()
    row.refresh_from_db()
    return row


def _checked(judged: Judged, asked: Assignment, work: Work, *, finished: bool) -> Json:
    """The work in a feedback record's JSON form, checked as a submit under the assignment would be."""
    desk, project = desk_of(asked), judged.example.project
    judgements = judgements_submitted(
        work.judgements,
        judged=judged.judged,
        texts=[response.text for response in judged.responses],
        passages=[Passage(each["title"], tuple(each["sentences"])) for each in judged.example.passages],
        taxonomy=taxonomy_of(asked.taxonomy),
        desk=desk,
        corrections=project.require_corrections,
        finished=finished,
    )
    comparisons = [comparison_from_json(item) for item in work.comparisons]
    check_comparisons(comparisons, desk, len(judged.responses), finished=finished)
    _check_decisions(judged, work.decisions)
    return {
        "judgements": [to_json(each) for each in judgements],
        "comparisons": [to_json(each) for each in comparisons],
        "decisions": work.decisions,
    }


def _check_decisions(judged: Judged, decisions: Sequence[Json]) -> None:
    """DomainError unknown_mark unless each decision is about a mark that somebody made, and about each once."""
    left = {
        (str(row.record_id), each.response.index, part, index)
        for row in judged.annotations
        for each in row.judgements.all()
        for part, marks in (("spans", each.spans.all()), ("missing", each.missing.all()))
        for index, _ in enumerate(marks)
    }
    for number, decision in enumerate(decisions):
        mark = decision["annotation"], decision["response"], decision["part"], decision["index"]
        if mark not in left:
            problem = "is about no mark of these annotations, or about one a second time"
            raise DomainError("unknown_mark", f"decisions.{number}: {problem}", {f"decisions.{number}": problem})
        left.remove(mark)
