"""How the keys of the annotate page move through a response and select in it, and the fewest that select a span. Pure.

What keys do is `frontend/src/state/selection.ts`, said again: a replay that ends with what was wanted shows that the
two agree. Offsets are code points, half-open.
"""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

Span = tuple[int, int]
LEAP = 5  # words
start_of = itemgetter(0)


@dataclass(frozen=True)
class Text:
    """A response as keys see it: words without the white space between them, graphemes, and the server's segments."""

    text: str
    words: Sequence[Span]
    graphemes: Sequence[Span]
    sentences: Sequence[Span]
    clauses: Sequence[Span]

    def by_words(self, span: Span) -> bool:
        """Whether the span begins where a word does and ends where one does."""
        return span[0] in {start for start, _ in self.words} and span[1] in {end for _, end in self.words}


@dataclass(frozen=True)
class Place:
    """The word, grapheme or segment last reached and, while something is selected, where the selection began."""

    cursor: Span | None = None
    anchor: Span | None = None

    @property
    def selected(self) -> Span | None:
        if self.cursor is None or self.anchor is None:
            return None
        return min(self.anchor[0], self.cursor[0]), max(self.anchor[1], self.cursor[1])


def keys_to_select(text: Text, place: Place, span: Span) -> tuple[list[str], Place]:
    """The fewest keys after which exactly `span` is selected, and where one is then.

    LookupError if no keys lead there.
    """
    fine = not text.by_words(span)
    before: dict[Place, tuple[Place, str] | None] = {place: None}
    waiting = deque([place])
    while waiting:
        here = waiting.popleft()
        if here.selected == span:
            return _way(before, here), here
        for key, there in _moves(text, here, fine):
            if there not in before and _leads_to(there, span):
                before[there] = here, key
                waiting.append(there)
    raise LookupError(f"no keys select {span} in {text.text!r}")


def _leads_to(place: Place, span: Span) -> bool:
    """A selection that is being extended keeps the end where it began."""
    anchor = place.anchor
    return anchor is None or anchor == place.cursor or anchor[0] == span[0] or anchor[1] == span[1]


def _way(before: dict[Place, tuple[Place, str] | None], place: Place) -> list[str]:
    keys: list[str] = []
    while step := before[place]:
        place, key = step
        keys.append(key)
    return keys[::-1]


def _moves(text: Text, here: Place, fine: bool) -> Iterator[tuple[str, Place]]:
    """Of two ways that are as short, people take the one with the plainer keys, which come first here."""
    yield "s", take(text, here, text.sentences)
    yield "d", take(text, here, text.clauses)
    for shift in ("", "Shift+"):
        extend = bool(shift)
        for by, arrow in ((1, "ArrowRight"), (-1, "ArrowLeft")):
            yield f"{shift}{arrow}", walk(text.words, here, by, extend)
        for by, arrow in ((1, "ArrowDown"), (-1, "ArrowUp")):
            yield f"{shift}{arrow}", walk_sentences(text, here, by, extend)
        for by, arrow in ((1, "ArrowRight"), (-1, "ArrowLeft")):
            yield f"Control+{shift}{arrow}", leap(text, here, by, extend)
        for by, key in ((1, "End"), (-1, "Home")):
            yield f"Control+{shift}{key}", walk_text(text, here, by, extend)
        for by, arrow in ((1, "ArrowRight"), (-1, "ArrowLeft")) if fine else ():
            yield f"Alt+{shift}{arrow}", walk(text.graphemes, here, by, extend)


def walk(stops: Sequence[Span], here: Place, by: int, extend: bool) -> Place:
    if here.cursor is None:
        return _at(stops[0])
    if extend:
        return _stretch(stops, here.anchor or here.cursor, here.cursor, by)
    return _at(_beside(stops, here.cursor, by))


def leap(text: Text, here: Place, by: int, extend: bool) -> Place:
    for _ in range(LEAP):
        here = walk(text.words, here, by, extend)
    return here


def behind(text: Text, span: Span) -> Place:
    """Where one goes on from once the span is marked: at the word after it."""
    after = stop_at(text.words, span[1] - 1) + 1
    return Place(text.words[min(after, len(text.words) - 1)])


def walk_sentences(text: Text, here: Place, by: int, extend: bool) -> Place:
    if here.cursor is None:
        return _at(text.words[0])
    at = stop_at(text.sentences, here.cursor[0])
    if by < 0 or extend:
        near = _edge(text, at, by, extend)
        target = _edge(text, at + by, by, extend) if near == here.cursor else near
    else:
        target = _edge(text, at + 1, by, extend)
    return _at(target, here.anchor or here.cursor if extend else None)


def walk_text(text: Text, here: Place, by: int, extend: bool) -> Place:
    return _at(text.words[-1 if by > 0 else 0], here.anchor or here.cursor if extend else None)


def take(text: Text, here: Place, segments: Sequence[Span]) -> Place:
    """The segment under the cursor; when exactly it is selected already, the next one as well."""
    chosen = here.selected
    first, last = words_in(text, segments[stop_at(segments, (chosen or here.cursor or (0, 0))[0])])
    end = stop_at(segments, here.cursor[1] - 1 if here.cursor else 0)
    if chosen != (first[0], words_in(text, segments[end])[1][1]):
        return Place(last, first)
    return Place(words_in(text, segments[end + 1])[1], first) if end + 1 < len(segments) else here


def words_in(text: Text, segment: Span) -> tuple[Span, Span]:
    """First and last word that start in the segment."""
    first = bisect_left(text.words, segment[0], key=start_of)
    return text.words[first], text.words[stop_at(text.words, segment[1] - 1)]


def stop_at(stops: Sequence[Span], offset: int) -> int:
    """Index of the stop that holds the offset; between two stops, the one before; before the first, 0."""
    return max(0, bisect_right(stops, offset, key=start_of) - 1)


def _at(cursor: Span, anchor: Span | None = None) -> Place:
    return Place(cursor, anchor or cursor)


def _edge(text: Text, index: int, by: int, extend: bool) -> Span:
    first, last = words_in(text, text.sentences[max(0, min(len(text.sentences) - 1, index))])
    return last if by > 0 and extend else first


def _beside(stops: Sequence[Span], here: Span, by: int) -> Span:
    index = stop_at(stops, here[0] if by > 0 else here[1] - 1)
    stop = stops[index]
    entered = here[0] <= stop[0] and stop[1] <= here[1] and stop != here
    passed = stop[0] >= here[1] if by > 0 else stop[1] <= here[0]
    return stop if entered or passed else stops[max(0, min(len(stops) - 1, index + by))]


def _stretch(stops: Sequence[Span], anchor: Span, cursor: Span, by: int) -> Place:
    forward = cursor[0] >= anchor[0]
    edge = stop_at(stops, cursor[1] - 1 if forward else cursor[0])
    kept = stops[stop_at(stops, anchor[0] if forward else anchor[1] - 1)]
    inside = anchor[0] <= kept[0] and kept[1] <= anchor[1]
    return Place(stops[max(0, min(len(stops) - 1, edge + by))], kept if inside else anchor)
