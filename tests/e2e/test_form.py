"""The desk for readers who set up their machine otherwise: forced colours, more contrast, no motion, a huge screen,
scripts that run from right to left."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.states import World
from tests.e2e.states.scenes import at_text, text_of
from tests.e2e.states.texts import ARABIC, LONG, desk

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

# Of each mark: the style of its line, its colour, the letter above it and that one's colour.
LINES = """() => {
  const letters = document.querySelectorAll(".letters .letter");
  return [...document.querySelectorAll(".response-text mark")].map((mark, i) => {
    const line = getComputedStyle(mark), letter = letters[i];
    return [line.textDecorationLine, line.textDecorationStyle, line.textDecorationColor, letter.innerText,
      getComputedStyle(letter).color];
  });
}"""
# How many characters stand on each line of the text.
CHARACTERS = """(node) => {
  const lines = new Map();
  const range = document.createRange();
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    for (let at = 0; at < walker.currentNode.length; at += 1) {
      range.setStart(walker.currentNode, at);
      range.setEnd(walker.currentNode, at + 1);
      const { bottom, width } = range.getBoundingClientRect();
      if (width > 0) lines.set(Math.round(bottom), (lines.get(Math.round(bottom)) ?? 0) + 1);
    }
  }
  return [...lines.values()];
}"""


@pytest.fixture
def world(context_of: Any, tmp_path: Path, transactional_db: None) -> Any:
    world = World(context_of, tmp_path)
    yield world
    assert world.broken == []


def mark_with_all(page: Page) -> None:
    """The first sentences, each with another type."""
    for key in "12345":
        at_text(page, "s", key, "Escape", "ArrowDown")


def test_forced_colours_leave_the_lines_and_letters_of_marks_apart(world: World) -> None:
    page = desk(world, "forced", LONG)
    page.emulate_media(forced_colors="active")
    mark_with_all(page)
    lines = page.evaluate(LINES)
    assert len(lines) == 5
    assert {line for line, *_ in lines} == {"underline"}
    assert len({style for _, style, *_ in lines}) == 5
    assert [letter for *_, letter, _ in lines] == ["I", "R", "F", "U", "X"]
    paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert paper not in {colour for _, _, colour, _, _ in lines} | {colour for *_, colour in lines}


def test_more_contrast_is_given_to_those_who_ask_for_it(world: World) -> None:
    page = desk(world, "contrast", LONG)
    soft = "getComputedStyle(document.querySelector('.hint')).color"
    before = page.evaluate(soft)
    page.emulate_media(contrast="more")
    assert page.evaluate(soft) != before


def test_nothing_moves_for_those_who_want_no_motion(world: World) -> None:
    page = desk(world, "motion", LONG)
    mark_with_all(page)
    page.get_by_role("button", name="Help").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate("document.getAnimations().length") == 0


@pytest.mark.parametrize("width", [1280, 3840])
def test_lines_have_at_most_75_characters_however_wide_the_screen(world: World, width: int) -> None:
    page = desk(world, "wide", LONG)
    page.set_viewport_size({"width": width, "height": 2160})
    assert max(text_of(page).evaluate(CHARACTERS)) <= 75
    for region in (page.locator("main .question"), page.locator(".passages"), page.locator(".submit-bar")):
        box = region.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


def test_arrows_and_the_gutter_follow_the_direction_of_the_text(world: World) -> None:
    page = desk(world, "arabic", ARABIC)
    at_text(page, "ArrowLeft", "Shift+ArrowLeft", "1")
    expect(text_of(page).locator("mark")).to_have_text("لكوكب أورو")
    text, gutter = text_of(page).bounding_box(), page.locator(".gutter").bounding_box()
    assert text
    assert gutter
    assert gutter["x"] > text["x"] + text["width"] - gutter["width"] - 1
