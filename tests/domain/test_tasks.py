from collections.abc import Sequence
from typing import Any

import pytest

from annotator.domain.desk import Desk
from annotator.domain.errors import DomainError
from annotator.domain.questions import Question
from annotator.domain.records import Comparison, Judgement, MissingMark, SpanMark
from annotator.domain.tasks import check_comparisons, check_task

TEXT = "Oru has two moons."
ALL, MARKS, CORRECTION, PAIRS = (
    Desk(),
    Desk(asks=("marks",)),
    Desk(asks=("correction",)),
    Desk(asks=("comparison",)),
)
FORBID = Desk(overlap="forbid")


def span(start: int, end: int, type: str = "irrelevant") -> SpanMark:
    return SpanMark(start, end, TEXT[start:end], type)


MARKED = (span(8, 11),)
MISSING = (MissingMark("missing_answer"),)
BETTER = "Oru has three moons."


def check(desk: Desk, corrections: bool = False, **judgement: Any) -> None:
    check_task(Judgement(0, **judgement), desk, TEXT, "judgements.0", corrections=corrections)


@pytest.mark.parametrize(
    ("desk", "judgement"),
    [
        (ALL, {}),
        (ALL, {"spans": MARKED, "corrected_text": BETTER}),
        (ALL, {"missing": MISSING, "corrected_text": BETTER}),
        (MARKS, {"spans": MARKED, "missing": MISSING, "corrections": True}),
        (CORRECTION, {"corrected_text": BETTER}),
        (CORRECTION, {"corrections": True}),
        (FORBID, {"spans": (span(0, 3), span(3, 7, "incoherent"), span(1, 3))}),
        (Desk(overlap="warn"), {"spans": (span(0, 3), span(2, 7, "incoherent"))}),
    ],
)
def test_what_was_asked_for_is_taken(desk: Desk, judgement: dict[str, Any]) -> None:
    check(desk, **judgement)


@pytest.mark.parametrize(
    ("desk", "judgement", "code", "field"),
    [
        (CORRECTION, {"spans": MARKED}, "not_asked", "spans"),
        (CORRECTION, {"missing": MISSING}, "not_asked", "missing"),
        (MARKS, {"spans": MARKED, "corrected_text": BETTER}, "not_asked", "corrected_text"),
        (ALL, {"corrected_text": BETTER}, "correction_without_marks", "corrected_text"),
        (ALL, {"spans": MARKED, "corrected_text": TEXT}, "correction_unchanged", "corrected_text"),
        (CORRECTION, {"corrected_text": TEXT}, "correction_unchanged", "corrected_text"),
        (ALL, {"spans": MARKED, "corrections": True}, "correction_required", "corrected_text"),
        (FORBID, {"spans": (span(0, 3), span(8, 11), span(2, 5, "incoherent"))}, "spans_overlap", "spans.2"),
        (Desk(questions=(Question(key="q", text="?", kind="text"),)), {}, "invalid_answer", "answers.q"),
    ],
)
def test_what_was_not_asked_for_is_named(desk: Desk, judgement: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(DomainError) as caught:
        check(desk, **judgement)
    assert (caught.value.code, list(caught.value.fields)) == (code, [f"judgements.0.{field}"])


def pairs(*places: tuple[int, int]) -> list[Comparison]:
    return [Comparison(first, second, "first", 2) for first, second in places]


@pytest.mark.parametrize(
    ("desk", "comparisons", "count"),
    [
        (ALL, [], 1),
        (ALL, pairs((0, 1), (2, 0), (1, 2)), 3),
        (MARKS, [], 3),
        (PAIRS, [Comparison(1, 0, "tie")], 2),
    ],
)
def test_all_pairs_are_compared_where_that_is_asked(desk: Desk, comparisons: list[Comparison], count: int) -> None:
    check_comparisons(comparisons, desk, count)


@pytest.mark.parametrize(
    ("desk", "comparisons", "code", "field"),
    [
        (MARKS, pairs((0, 1)), "not_asked", "comparisons"),
        (ALL, [], "comparisons_incomplete", "comparisons"),
        (ALL, pairs((0, 1), (1, 2)), "comparisons_incomplete", "comparisons"),
        (ALL, pairs((0, 1), (1, 1)), "invalid_comparison", "comparisons.1"),
        (ALL, pairs((0, 1), (1, 3)), "invalid_comparison", "comparisons.1"),
        (ALL, pairs((0, 1), (1, 2), (1, 0)), "invalid_comparison", "comparisons.2"),
        (ALL, [Comparison(0, 1, "tie", 1)], "invalid_comparison", "comparisons.0.strength"),
    ],
)
def test_a_wrong_comparison_is_named(desk: Desk, comparisons: Sequence[Comparison], code: str, field: str) -> None:
    with pytest.raises(DomainError) as caught:
        check_comparisons(comparisons, desk, 3)
    assert (caught.value.code, list(caught.value.fields)) == (code, [field])
