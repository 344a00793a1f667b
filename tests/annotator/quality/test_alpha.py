from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.quality_report import Figure
from annotator.domain.records import FeedbackRecord
from annotator.quality.alpha import marking_alpha, nominal_alpha, unitized_alpha
from annotator.quality.figures import Measure, figures
from annotator.quality.grid import cut
from annotator.quality.marks import JudgedText, character_marks, judged_texts, sentence_marks, word_bounds, word_marks
from annotator.quality.votes import Votes, votes_of
from tests.annotator.quality.cases import TAXONOMY, many_records, record

SCOPES = [("irrelevant",), ("irrelevant", "repetitive", "incoherent")]
Rows = list[list[int | None]]


def near(value: float | None) -> Any:
    """What equals the value but for rounding; None only itself."""
    return None if value is None else pytest.approx(value, abs=1e-9)


def figure_of(measure: Measure) -> Figure:
    return figures({"": measure})[""]


def votes(rows: Rows) -> Votes:
    """One row per annotator, one column per unit."""
    cells = [
        (unit, annotator, label)
        for annotator, row in enumerate(rows)
        for unit, label in enumerate(row)
        if label is not None
    ]
    labels = max((label for _, _, label in cells), default=0) + 1
    return votes_of(cells, units=len(rows[0]), annotators=len(rows), labels=labels)


N = None
# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C: four observers, twelve units.
PUBLISHED: Rows = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]
# The same, section A: two observers, binary.
BINARY: Rows = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]


@pytest.mark.parametrize(("rows", "alpha"), [(PUBLISHED, 0.743), (BINARY, 0.095)])
def test_krippendorffs_own_examples(rows: Rows, alpha: float) -> None:
    assert figure_of(nominal_alpha(votes(rows))).value == pytest.approx(alpha, abs=0.0005)


def brute_alpha(columns: list[list[int]]) -> float | None:
    """Disagreement among the values of one unit over disagreement among all values, pair by pair."""
    columns = [column for column in columns if len(column) >= 2]
    values = [value for column in columns for value in column]
    seen = sum(sum(a != b for a, b in permutations(column, 2)) / (len(column) - 1) for column in columns)
    dealt = sum(a != b for a, b in permutations(values, 2)) / (len(values) - 1) if values else 0
    return 1 - seen / dealt if dealt else None


cells = st.lists(st.lists(st.none() | st.integers(0, 3), min_size=6, max_size=6), min_size=1, max_size=4)


@settings(deadline=None)
@given(cells)
def test_alpha_is_that_of_all_pairs(rows: Rows) -> None:
    columns = [[value for value in column if value is not None] for column in zip(*rows, strict=True)]
    expected = brute_alpha(columns)
    assert figure_of(nominal_alpha(votes(rows))).value == near(expected)


@settings(deadline=None)
@given(cells, st.permutations(range(4)), st.randoms())
def test_names_of_labels_and_order_of_annotators_do_not_matter(rows: Rows, names: list[int], random) -> None:  # type: ignore[no-untyped-def]
    other = [[None if value is None else names[value] for value in row] for row in rows]
    random.shuffle(other)
    value = figure_of(nominal_alpha(votes(rows))).value
    assert figure_of(nominal_alpha(votes(other))).value == near(value)


def word_columns(text: JudgedText, scope: tuple[str, ...]) -> list[list[int]]:
    """Per word whether each annotator marked a code point of it."""
    words = list(zip(*word_bounds(text.response), strict=True))
    return [
        [
            int(any(mark.type in scope and mark.start < end and start < mark.end for mark in judgement.spans))
            for judgement in text.judgements.values()
        ]
        for start, end in words
    ]


@settings(deadline=None)
@given(many_records(), st.sampled_from(SCOPES))
def test_alpha_of_marks_is_that_of_all_words(records: list[FeedbackRecord], scope: tuple[str, ...]) -> None:
    texts = judged_texts(records)
    grid = cut(word_marks(texts, TAXONOMY))
    found = figure_of(marking_alpha(grid, grid.marks.scope(scope)))
    expected = brute_alpha([column for text in texts for column in word_columns(text, scope)])
    assert found.value == near(expected)
    assert (found.reason is None) == (found.value is not None)


@settings(deadline=None)
@given(many_records())
def test_alpha_of_missing_information_is_that_of_all_sentences(records: list[FeedbackRecord]) -> None:
    texts = judged_texts(records)
    grid = cut(sentence_marks(texts, TAXONOMY))
    columns = []
    for text in texts:
        marked = [
            {place for m in judgement.missing if m.type == "missing_answer" for place in m.evidence or ["somewhere"]}
            for judgement in text.judgements.values()
        ]
        places = [(e, s) for e, p in enumerate(text.example.passages, 1) for s in range(len(p.sentences) + 1)]
        pointed = [{(p.passage, p.sentence) if p != "somewhere" else p for p in each} for each in marked]
        columns += [[int(place in each) for each in pointed] for place in [*places, "somewhere"]]
    expected = brute_alpha(columns)
    found = figure_of(marking_alpha(grid, grid.marks.scope(["missing_answer"]))).value
    assert found == near(expected)


