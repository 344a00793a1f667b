"""The annotate page in a browser: what a person would see there, and their hands.

The page is read through its DOM, as eyes would read it; it is changed by Playwright's mouse and keyboard alone.
Scrolling is not counted as an action.
"""

from collections.abc import Iterable
from typing import Any

import regex
from playwright.sync_api import Locator, Page, expect

from annotator.domain.records import FeedbackRecord
from annotator.domain.segments import Density, segments
from tests.replay.ordering import Drop
from tests.replay.selecting import Span, Text, stop_at
from tests.replay.tasks import TYPES, Action, Click, Drag, Press, Step, Tap, Task, Write, task_of

PIECES = "pieces => pieces.map((piece) => [Number(piece.dataset.start), piece.textContent])"
SCREEN = {"width": 1440, "height": 1400}
EDGE = 100  # pixels
# The middle of an element, once it stands still, if that is in sight.
MIDDLE = """async (element) => {
  const frame = () => new Promise(requestAnimationFrame);
  const measure = () => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [x + width / 2, y + height / 2];
  };
  let before, middle;
  do {
    before = measure();
    await frame();
    middle = measure();
  } while (String(before) !== String(middle));
  return element.contains(document.elementFromPoint(...middle)) ? middle : null;
}"""
# Waits until an element has stood still for a while: a wheel takes some time to begin to scroll.
STILL = """async (element) => {
  let [before, frames] = [null, 0];
  while (frames < 8) {
    await new Promise(requestAnimationFrame);
    const { top, bottom } = element.getBoundingClientRect();
    frames = `${top} ${bottom}` === before ? frames + 1 : 0;
    before = `${top} ${bottom}`;
  }
}"""
# What the changes to a correction, drawn a moment after they are made, push down.
BELOW_CORRECTION = ("equal", "pairs")
# Top and bottom of each tier of the board.
TIERS = """(board) => {
  const tiers = [];
  for (const row of board.querySelectorAll("[data-tier]")) {
    const { top, bottom } = row.getBoundingClientRect();
    const tier = Number(row.dataset.tier);
    tiers[tier] = [tiers[tier]?.[0] ?? top, bottom];
  }
  return tiers;
}"""
# Points in words or graphemes of the response, nearer to their beginning, where the caret goes before them.
POINTS = """(response, ranges) => ranges.map(([from, to]) => {
  const range = document.createRange();
  const walker = document.createTreeWalker(response, NodeFilter.SHOW_TEXT);
  let at = 0;
  while (at + walker.nextNode().length <= from) at += walker.currentNode.length;
  range.setStart(walker.currentNode, from - at);
  range.setEnd(walker.currentNode, Math.min(to - at, walker.currentNode.length));
  const { x, y, width, height } = range.getBoundingClientRect();
  return [x + 0.3 * width, y + height / 2];
})"""


