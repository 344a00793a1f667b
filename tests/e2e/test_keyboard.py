"""The whole of the work with nothing but the keyboard: no click, no focus set by the test."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.states import World
from tests.e2e.states.scenes import keys, text_of
from tests.e2e.states.way import CONSENT, GUIDELINE

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

NAME = """() => {
  const { ariaLabel, labels, textContent } = document.activeElement;
  return (ariaLabel ?? labels?.[0]?.textContent ?? textContent).trim();
}"""


def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    passed = []
    for _ in range(60):
        page.keyboard.press(key)
        passed.append(page.evaluate(NAME))
        if passed[-1].startswith(name):
            return
    raise AssertionError(f"{key} does not lead to {name!r}, but past {passed}")


def test_from_consent_to_the_next_text(context_of: Any, tmp_path: Path) -> None:
    from annotator.models import Annotation

    world = World(context_of, tmp_path)
    desk = {"consent": {"version": "1", "body": CONSENT}, "content_warning": "War."}
    project = world.project("keys", desk=desk, guideline=GUIDELINE, guideline_version="1")
    page = world.page(world.annotator(project))
    page.goto("/annotate/keys")
    expect(page.get_by_role("heading", name="Before you start")).to_be_focused()
    tab_to(page, "I agree")
    keys(page, "Enter")
    expect(page.get_by_role("heading", name="Read the guideline")).to_be_focused()
    tab_to(page, "I have read it")
    keys(page, "Space")
    expect(text_of(page)).to_be_focused()

    # "two moons" is inconsistent, because of what the first passage says in its second sentence.
    moons = 2 if "Oru has two" in text_of(page).inner_text() else 1
    keys(page, "Home", *["ArrowRight"] * moons, "Shift+ArrowRight", "3")
    keys(page, "e", "ArrowDown", "ArrowDown", "Space", "Escape")
    expect(text_of(page)).to_be_focused()
    # What is missing, and from where.
    keys(page, "m", "7", "Space", "Escape")
    keys(page, "c", "Control+End", "Shift+Control+ArrowLeft")
    page.keyboard.type("quite sure.")
    # The board: the response that stands second is the better one.
    tab_to(page, "Move response B up")
    keys(page, "Enter", "Control+Enter")
    expect(page.get_by_text("1 submitted of 3")).to_be_visible()
    expect(text_of(page)).to_be_focused()

    annotation = Annotation.objects.get()
    judgement = annotation.judgements.get()
    (mark,) = judgement.spans.all()
    assert (mark.type, mark.evidence) == ("inconsistent_fact", [{"passage": 1, "sentence": 2}])
    assert [each.type for each in judgement.missing.all()] == ["missing_major_auxiliary"]
    assert judgement.corrected_text.endswith("quite sure.")
    shown = annotation.display_order
    (comparison,) = annotation.comparisons.all()
    assert {comparison.first: "first", comparison.second: "second"}[shown[1]] == comparison.preferred
    assert world.broken == []
