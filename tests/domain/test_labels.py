from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.errors import DomainError
from annotator.domain.feedback import Judgement, MissingMark, SpanMark
from annotator.domain.labels import Mark, judgement_marks, segment_labels
from annotator.domain.segments import Density, SegmentationRule, segments
from annotator.domain.spans import Span
from annotator.domain.taxonomy import PAPER_TAXONOMY
from tests.domain.strategies import PASSAGE_TYPES, RESPONSE_TYPES, hard_texts, ranges

# Three sentences; only the second is long enough to be cut:
#   "It opened in 1932. " | "The mayor came by boat, | and her two young sons rowed it. " | "It is 40 m long."
TEXT = "It opened in 1932. The mayor came by boat, and her two young sons rowed it. It is 40 m long."


def marks(*quoted: tuple[str, str]) -> list[Mark]:
    return [(Span(TEXT.index(quote), TEXT.index(quote) + len(quote)), kind) for quote, kind in quoted]


def labels(key: str, *quoted: tuple[str, str]) -> list[int | None]:
    return segment_labels(TEXT, marks(*quoted), PAPER_TAXONOMY.category(key), PAPER_TAXONOMY)


MAYOR = ("The mayor came by boat,", "irrelevant")  # five words
BOAT = ("mayor came by boat,", "irrelevant")  # four words


@pytest.mark.parametrize(
    ("quoted", "relevance", "factuality"),
    [
        pytest.param([], [0, 0, 0, 0], [0, 0, 0], id="clean"),
        pytest.param([MAYOR], [0, 1, 0, 0], [0, None, 0], id="only irrelevant: factuality does not learn it"),
        pytest.param([BOAT], [0, 0, 0, 0], [0, 0, 0], id="four words label nothing and hide nothing"),
        pytest.param([MAYOR, ("two", "unverifiable_fact")], [0, 1, 0, 0], [0, 1, 0], id="both: a factual error"),
        pytest.param([("40", "inconsistent_fact")], [0, 0, 0, 0], [0, 0, 1], id="one word is enough for a fact"),
        pytest.param(
            [("boat, and her two young", "repetitive")], [0, 1, 1, 0], [0, None, 0], id="across two sub-sentences"
        ),
        pytest.param(
            [("1932. The mayor came by", "incoherent")], [1, 1, 0, 0], [None, None, 0], id="across two sentences"
        ),
        pytest.param(
            [(" The mayor came by boat, ", "irrelevant")], [0, 1, 0, 0], [0, None, 0], id="white space is no word"
        ),
    ],
)
def test_segment_labels(quoted: list[tuple[str, str]], relevance: list[int], factuality: list[int | None]) -> None:
    assert labels("relevance", *quoted) == relevance
    assert labels("factuality", *quoted) == factuality


def test_a_sequence_has_one_label() -> None:
    category = PAPER_TAXONOMY.category("completeness")
    assert segment_labels(TEXT, [(None, "missing_answer")], category, PAPER_TAXONOMY) == [1]
    assert segment_labels(TEXT, marks(MAYOR), category, PAPER_TAXONOMY) == [0]
    assert segment_labels("", [(None, "missing_answer")], category, PAPER_TAXONOMY) == []


def test_lengths_are_the_taxonomys() -> None:
    taxonomy = replace(PAPER_TAXONOMY, segmentation=SegmentationRule(min_words=8))
    assert segment_labels(TEXT, marks(MAYOR), taxonomy.category("relevance"), taxonomy) == [0, 1, 0]
    short = replace(PAPER_TAXONOMY.category("relevance"), min_words=4)
    taxonomy = replace(PAPER_TAXONOMY, categories=(short, *PAPER_TAXONOMY.categories[1:]))
    assert segment_labels(TEXT, marks(BOAT), short, taxonomy) == [0, 1, 0, 0]


def test_an_unknown_type_is_named() -> None:
    with pytest.raises(DomainError, match="'rude' is not in taxonomy"):
        labels("relevance", ("boat", "rude"))


def test_marks_of_a_judgement() -> None:
    judgement = Judgement(0, (SpanMark(0, 2, "It", "irrelevant"),), (MissingMark("missing_answer"),))
    assert judgement_marks(judgement) == [(Span(0, 2), "irrelevant"), (None, "missing_answer")]


@given(st.data())
def test_labels_do_not_depend_on_the_order_of_the_marks(data: st.DataObject) -> None:
    text = data.draw(hard_texts.filter(bool))
    spans = ranges(len(text)).map(lambda ends: Span(*ends))
    one = st.tuples(spans, st.sampled_from(RESPONSE_TYPES)) | st.tuples(st.none(), st.sampled_from(PASSAGE_TYPES))
    drawn = data.draw(st.lists(one, max_size=6))
    shuffled = data.draw(st.permutations(drawn))
    for category in PAPER_TAXONOMY.categories:
        expected = segment_labels(text, drawn, category, PAPER_TAXONOMY)
        assert segment_labels(text, shuffled, category, PAPER_TAXONOMY) == expected
        assert len(expected) == len(segments(text, category.density))
        assert None not in expected or category.ignored_with
        assert category.density != Density.SEQUENCE or len(set(expected)) == 1


@given(st.data())
def test_labels_are_those_of_going_through_the_words(data: st.DataObject) -> None:
    """The same rule, told otherwise: a segment is what its words are."""
    text = data.draw(hard_texts)
    drawn = st.lists(st.tuples(ranges(len(text)), st.sampled_from(RESPONSE_TYPES)), max_size=4)
    marks: list[Mark] = [(Span(*place), kind) for place, kind in (data.draw(drawn) if text else [])]
    for category in PAPER_TAXONOMY.categories[:2]:
        expected = []
        for piece in segments(text, category.density, PAPER_TAXONOMY.segmentation):
            letters = [at for at in range(piece.start, piece.end) if not text[at].isspace()]
            own = any(_covers(text, mark, letters, {category.key}) for mark in marks)
            other = any(_covers(text, mark, letters, set(category.ignored_with)) for mark in marks)
            expected.append(1 if own else None if other else 0)
        assert segment_labels(text, marks, category, PAPER_TAXONOMY) == expected


def _covers(text: str, mark: Mark, letters: list[int], keys: set[str]) -> bool:
    """Whether the mark is of one of these categories, long enough for it, and on one of these letters."""
    span, kind = mark
    category = PAPER_TAXONOMY.category_of(kind)
    assert span
    enough = len(text[span.start : span.end].split()) >= category.min_words
    return category.key in keys and enough and any(span.start <= at < span.end for at in letters)
