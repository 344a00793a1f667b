"""What the annotate page shows when something is in the way. That nothing is lost by it: tests/faults/test_desk.py."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

TEXT = "Oru has two moons. It has two moons, and a ring of ice."


@pytest.fixture
def ann(transactional_db: None) -> Any:
    from tests.annotator.factories import make_examples, make_project, make_user

    project = make_project(make_user("olga", is_staff=True), desk={"asks": ["marks", "correction"]})
    make_examples(project, 3, (TEXT,))
    return make_user("ann", project)


def open_desk(page: Page) -> Page:
    page.goto("/annotate/moons")
    expect(text_of(page)).to_be_visible()
    return page


def text_of(page: Page) -> Any:
    return page.get_by_role("textbox", name="text to mark")


def keys(page: Page, *names: str) -> None:
    text_of(page).focus()
    for name in names:
        page.keyboard.press(name)


def test_a_draft_survives_a_reload_and_another_browser(context_of: Any, ann: Any) -> None:
    page = open_desk(context_of(ann).new_page())
    keys(page, "s", "1")
    page.reload()
    expect(text_of(page).locator("mark")).to_have_text("Oru has two moons.")
    expect(page.get_by_text("Saved just now")).to_be_visible()
    elsewhere = open_desk(context_of(ann).new_page())
    expect(text_of(elsewhere).locator("mark")).to_have_text("Oru has two moons.")


def test_how_long_ago_it_was_saved_goes_on(context_of: Any, ann: Any) -> None:
    page = open_desk(context_of(ann).new_page())
    page.clock.install()
    page.reload()
    expect(text_of(page)).to_be_visible()
    keys(page, "s", "1")
    page.clock.run_for(1500)
    expect(page.get_by_text("Saved just now")).to_be_visible()
    page.clock.run_for(30_000)
    expect(page.get_by_text("Saved 3")).to_be_visible()
    page.clock.run_for(120_000)
    expect(page.get_by_text("Saved 2 min ago")).to_be_visible()