class Desk:
    """One browser page with the desk in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.text = page.locator("[data-zone=text]")

    def open(self, slug: str) -> None:
        self.page.goto(f"/annotate/{slug}")

    def question(self, before: str | None = None) -> str | None:
        """The question of the text that waits, another one than `before`; None when there is nothing to mark."""
        heading = self.page.get_by_role("heading", level=1)
        if before is not None:
            try:
                expect(heading).not_to_have_text(before, timeout=60_000)
            except AssertionError as error:
                said = self.page.locator("dialog, [role=alert], .submit-row").all_inner_texts()
                raise AssertionError(f"{before!r} was not submitted; the page says {said}") from error
        nothing = self.page.get_by_role("heading", name="Nothing to mark right now")
        expect(self.text.or_(nothing)).to_be_visible(timeout=60_000)
        if nothing.is_visible():
            try:  # the next text may wait for what was submitted just now
                expect(self.text).to_be_visible(timeout=5_000)
            except AssertionError:
                return None
        expect(self.text).to_be_focused()
        return heading.text_content()

    def task(self, record: FeedbackRecord) -> Task:
        """What there is to enter here; the text is not marked yet."""
        words: list[Span] = []
        for start, piece in self.text.locator("[data-start]").evaluate_all(PIECES):
            if piece.strip():
                words.append((start, start + len(piece)))
        shown = [int(each) for each in self._display_order(len(record.responses))]
        return task_of(record, text_of(record.responses[0].text, words), shown)

    def _display_order(self, responses: int) -> Iterable[str]:
        """The responses as they are called A, B, C, …"""
        if responses < 2:
            return ["0"]
        rows = self.page.locator("[data-response]")
        read = "rows => rows.map((row) => [row.querySelector('h3').textContent, row.dataset.response]).sort()"
        return [index for _, index in rows.evaluate_all(read)]

    def do(self, task: Task, steps: Iterable[Step]) -> None:
        for step in steps:
            self.act(task, step.action)

    def act(self, task: Task, action: Action) -> None:
        keyboard = self.page.keyboard
        match action:
            case Press(key):
                keyboard.press(key)
            case Write(text):
                keyboard.insert_text(text)
            case Click(what, which):
                control = self._control(what, which)
                if what in BELOW_CORRECTION:
                    control.evaluate(STILL)
                self._click(control)
            case Tap(start):
                self._tap(start)
            case Drag(span, fine):
                self._drag(task.text, span, fine)
            case Drop():
                self._drop(action)

    def _control(self, what: str, which: Any) -> Locator:
        page = self.page
        match what:
            case "type":
                return page.locator(".type-bar").get_by_role("button", name=TYPES[which].name)
            case "missing":
                return page.get_by_role("button", name="Add missing information")
            case "missing type":
                return page.locator(".card[data-open]").get_by_role("button", name=TYPES[which].name)
            case "open all":
                return page.get_by_role("button", name="Open all")
            case "sentence":
                return page.locator(f"[data-control='{which[0]}.{which[1]}']")
            case "clean":
                return page.locator(".clean input")
            case "correction":
                return page.locator("#correction-field")
            case "equal":
                return page.get_by_role("button", name="They are equally good")
            case "pairs":
                return page.get_by_role("button", name="Pair by pair")
            case "verdict":
                return page.get_by_role("group", name="Which is better?").get_by_role("button").nth(which)
            case "submit":
                return page.get_by_role("button", name="Submit and next")
        raise ValueError(f"no control is called {what!r}")

    def _tap(self, start: int) -> None:
        """At the outer edge of the gutter: over the rest of it may lie the handle of a mark that begins a line."""
        tap = self.page.locator(f".tap[data-sentence='{start}']")
        tap.click(position={"x": 3, "y": _box(tap)["height"] / 2})

    def _click(self, control: Locator) -> None:
        """In its middle; scrolled to first, where that is out of sight or under something else."""
        point = control.evaluate(MIDDLE)
        if point:
            self.page.mouse.click(*point)
        else:
            control.click()

    def _drag(self, text: Text, span: Span, fine: bool) -> None:
        mouse, keyboard = self.page.mouse, self.page.keyboard
        stops = text.graphemes if fine else text.words
        ends = [stops[stop_at(stops, span[0])], stops[stop_at(stops, span[1] - 1)]]
        utf16 = [[len(text.text[:offset].encode("utf-16-le")) // 2 for offset in end] for end in ends]
        self.text.scroll_into_view_if_needed()
        begin, end = self.text.evaluate(POINTS, utf16)
        if fine:
            keyboard.down("Alt")
        mouse.move(*begin)
        mouse.down()
        mouse.move(*end)
        mouse.up()
        if fine:
            keyboard.up("Alt")

    def _centre(self, element: Locator) -> None:
        """Away from the edges of the window, where a drag scrolls the page; by the wheel."""
        element.evaluate(STILL)
        box, height = _box(element), SCREEN["height"]
        if box["y"] < EDGE or box["y"] + box["height"] > height - EDGE:
            self.page.mouse.move(1, height / 2)
            self.page.mouse.wheel(0, box["y"] + box["height"] / 2 - height / 2)
            element.evaluate(STILL)

    def _drop(self, drop: Drop) -> None:
        """By the grip, to the middle of a tier or to its edge; the board may grow as the drag begins."""
        mouse = self.page.mouse
        board = self.page.locator(".board")
        self._centre(board)
        box = _box(board.locator(f"[data-response='{drop.response}'] .grip"))
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        mouse.move(x, y)
        mouse.down()
        mouse.move(x, y + 8)
        for _ in range(2):
            mouse.move(x, self._height_of(board, drop))
        mouse.up()

    def _height_of(self, board: Locator, drop: Drop) -> float:
        """Where on the screen to let go: inside the tier, at its upper edge, or at the lower edge of the last."""
        tiers = board.evaluate(TIERS)
        if drop.tier == len(tiers):
            return float(tiers[-1][1]) - 4
        top, bottom = tiers[drop.tier]
        return float((top + bottom) / 2 if drop.tie else top + 4)


def text_of(text: str, words: list[Span]) -> Text:
    graphemes = [match.span() for match in regex.finditer(r"\X", text)]
    sentences, clauses = (
        [(each.start, each.end) for each in segments(text, density)]
        for density in (Density.SENTENCE, Density.SUB_SENTENCE)
    )
    return Text(text, words, graphemes, sentences, clauses)


def _box(locator: Locator) -> Any:
    box = locator.bounding_box()
    assert box, f"{locator} is not on the screen"
    return box
