"""The desk at work: marking, passages, correction, comparing, questions, submitting."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.states.scenes import World, at_text, keys, press, scene, text_of, title, word

FOUR = (
    "Oru has two moons. Both are red.",
    "Oru has one moon. Nobody knows how old it is.",
    "Oru has one moon. Nobody knows how old it is.",
    "Oru has no moon at all, only a ring.",
)
QUESTIONS: list[dict[str, Any]] = [
    {"key": "clear", "text": "How clear is it?", "kind": "rating", "points": 11, "low": "muddled", "high": "plain"},
    {
        "key": "tone",
        "text": "What is its tone?",
        "kind": "choice",
        "options": [{"key": "dry", "name": "Dry"}, {"key": "warm", "name": "Warm"}, {"key": "rude", "name": "Rude"}],
    },
    {"key": "rude", "text": "What is rude about it?", "kind": "text", "when": {"answer": "tone", "is": ["rude"]}},
    {
        "key": "use",
        "text": "Who could use it?",
        "kind": "choice",
        "multiple": True,
        "required": False,
        "options": [{"key": "child", "name": "A child"}, {"key": "expert", "name": "An expert"}],
    },
    {"key": "more", "text": "Anything else?", "kind": "text", "required": False},
]


@scene
def marking(world: World) -> Iterator[tuple[str, Page]]:
    page = world.desk(world.project("marking"))
    expect(text_of(page)).to_be_focused()
    yield "idle", page
    keys(page, "4")
    expect(page.get_by_text("Every selection becomes")).to_be_visible()
    yield "brush", page
    keys(page, "Escape", "ArrowRight", "ArrowRight", "Shift+ArrowRight")
    yield "words selected", page
    page.get_by_role("button", name="Inconsistent fact").focus()
    keys(page, "Shift+Tab", "Tab")
    expect(page.get_by_role("tooltip")).to_be_visible()
    yield "type explained", page
    at_text(page, "3")
    expect(page.locator(".card[data-open]")).to_be_visible()
    yield "mark that asks for evidence", page
    keys(page, "e")
    expect(page.get_by_role("button", name="Done").first).to_be_visible()
    yield "evidence: choosing sentences", page
    keys(page, "ArrowDown", "ArrowDown", "Space")
    yield "evidence: chosen", page
    keys(page, "Escape", "ArrowDown", "ArrowDown", "s", "2")
    yield "mark that asks for earlier words", page
    word(page, "ring").click()
    keys(page, "1")
    expect(page.locator(".hint[data-warn]")).to_be_visible()
    yield "overlap warned of", page
    keys(page, "m")
    expect(page.get_by_role("group", name="What is missing")).to_be_attached()
    yield "missing information that asks for its type", page
    at_text(page, "7", "Escape", "Escape")
    page.locator(".card-head").first.click()
    yield "marks", page
    at_text(page, "?")
    title(page, "How to mark")
    yield "help dialog", page
    keys(page, "Escape")
    at_text(page, "Control+Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    yield "left to do", page


@scene
def reading_the_passages(world: World) -> Iterator[tuple[str, Page]]:
    page = world.desk(world.project("reading"))
    at_text(page, "ArrowRight", "ArrowRight", "ArrowRight", "4")
    expect(page.get_by_text("have not been opened").first).to_be_visible()
    yield "unopened passages warned of", page
    at_text(page, "o")
    yield "passages open", page
    page.get_by_role("searchbox").or_(page.get_by_label("Find in the passages")).first.fill("moon")
    expect(page.locator(".find").get_by_text("place")).to_be_visible()
    yield "found in the passages", page
    page.set_viewport_size({"width": 800, "height": 900})
    page.get_by_role("tab", name="Passages").click()
    yield "passages on a narrow screen", page


@scene
def list_mode(world: World) -> Iterator[tuple[str, Page]]:
    page = world.desk(world.project("listed"))
    at_text(page, "ArrowRight", "ArrowRight", "1", "l")
    expect(page.locator(".list-mode")).to_be_visible()
    yield "list", page
    page.locator(".list-mode button[aria-expanded]").first.click()
    expect(page.get_by_label("From word")).to_be_visible()
    yield "list: marking a sentence", page


@scene
def correcting(world: World) -> Iterator[tuple[str, Page]]:
    desk = {"propose_spans": True, "propose_edits": True, "overlap": "forbid"}
    page = world.desk(world.project("correcting", desk=desk))
    at_text(page, "ArrowDown", "s", "1")
    field = page.get_by_role("textbox", name="without its errors")
    yield "correction untouched", page
    field.fill("Oru has one moon. 🌕 It has two moons, and a ring of dust.")
    expect(page.get_by_role("list", name="Proposals")).to_be_visible()
    yield "correction with diff and proposals", page
    at_text(page, "Home", "ArrowDown", "Shift+ArrowRight", "4")
    yield "overlap forbidden", page


@scene
def a_board(world: World) -> Iterator[tuple[str, Page]]:
    page = world.desk(world.project("board", FOUR, desk={"comparison": "either"}))
    yield "board unranked", page
    press(page, "Move response A up")
    press(page, "Move response C down")
    yield "board ranked", page


@scene
def two_side_by_side(world: World) -> Iterator[tuple[str, Page]]:
    page = world.desk(world.project("pair", FOUR[:2], desk={"asks": ["comparison"], "comparison": "pairs"}))
    yield "pair", page
    page.get_by_role("group", name="A is better").get_by_role("button", name="clearly").click()
    yield "pair with strength", page


@scene
def pair_after_pair(world: World) -> Iterator[tuple[str, Page]]:
    page = world.desk(world.project("pairs", FOUR, desk={"asks": ["comparison"], "comparison": "pairs"}))
    yield "first of six pairs", page
    page.locator("#compare-title, .compare h2").first.focus()
    for side in ("A", "C", "A", "B", "B", "C"):  # A over B, C over A, A over D, …, and B over C: a circle
        button = page.get_by_role("button", name=f"{side} is better")
        (button if button.count() else page.get_by_role("button", name="Equally good")).first.click()
    expect(page.get_by_text("These do not fit into one order")).to_be_visible()
    yield "contradiction", page


@scene
def questions(world: World) -> Iterator[tuple[str, Page]]:
    page = world.desk(world.project("questions", desk={"asks": ["marks"], "questions": QUESTIONS}))
    at_text(page, "n")
    press(page, "Submit and next")
    expect(page.get_by_role("dialog")).to_be_visible()
    yield "questions unmet", page
    keys(page, "Escape")
    page.get_by_label("Rude").check()
    page.get_by_role("group", name="How clear is it?").get_by_role("radio").nth(5).check()
    expect(page.get_by_label("What is rude about it?")).to_be_visible()
    yield "questions answered, one under a condition", page


@scene
def other_desks(world: World) -> Iterator[tuple[str, Page]]:
    yield "correction only", world.desk(world.project("mend", FOUR[:1], desk={"asks": ["correction"]}))
    page = world.desk(world.project("marks", FOUR[:1], desk={"asks": ["marks"], "needs": "optional"}))
    yield "marks only", page
    at_text(page, "s", "3")
    press(page, "1 reminder")
    expect(page.get_by_role("dialog")).to_be_visible()
    yield "reminders", page
