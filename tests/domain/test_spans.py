import pytest
import regex

from annotator.domain.errors import DomainError
from annotator.domain.spans import Span, check_span, overlaps, text_sha256, word_count
from tests.domain.golden import golden


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((0, 3), (3, 5), False),
        ((0, 4), (3, 5), True),
        ((0, 9), (3, 5), True),
        ((3, 5), (3, 5), True),
        ((5, 6), (0, 5), False),
    ],
)
def test_touching_spans_do_not_overlap(a: tuple[int, int], b: tuple[int, int], expected: bool) -> None:
    assert overlaps(Span(*a), Span(*b)) is overlaps(Span(*b), Span(*a)) is expected


@pytest.mark.parametrize("case", golden("offsets"), ids=lambda case: case["name"])
def test_offsets_are_code_points(case: dict) -> None:
    text = case["text"]
    assert len(text) == case["code_points"]
    assert _utf16(text) == case["utf16"]
    for span in case["spans"]:
        assert check_span(text, span["start"], span["end"], span["quote"], "span") == Span(span["start"], span["end"])
        assert _utf16(text[: span["start"]]) == span["utf16_start"]
        assert _utf16(text[: span["end"]]) == span["utf16_end"]
    assert case["graphemes"][0] == 0
    assert case["graphemes"][-1] == len(text)
    assert case["graphemes"] == sorted(set(case["graphemes"]))
    stops = "".join(text[start:end] for start, end in case["words"])
    assert stops == "".join(text.split())


@pytest.mark.parametrize("case", golden("graphemes"), ids=lambda case: case["name"])
def test_grapheme_boundaries_agree_with_another_implementation(case: dict) -> None:
    ends = [match.end() for match in regex.finditer(r"\X", case["text"])]
    assert case["graphemes"] == [0, *ends]


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("start", "end", "code", "path", "said"),
    [
        (-1, 2, "span_outside_text", "spans.0", "-1..2 is not inside the text of length 3"),
        (1, 1, "span_outside_text", "spans.0", "1..1 is not inside the text of length 3"),
        (2, 4, "span_outside_text", "spans.0", "2..4 is not inside the text of length 3"),
        (0, 2, "quote_mismatch", "spans.0.quote", "the text at 0..2 is 'a😀', not '😀b'"),
    ],
)
def test_a_wrong_span_is_named(start: int, end: int, code: str, path: str, said: str) -> None:
    with pytest.raises(DomainError) as caught:
        check_span("a😀b", start, end, "😀b", "spans.0")
    assert caught.value.code == code
    assert caught.value.fields == {path: said}


def test_hash_and_words() -> None:
    assert text_sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert [word_count(text) for text in ("", " \n", "one", " one\ttwo , ")] == [0, 0, 1, 3]
