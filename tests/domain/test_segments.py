import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.segments import PAPER_RULE, Density, SegmentationRule, segments
from tests.domain.golden import golden
from tests.domain.strategies import hard_texts

rules = st.builds(SegmentationRule, st.integers(1, 8), st.integers(1, 8))


@pytest.mark.parametrize("density", [Density.SUB_SENTENCE, Density.SENTENCE])
@pytest.mark.parametrize("case", golden("segments"), ids=lambda case: case["name"])
def test_golden(case: dict, density: Density) -> None:
    text = case["text"]
    rule = SegmentationRule(**case.get("rule", {}))
    assert [text[piece.start : piece.end] for piece in segments(text, density, rule)] == case[density]


@given(hard_texts, st.sampled_from(Density), rules)
def test_segments_partition_the_text(text: str, density: Density, rule: SegmentationRule) -> None:
    pieces = segments(text, density, rule)
    assert "".join(text[piece.start : piece.end] for piece in pieces) == text
    assert [piece.start for piece in pieces] == [0, *(piece.end for piece in pieces)][: len(pieces)]
    assert all(piece.start < piece.end for piece in pieces)
    # White space belongs to the segment before it.
    assert not any(text[piece.start].isspace() for piece in pieces[1:])


@given(hard_texts, rules)
def test_each_density_refines_the_next(text: str, rule: SegmentationRule) -> None:
    starts = [{piece.start for piece in segments(text, density, rule)} for density in Density]
    assert starts[0] >= starts[1] >= starts[2]


@given(hard_texts)
def test_a_sub_sentence_has_five_words_unless_its_sentence_has_fewer(text: str) -> None:
    sentences = segments(text, Density.SENTENCE)
    for piece in segments(text, Density.SUB_SENTENCE):
        whole = any(piece == sentence for sentence in sentences)
        assert whole or len(text[piece.start : piece.end].split()) >= PAPER_RULE.min_words


def test_sequence_is_one_segment() -> None:
    assert [(piece.start, piece.end) for piece in segments("One. Two.", Density.SEQUENCE)] == [(0, 9)]
    assert segments("", Density.SEQUENCE) == []


@pytest.mark.timeout(100)
@pytest.mark.parametrize("piece", ["\n", "\n ", ".!", '"', ". ", "a.", "1. ", "J. ", "x, ", "。", '."', " ", "Dr. x"])
def test_no_text_takes_time_that_grows_with_its_square(piece: str) -> None:
    """Texts made to defeat the patterns: a second's work as it is, an hour's if it were quadratic."""
    text = piece * 200_000 + "x"
    assert segments(text, Density.SUB_SENTENCE)[-1].end == len(text)
