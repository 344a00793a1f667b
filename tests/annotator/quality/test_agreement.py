import numpy as np
import pytest
from hypothesis import given, settings

from annotator.domain.quality_report import Figure
from annotator.domain.records import FeedbackRecord
from annotator.quality.agreement import agreement, annotator_pairs
from annotator.quality.grid import cut
from annotator.quality.marks import judged_texts, word_bounds, word_marks
from tests.annotator.quality.cases import TAXONOMY, many_records, record

SPANS = {"word_alpha", "span_alpha", "exact_f1", "overlap_f1", "word_f1"}
SENTENCES = {"sentence_alpha", "sentence_f1"}


def test_every_category_and_type_has_its_figures() -> None:
    found = agreement([record(name, "one two three", [(0, 3, "irrelevant")]) for name in "AB"], TAXONOMY)
    assert set(found.overall) == SPANS | SENTENCES
    assert {key: set(named) for key, named in found.categories.items()} == {
        "relevance": SPANS,
        "factuality": SPANS,
        "completeness": SENTENCES,
    }
    assert list(found.types) == [kind.key for kind in TAXONOMY.types()]
    assert set(found.types["irrelevant"]) == SPANS
    assert found.types["irrelevant"]["word_alpha"] == Figure(1.0, None, None, 1)
    assert found.types["repetitive"]["word_alpha"] == Figure(None, None, None, 1, "no_marks")
    assert found.categories["completeness"]["sentence_f1"].reason == "no_marks"
    assert found.comparisons["tau_b"].reason == "no_overlap"


def test_a_project_without_annotations_has_no_numbers() -> None:
    found = agreement([], TAXONOMY)
    every = [*found.overall.values(), *found.comparisons.values()]
    every += [figure for named in [*found.categories.values(), *found.types.values()] for figure in named.values()]
    assert all(figure.value is None and figure.reason for figure in every)


def test_a_category_sees_agreement_where_its_types_differ() -> None:
    """A says irrelevant where B says repetitive, on two of three texts; on the third nobody says anything."""
    kinds = {"A": "irrelevant", "B": "repetitive"}
    records = [
        record(name, "one two three", [(0, 7, kinds[name])] if number else (), example=f"e{number}")
        for number in range(3)
        for name in "AB"
    ]
    found = agreement(records, TAXONOMY)
    assert found.categories["relevance"]["word_alpha"].value == 1.0
    assert found.types["irrelevant"]["word_alpha"].value < 0  # type: ignore[operator]
    interval = found.types["irrelevant"]["exact_f1"]
    assert (interval.value, interval.low, interval.high, interval.count) == (0.0, 0.0, 0.0, 2)


@settings(deadline=None, max_examples=25)
@given(many_records())
def test_who_comes_first_does_not_matter(records: list[FeedbackRecord]) -> None:
    """Numbers only: the intervals draw examples by their order. Of what somebody said twice about a text the later
    counts, so here nobody does."""
    once = {(each.example.id, each.responses[0].text, each.annotator.pseudonym): each for each in records}
    records = list(once.values())
    one, other = agreement(records, TAXONOMY), agreement(records[::-1], TAXONOMY)
    for scope, named in one.types.items():
        for name, figure in named.items():
            value = other.types[scope][name].value
            assert value == (None if figure.value is None else pytest.approx(figure.value, abs=1e-9))


@settings(deadline=None, max_examples=50)
@given(many_records())
def test_pairs_of_annotators_are_counted_word_by_word(records: list[FeedbackRecord]) -> None:
    texts = judged_texts(records)
    grid = cut(word_marks(texts, TAXONOMY))
    expected: dict[tuple[str, str], np.ndarray] = {}
    for text in texts:
        marked = {
            name: [
                int(any(m.type == "irrelevant" and m.start < end and start < m.end for m in judgement.spans))
                for start, end in zip(*word_bounds(text.response), strict=True)
            ]
            for name, judgement in text.judgements.items()
        }
        for one in marked:
            for other in marked:
                if one < other:
                    for a, b in zip(marked[one], marked[other], strict=True):
                        expected.setdefault((one, other), np.zeros((2, 2)))[a, b] += 1
    found = annotator_pairs(grid, grid.marks.scope(["irrelevant"]))
    assert {pair: table.tolist() for pair, table in found.items()} == {
        pair: table.tolist() for pair, table in expected.items()
    }
