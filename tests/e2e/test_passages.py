"""The passages beside the text: what was opened, the search, the tabs of a small screen."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desks import open_page, project_with, stored, submit

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

TEXT = "Oru has two moons. It has a ring of ice. 🌕"
DESK = {"asks": ["marks"]}


@pytest.fixture
def ann(transactional_db: None) -> Any:
    return project_with(DESK, [TEXT])


@pytest.fixture
def page(context_of: Any, errors: Any, ann: Any) -> Page:
    return open_page(context_of(ann), errors)


def text_of(page: Page) -> Any:
    return page.get_by_role("textbox", name="text to mark")


def head(page: Page, passage: int) -> Any:
    return page.get_by_role("button", name=f"Passage {passage}")


def sentence(page: Page, text: str) -> Any:
    return page.get_by_role("region", name="Passages").get_by_role("button", name=text)


def keys(page: Page, *names: str) -> None:
    for name in names:
        page.keyboard.press(name)


def painted(page: Page, name: str) -> list[str]:
    """The words under a highlight, which is in no element."""
    found: list[str] = page.evaluate("name => [...(CSS.highlights.get(name) ?? [])].map(String)", name)
    return found


def said(page: Page) -> Any:
    return page.locator("p[role=status].sr")


def test_what_is_opened_is_recorded_and_what_is_not_is_warned_of(page: Page) -> None:
    expect(sentence(page, "It has one moon.")).to_be_hidden()
    text_of(page).focus()
    keys(page, "s", "4")
    warning = page.get_by_text("Passages 1 and 2 have not been opened.")
    expect(page.locator(".warning")).to_contain_text("Passages 1 and 2 have not been opened.")
    expect(said(page)).to_contain_text("Mark 1, Unverifiable fact, words 1 to 4: added.")
    expect(said(page)).to_contain_text("Passages 1 and 2 have not been opened.")
    head(page, 2).click()
    expect(sentence(page, "The ring is of dust.")).to_be_visible()
    expect(page.locator(".warning")).to_contain_text("Passage 1 has not been opened.")
    head(page, 2).click()
    expect(sentence(page, "The ring is of dust.")).to_be_hidden()
    text_of(page).focus()
    keys(page, "o")
    expect(sentence(page, "It has one moon.")).to_be_visible()
    expect(warning).to_have_count(0)
    submit(page)
    _, log = stored()
    assert [(entry["do"], entry.get("passage")) for entry in log] == [("mark", None), ("opened", 2), ("opened", 1)]


def test_a_warning_stops_nobody(page: Page) -> None:
    text_of(page).focus()
    keys(page, "s", "4")
    submit(page)
    record, _ = stored()
    assert [span.type for span in record.judgements[0].spans] == ["unverifiable_fact"]


def test_sentences_are_given_by_mouse_and_keep_a_badge(page: Page) -> None:
    text_of(page).focus()
    keys(page, "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "3")
    page.get_by_role("button", name="Open all").click()
    sentence(page, "It has one moon.").click()
    expect(sentence(page, "It has one moon.")).to_have_attribute("aria-pressed", "true")
    expect(sentence(page, "It has one moon.").locator(".badge")).to_have_text("F")
    expect(sentence(page, "It has one moon.")).to_contain_text("given for: Inconsistent fact")
    submit(page)
    record, _ = stored()
    assert [(ref.passage, ref.sentence) for ref in record.judgements[0].spans[0].evidence] == [(1, 2)]


def test_what_was_open_is_open_after_a_reload(page: Page) -> None:
    head(page, 1).click()
    expect(page.get_by_text("Saved just now")).to_be_attached()
    page.reload()
    expect(sentence(page, "It has one moon.")).to_be_visible()
    expect(head(page, 2)).to_have_attribute("aria-expanded", "false")


def test_searching_by_keyboard_alone(page: Page) -> None:
    field = page.get_by_role("searchbox", name="Find in the passages")
    text_of(page).focus()
    keys(page, "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "3")  # "moons" is inconsistent
    keys(page, "/")
    expect(field).to_be_focused()
    expect(field).to_have_value("moons")
    expect(said(page)).to_have_text("0 places")
    page.keyboard.type("is of")
    expect(said(page)).to_have_text("1 place")
    expect(sentence(page, "The ring is of dust.")).to_be_hidden()
    keys(page, "Enter")
    expect(said(page)).to_have_text("1 of 1 P2 S1 The ring is of dust.")
    assert (painted(page, "found"), painted(page, "found-now")) == (["is of"], ["is of"])
    field.fill("one")
    keys(page, "Enter", "ArrowDown")
    expect(sentence(page, "It has one moon.")).to_be_focused()
    keys(page, "Space")
    keys(page, "/")
    expect(field).to_be_focused()
    keys(page, "Escape")
    expect(field).to_have_value("")
    expect(sentence(page, "It has one moon.")).to_be_focused()
    # Painted after what is drawn.
    page.wait_for_function("name => !CSS.highlights.get(name)?.size", arg="found")
    keys(page, "Escape")
    expect(text_of(page)).to_be_focused()
    submit(page)
    record, log = stored()
    assert [(ref.passage, ref.sentence) for ref in record.judgements[0].spans[0].evidence] == [(1, 2)]
    assert [entry["passage"] for entry in log if entry["do"] == "opened"] == [2, 1]


def test_a_search_goes_round_and_back(page: Page) -> None:
    text_of(page).focus()
    keys(page, "/")
    page.keyboard.type("is")
    keys(page, "Enter", "Enter")
    expect(page.locator(".find .soft")).to_have_text("2 of 2")
    keys(page, "Enter")
    expect(page.locator(".find .soft")).to_have_text("1 of 2")
    keys(page, "Shift+Enter")
    expect(page.locator(".find .soft")).to_have_text("2 of 2")
    page.get_by_role("button", name="Place before").click()
    expect(page.locator(".find .soft")).to_have_text("1 of 2")


def test_the_words_of_a_claim_lead_to_sentences_that_say_it_otherwise(page: Page) -> None:
    text_of(page).focus()
    keys(page, "ArrowDown", "ArrowDown", "s", "/")
    expect(page.get_by_role("searchbox")).to_have_value("It has a ring of ice.")
    expect(said(page)).to_contain_text("Not there as it stands")
    assert painted(page, "found") == []
    keys(page, "Enter")
    expect(said(page)).to_contain_text("P1 S2 It has one moon.")


def test_tabs_of_a_small_screen_never_lose_the_focus(context_of: Any, errors: Any, ann: Any) -> None:
    page = open_page(context_of(ann, viewport={"width": 360, "height": 740}), errors)
    passages = page.get_by_role("tabpanel", name="Passages")
    response = page.get_by_role("tabpanel", name="Response")
    expect(response).to_be_visible()
    expect(passages).to_be_hidden()
    page.get_by_role("tab", name="Response").focus()
    keys(page, "ArrowRight")
    expect(page.get_by_role("tab", name="Passages")).to_be_focused()
    expect(passages).to_be_visible()
    keys(page, "Home")
    expect(page.get_by_role("tab", name="Response")).to_have_attribute("aria-selected", "true")
    text_of(page).focus()
    keys(page, "s", "3", "e")
    expect(passages).to_be_visible()
    expect(passages.get_by_role("button", name="S0 Oru", exact=True)).to_be_focused()
    keys(page, "Space", "Escape")
    expect(text_of(page)).to_be_focused()
    keys(page, "/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    keys(page, "Escape")
    expect(text_of(page)).to_be_focused()
    keys(page, "s", "3")
    expect(passages).to_be_visible()
    expect(passages.locator(":focus")).to_have_count(1)
    page.get_by_role("button", name="Done").click()
    expect(text_of(page)).to_be_focused()


def test_the_panel_with_the_focus_stays_when_the_screen_becomes_small(page: Page) -> None:
    head(page, 1).focus()
    page.set_viewport_size({"width": 400, "height": 800})
    expect(head(page, 1)).to_be_visible()
    expect(head(page, 1)).to_be_focused()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(text_of(page)).to_be_visible()
    expect(page.get_by_role("tab")).to_have_count(0)