def unitized(*records: FeedbackRecord, scope: tuple[str, ...] = ("irrelevant",)) -> Figure:
    grid = cut(character_marks(judged_texts(records), TAXONOMY))
    return figure_of(unitized_alpha(grid, grid.marks.scope(scope)))


def test_unitized_alpha_by_hand() -> None:
    """Ten characters; A marks 0..4, B marks 2..6. Both: 2, one: 4, nobody: 4, so that 8 of n = 20 values disagree.

    q = 4² + 4² + 12 unmarked = 44; D_e = 2 · 8 · 12 / (20 - 44/20) = 192/17.8; uα = 1 - 8 · 17.8 / 192.
    """
    found = unitized(
        record("A", "abcdefghij", [(0, 4, "irrelevant")]), record("B", "abcdefghij", [(2, 6, "irrelevant")])
    )
    assert found.value == pytest.approx(1 - 8 * 17.8 / 192)


def test_overlapping_spans_of_one_person_are_one_and_touching_ones_two() -> None:
    other = record("B", "abcdefghij", [(0, 4, "irrelevant")])
    once = unitized(record("A", "abcdefghij", [(0, 4, "irrelevant")]), other).value
    overlapping = unitized(record("A", "abcdefghij", [(0, 3, "irrelevant"), (1, 4, "irrelevant")]), other).value
    touching = unitized(record("A", "abcdefghij", [(0, 2, "irrelevant"), (2, 4, "irrelevant")]), other).value
    assert once == overlapping == touching == 1.0  # what everyone marked alike
    far = record("B", "abcdefghij", [(1, 5, "irrelevant")])
    values = [
        unitized(record("A", "abcdefghij", [(start, end, "irrelevant") for start, end in spans]), far).value
        for spans in ([(0, 4)], [(0, 3), (1, 4)], [(0, 2), (2, 4)])
    ]
    assert values[0] == values[1] != values[2]


def brute_unitized(texts: list[JudgedText], scope: tuple[str, ...]) -> float | None:
    """Chance deals out any two characters but those of one span, or one unmarked character twice."""
    shared = [text for text in texts if len(text.judgements) >= 2]
    columns: list[list[int]] = []
    dealt: list[tuple[int, object]] = []  # value, what comes as a whole
    for number, text in enumerate(shared):
        rows = []
        for name, judgement in text.judgements.items():
            units: list[int | None] = [None] * len(text.response)
            for index, mark in enumerate(sorted((m.start, m.end) for m in judgement.spans if m.type in scope)):
                overlapped = {units[c] for c in range(*mark)} - {None}
                for c in range(*mark):
                    units[c] = index
                for c, unit in enumerate(units):
                    if unit in overlapped:
                        units[c] = index
            rows.append([int(unit is not None) for unit in units])
            dealt += [
                (int(unit is not None), (number, name, unit if unit is not None else f"gap {c}"))
                for c, unit in enumerate(units)
            ]
        columns += [list(column) for column in zip(*rows, strict=True)]
    pairs = [(a, b) for a in dealt for b in dealt if a[1] != b[1]]
    seen = sum(sum(a != b for a, b in permutations(column, 2)) / (len(column) - 1) for column in columns)
    expected = sum(a[0] != b[0] for a, b in pairs)
    return 1 - (seen / len(dealt)) / (expected / len(pairs)) if expected else None


@settings(deadline=None)
@given(many_records(), st.sampled_from(SCOPES))
def test_unitized_alpha_is_that_of_all_pairs(records: list[FeedbackRecord], scope: tuple[str, ...]) -> None:
    expected = brute_unitized(judged_texts(records), scope)
    assert unitized(*records, scope=scope).value == near(expected)


def test_what_cannot_be_said_says_why() -> None:
    alone, clean = record("A", "one two"), record("B", "one two")
    all_marked = [record(name, "one two", [(0, 7, "irrelevant")]) for name in "AB"]
    assert unitized(alone).reason == "no_overlap"
    assert unitized(alone, clean) == Figure(None, None, None, 1, "no_marks")
    assert unitized(*all_marked).reason == "no_variation"
    assert unitized(record("A", "one two", [(0, 3, "irrelevant")]), record("B", "one two", example="e2")).value is None
