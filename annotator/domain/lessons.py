"""Lessons: a text with gold marks, whose explanations are the rules that a learner is told.

A lesson is written as the example, the responses and the judgements of a feedback record (feedback.schema.json); what
else a record holds is ignored, so that a line of an export may become one. The responses judged there are those that
the learner is to judge.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from annotator.domain.checks import check_marks
from annotator.domain.desk import Desk
from annotator.domain.errors import DomainError
from annotator.domain.feedback import record_from_json, to_json
from annotator.domain.records import Example, Json, Judgement, MissingMark, Response, SpanMark
from annotator.domain.scoring import Pair, Review, Tally, review_judgement
from annotator.domain.tasks import judgements_submitted
from annotator.domain.taxonomy import Taxonomy

NAMES = ("example", "responses", "judgements")
# The rest of a record, which a lesson has no use for.
REST: Json = {
    "record_version": 1,
    "record_id": "00000000-0000-0000-0000-000000000000",
    "comparisons": [],
    "display_order": None,
    "annotator": {"pseudonym": "gold", "weight": 1},
    "versions": {"taxonomy": "", "guideline": "", "segmentation": ""},
    "source": "imported",
    "started_at": None,
    "submitted_at": None,
    "active_seconds": None,
    "raw": {},
}


@dataclass(frozen=True, slots=True)
class Lesson:
    """Gold for some of the responses to an example."""

    example: Example
    responses: tuple[Response, ...]
    judgements: tuple[Judgement, ...]


def lesson_from_json(body: Any) -> Lesson:
    """Read a lesson; DomainError invalid_record naming each field that is wrong."""
    if not isinstance(body, dict):
        raise _wrong("invalid_record", "record", "is not an object")
    record = record_from_json({**REST, **{name: body[name] for name in NAMES if name in body}})
    if not record.judgements:
        raise _wrong("invalid_record", "judgements", "are empty, so there is nothing to learn")
    return Lesson(record.example, record.responses, record.judgements)


def check_lesson(lesson: Lesson, taxonomy: Taxonomy) -> None:
    """DomainError invalid_mark for gold marks whose type the taxonomy does not have."""
    for index, gold in enumerate(lesson.judgements):
        check_marks(gold, taxonomy, f"judgements.{index}", needs=False)


def lesson_to_json(lesson: Lesson) -> Json:
    """What lesson_from_json reads back to an equal lesson."""
    return {name: to_json(getattr(lesson, name)) for name in NAMES}


def lesson_desk(desk: Desk) -> Desk:
    """What a lesson of a project with this desk asks for: marks alone, because gold has nothing else."""
    return replace(desk, asks=("marks",), questions=())


def judgements_given(lesson: Lesson, bodies: Sequence[Json], taxonomy: Taxonomy, desk: Desk) -> list[Judgement]:
    """A learner's judgements, one for each that gold has; DomainError as domain.tasks.judgements_submitted."""
    return judgements_submitted(
        bodies,
        judged=judged_of(lesson),
        texts=[response.text for response in lesson.responses],
        passages=lesson.example.passages,
        taxonomy=taxonomy,
        desk=lesson_desk(desk),
    )


def judged_of(lesson: Lesson) -> list[int]:
    """The indexes of the responses to be judged."""
    return sorted(gold.response for gold in lesson.judgements)


def review(lesson: Lesson, given: Sequence[Judgement]) -> dict[int, Review]:
    """Each judged response, by its index, beside gold. `given` has one judgement for each that gold has."""
    by_response = {judgement.response: judgement for judgement in given}
    return {gold.response: review_judgement(by_response[gold.response], gold) for gold in lesson.judgements}


def tally_of(reviews: Iterable[Review]) -> Tally:
    """All of a lesson's responses together."""
    return sum((each.tally for each in reviews), Tally())


def feedback(reviews: dict[int, Review], taxonomy: Taxonomy) -> Json:
    """What the learner is told: a verdict and a rule for every mark, theirs and gold's.

    {"spans", "missing"}. The place is the learner's own, or gold's where it was missed. The rule is gold's
    explanation, or else the definition of the mark's type.
    """
    rules = {kind.key: kind.definition for kind in taxonomy.types()}
    return {
        "spans": [_span(index, pair, rules) for index, each in reviews.items() for pair in each.spans],
        "missing": [_missing(index, pair, rules) for index, each in reviews.items() for pair in each.missing],
    }


def _span(response: int, pair: Pair[SpanMark], rules: dict[str, str]) -> Json:
    shown, gold = pair.given or pair.gold, pair.gold
    assert shown is not None
    return {
        "response": response,
        "verdict": pair.verdict,
        "start": shown.start,
        "end": shown.end,
        "type": shown.type,
        "gold_start": gold and gold.start,
        "gold_end": gold and gold.end,
        "gold_type": gold and gold.type,
        "why": (gold and gold.explanation) or rules.get((gold or shown).type, ""),
    }


def _missing(response: int, pair: Pair[MissingMark], rules: dict[str, str]) -> Json:
    shown, gold = pair.given or pair.gold, pair.gold
    assert shown is not None
    return {
        "response": response,
        "verdict": pair.verdict,
        "type": shown.type,
        "evidence": to_json(shown.evidence),
        "gold_type": gold and gold.type,
        "gold_evidence": to_json(gold.evidence) if gold else None,
        "why": (gold and gold.note) or rules.get((gold or shown).type, ""),
    }


def _wrong(code: str, path: str, problem: str) -> DomainError:
    return DomainError(code, f"{path}: {problem}", {path: problem})
