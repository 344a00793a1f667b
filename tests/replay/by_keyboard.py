"""How a person without a mouse enters a judgement, in the fewest actions. Pure."""

from collections.abc import Iterator, Sequence

from tests.replay.ordering import keys_to_order, order_of
from tests.replay.reading import Pane, keys_to_sentence
from tests.replay.selecting import Place, behind, keys_to_select
from tests.replay.tasks import TYPES, Action, Press, Step, Task, Write


def plan(task: Task) -> list[Step]:
    pane = Pane.of(task.passages)
    return [*_spans(task, pane), *_missing(task, pane), *_correction(task), *_comparison(task), _submit]


_submit = Step("submit", Press("Control+Enter"))


def _spans(task: Task, pane: Pane) -> Iterator[Step]:
    place = Place()
    spans = sorted(task.judgement.spans, key=lambda mark: mark.start)
    for number, mark in enumerate(spans):
        keys, place = keys_to_select(task.text, place, (mark.start, mark.end))
        yield from _steps("select", keys, number)
        yield Step("type", Press(TYPES[mark.type].hotkey), number)
        place = behind(task.text, (mark.start, mark.end))
        if TYPES[mark.type].needs == "antecedent" and mark.antecedent:
            keys, _ = keys_to_select(task.text, place, (mark.antecedent.start, mark.antecedent.end))
            yield from _steps("link", [*keys, "Enter"], number)
        if TYPES[mark.type].needs == "evidence":
            pane.focused = False
            for evidence in mark.evidence:
                yield from _steps("link", keys_to_sentence(task.passages, pane, evidence), number)
            if number + 1 < len(spans):
                yield Step("link", Press("Escape"), number)


def _missing(task: Task, pane: Pane) -> Iterator[Step]:
    for mark in task.judgement.missing:
        yield from _steps("missing", ["m", TYPES[mark.type].hotkey])
        pane.enter()
        for evidence in mark.evidence:
            yield from _steps("missing", keys_to_sentence(task.passages, pane, evidence))


def _correction(task: Task) -> Iterator[Step]:
    if task.clean:
        yield Step("clean", Press("n"))
    if task.correction is not None:
        yield from _steps("correction", ["c", "Control+a", Write(task.correction) if task.correction else "Delete"])


def _comparison(task: Task) -> Iterator[Step]:
    """From the correction the ways to compare are the next but one; else what is left to do leads there."""
    if not task.relations:
        return
    order = order_of(task.relations, task.shown)
    to_ways = ["Tab", "Tab"] if task.correction is not None else ["Control+Enter", "Tab", "Enter"]
    if order is not None:
        yield from _steps("comparison", [*to_ways, *keys_to_order(task.shown, order)])
        return
    to_pairs = [*to_ways, "Tab"] if task.correction is not None else [*to_ways, "Tab", "Tab"]
    pairs = [(first, second) for i, first in enumerate(task.shown) for second in task.shown[i + 1 :]]
    said = {1: "ArrowLeft", 0: "ArrowDown", -1: "ArrowRight"}
    yield from _steps("comparison", [*to_pairs, "Space", *(said[task.relations[pair]] for pair in pairs)])


def _steps(part: str, actions: Sequence[str | Action], of: int | None = None) -> Iterator[Step]:
    for action in actions:
        yield Step(part, Press(action) if isinstance(action, str) else action, of)
