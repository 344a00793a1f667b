from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.quality_report import Figure
from annotator.domain.records import FeedbackRecord
from annotator.quality.figures import Measure, figures
from annotator.quality.grid import cut
from annotator.quality.marks import character_marks, judged_texts, word_marks
from annotator.quality.span_f1 import exact_f1, overlapping_f1, unit_f1
from tests.annotator.quality.cases import TAXONOMY, many_records, record

ANY = ("irrelevant", "repetitive", "incoherent")
TEXT = "one two three four five six"
#       0   4   8     14   19   24


def figure_of(measure: Measure) -> Figure:
    return figures({"": measure})[""]


def found(records: list[FeedbackRecord], scope: tuple[str, ...] = ("irrelevant",)) -> list[float | None]:
    """exact, overlapping, words."""
    texts = judged_texts(records)
    characters, words = character_marks(texts, TAXONOMY), cut(word_marks(texts, TAXONOMY))
    measures = [
        exact_f1(characters, characters.scope(scope)),
        overlapping_f1(characters, characters.scope(scope)),
        unit_f1(words, words.marks.scope(scope)),
    ]
    return [figure_of(measure).value for measure in measures]


def test_by_hand() -> None:
    """A: "one two", "four five". B: "one two", "five". Exact: 1 of 2 + 2. Overlapping: "five" is 4 of 9 characters of
    "four five", too little. Words: A marks 4, B 3, both 3."""
    a = record("A", TEXT, [(0, 7, "irrelevant"), (14, 23, "irrelevant")])
    b = record("B", TEXT, [(0, 7, "irrelevant"), (19, 23, "irrelevant")])
    assert found([a, b]) == [2 / 4, 2 / 4, 6 / 7]
    c = record("C", TEXT, [(14, 20, "irrelevant")])  # 6 of 9 characters of A's, and 1 of 9 with B's
    assert found([a, c]) == [0.0, pytest.approx(2 / 3), pytest.approx(4 / 6)]
    # Spans of all pairs: 2 + 2, 2 + 1 and 2 + 1; words 4 + 3, 4 + 2 and 3 + 2, of which 3, 2 and 1 are common.
    assert found([a, b, c]) == [2 / 10, 4 / 10, 12 / 18]


def test_a_type_of_its_own_is_no_match_but_the_category_is() -> None:
    a, b = record("A", TEXT, [(0, 7, "irrelevant")]), record("B", TEXT, [(0, 7, "repetitive")])
    assert found([a, b]) == [0.0, 0.0, 0.0]
    assert found([a, b], ANY) == [1.0, 1.0, 1.0]


def test_no_spans_are_no_agreement() -> None:
    texts = judged_texts([record("A", TEXT), record("B", TEXT)])
    marks = character_marks(texts, TAXONOMY)
    assert figure_of(exact_f1(marks, marks.scope(ANY))).reason == "no_marks"
    assert figure_of(overlapping_f1(marks, marks.scope(ANY))).reason == "no_marks"


def most_pairs(close: list[tuple[int, int]]) -> int:
    """By trying every set of pairs."""
    for size in range(len(close), 0, -1):
        for chosen in combinations(close, size):
            if len({a for a, _ in chosen}) == len({b for _, b in chosen}) == size:
                return size
    return 0


def iou(a: tuple[int, int], b: tuple[int, int]) -> float:
    return len(set(range(*a)) & set(range(*b))) / len(set(range(*a)) | set(range(*b)))


@settings(deadline=None)
@given(many_records(), st.sampled_from([("irrelevant",), ANY]))
def test_f1_is_that_of_all_pairs_of_people(records: list[FeedbackRecord], scope: tuple[str, ...]) -> None:
    exact = close = spans = 0
    for text in judged_texts(records):
        for one, other in combinations(text.judgements.values(), 2):
            mine, theirs = (sorted({(m.start, m.end) for m in each.spans if m.type in scope}) for each in (one, other))
            spans += len(mine) + len(theirs)
            exact += len(set(mine) & set(theirs))
            close += most_pairs([(i, j) for i, a in enumerate(mine) for j, b in enumerate(theirs) if iou(a, b) >= 0.5])
    expected = [2 * exact / spans, 2 * close / spans] if spans else [None, None]
    assert found(records, scope)[:2] == expected
