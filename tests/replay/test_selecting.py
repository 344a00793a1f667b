"""Fewest keys by hand, and: whatever they are, they select what was asked for."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.replay.desk import text_of
from tests.replay.selecting import Place, Span, Text, behind, keys_to_select, stop_at, walk

SAID = "Oru has two moons. It is a mooncake, that is round, and nobody knows why it is so. Why?"


def words_of(text: str) -> list[Span]:
    """Words and marks, as the browser tells them apart in texts as plain as these."""
    import regex

    return [match.span() for match in regex.finditer(r"\w+|[^\w\s]+", text)]


TEXT = text_of(SAID, words_of(SAID))


def span(quote: str, text: str = SAID) -> Span:
    start = text.index(quote)
    return start, start + len(quote)


@pytest.mark.parametrize(
    ("quote", "keys"),
    [
        ("Oru has two moons.", ["s"]),
        ("Oru", ["ArrowRight"]),
        ("has two", ["ArrowRight", "ArrowRight", "Shift+ArrowRight"]),
        ("It is a mooncake, that is round,", ["ArrowRight", "ArrowDown", "d"]),
        ("Oru has two moons. It is a mooncake, that is round,", ["s", "d"]),
        ("Why?", ["Control+End", "s"]),
    ],
)
def test_the_fewest_keys_select_a_span(quote: str, keys: list[str]) -> None:
    found, place = keys_to_select(TEXT, Place(), span(quote))
    assert (found, place.selected) == (keys, span(quote))


def test_parts_of_words_take_graphemes() -> None:
    start = SAID.index("mooncake")
    keys, place = keys_to_select(TEXT, Place((start - 2, start - 1)), (start, start + 4))
    assert keys == ["ArrowRight", "Alt+ArrowRight", *["Alt+Shift+ArrowRight"] * 3]
    assert place.selected == (start, start + 4)


def test_one_goes_on_behind_what_was_marked() -> None:
    assert keys_to_select(TEXT, behind(TEXT, span("Oru has two moons.")), span("It is"))[0] == ["Shift+ArrowRight"]
    assert behind(TEXT, span("?")) == Place(span("?"))


PIECES = st.sampled_from(["moon", "cafe\u0301", "👩‍👩‍👧", "🇩🇪", "a", ", ", ". ", " ", "  ", "월", "‏"])


@st.composite
def texts_with_spans(draw: st.DrawFn) -> tuple[Text, Span]:
    said = draw(st.lists(PIECES, min_size=1, max_size=10).map("".join).filter(lambda text: bool(words_of(text))))
    text = text_of(said, words_of(said))
    first, last = sorted(draw(st.tuples(*[st.integers(0, len(text.graphemes) - 1)] * 2)))
    return text, (text.graphemes[first][0], text.graphemes[last][1])


@given(texts_with_spans())
def test_any_span_of_whole_graphemes_can_be_selected(case: tuple[Text, Span]) -> None:
    text, wanted = case
    assert keys_to_select(text, Place(), wanted)[1].selected == wanted


def test_half_a_grapheme_cannot() -> None:
    text = text_of("🇩🇪", words_of("🇩🇪"))
    with pytest.raises(LookupError, match="no keys select"):
        keys_to_select(text, Place(), (0, 1))


def test_walking_as_the_page_does() -> None:
    on = partial(walk, TEXT.words, by=1)
    place = on(on(Place(), extend=False), extend=True)
    assert place.selected == span("Oru has")
    assert walk(TEXT.words, place, -1, extend=True).selected == span("Oru")
    assert [stop_at(TEXT.words, offset) for offset in (0, 3, 4)] == [0, 0, 1]
