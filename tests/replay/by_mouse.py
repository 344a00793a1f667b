"""How a person with a mouse enters a judgement, in the fewest actions. Pure.

A span is a drag, or a click beside its sentence, and then its type; the type that most spans have is taken up first,
like a brush, where that saves clicks. The keyboard is for the correction alone.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from annotator.domain.records import MissingMark, SpanMark
from tests.replay.ordering import drags_to_order, order_of
from tests.replay.selecting import Span, Text, words_in
from tests.replay.tasks import TYPES, Action, Click, Drag, Press, Step, Tap, Task, Write


def plan(task: Task) -> list[Step]:
    return [*_spans(task), *_missing(task), *_correction(task), *_comparison(task), Step("submit", Click("submit"))]


def _spans(task: Task) -> Iterator[Step]:
    spans = sorted(task.judgement.spans, key=lambda mark: mark.start)
    brush = _brush(task.text, spans)
    opened = False
    for number, mark in enumerate(spans):
        if number == 0 and brush:
            yield Step("type", Click("type", brush), number)
        select = _select(task.text, (mark.start, mark.end))
        if mark.type == brush:
            yield from (Step("select", action, number) for action in _ended(task.text, select))
        else:
            yield Step("select", select, number)
            yield Step("type", Click("type", mark.type), number)
        if TYPES[mark.type].needs == "antecedent" and mark.antecedent:
            earlier = _select(task.text, (mark.antecedent.start, mark.antecedent.end))
            yield from (Step("link", action, number) for action in _ended(task.text, earlier))
        if TYPES[mark.type].needs == "evidence":
            for action in _give(task, mark, opened):
                yield Step("link", action, number)
            opened = True


def _brush(text: Text, spans: Sequence[SpanMark]) -> str | None:
    """The type to take up before the first span, if that saves clicks: none on a single word, which needs one more."""
    saved = Counter(
        mark.type for mark in spans if len(_ended(text, _select(text, (mark.start, mark.end)))) == 1
    ).most_common(1)
    return saved[0][0] if saved and saved[0][1] > 1 else None


def _select(text: Text, span: Span) -> Action:
    for sentence in text.sentences:
        first, last = words_in(text, sentence)
        if (first[0], last[1]) == span:
            return Tap(sentence[0])
    return Drag(span, fine=not text.by_words(span))


def _ended(text: Text, select: Action) -> list[Action]:
    """A click on a single word waits for the other end, which a second click says is the same word."""
    if not isinstance(select, Drag):
        return [select]
    stops = text.graphemes if select.fine else text.words
    return [select, select] if select.span in stops else [select]


def _missing(task: Task) -> Iterator[Step]:
    opened = any(TYPES[mark.type].needs == "evidence" for mark in task.judgement.spans)
    for mark in task.judgement.missing:
        for action in (Click("missing"), Click("missing type", mark.type), *_give(task, mark, opened)):
            yield Step("missing", action)
        opened = True


def _give(task: Task, mark: SpanMark | MissingMark, opened: bool) -> Iterator[Action]:
    """The sentences of one mark; several passages are opened all together before the first."""
    if not opened and len(task.passages) > 1:
        yield Click("open all")
    for place in mark.evidence:
        yield Click("sentence", (place.passage, place.sentence))


def _correction(task: Task) -> Iterator[Step]:
    if task.clean:
        yield Step("clean", Click("clean"))
    if task.correction is not None:
        yield Step("correction", Click("correction"))
        yield Step("correction", Press("Control+a"))
        yield Step("correction", Write(task.correction) if task.correction else Press("Delete"))


def _comparison(task: Task) -> Iterator[Step]:
    if not task.relations:
        return
    order = order_of(task.relations, task.shown)
    actions: list[Action] = []
    if order is None:
        pairs = [(first, second) for i, first in enumerate(task.shown) for second in task.shown[i + 1 :]]
        actions = [Click("pairs"), *(Click("verdict", -task.relations[pair] + 1) for pair in pairs)]
    elif len(order) == 1:
        actions = [Click("equal")]
    else:
        actions = [*drags_to_order(task.shown, order)]
    for action in actions:
        yield Step("comparison", action)
