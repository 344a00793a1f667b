"""Into a study and out of it by keyboard, in a real browser that keeps nothing of what the address said."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.states.studies import work

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def study(transactional_db: None) -> Any:
    from tests.annotator.factories import make_examples, make_project, make_study, make_user

    owner = make_user("olga", is_staff=True)
    project = make_project(owner)
    make_examples(project, 4)
    return make_study(project, owner, "How many moons", claim_parameter="participantId")


@pytest.fixture
def page(context_of: Any, errors: Any, study: Any) -> Page:
    context = context_of(study.created_by)
    context.clear_cookies()
    return errors(context.new_page())


def to(page: Page, name: str) -> None:
    """By the Tab key alone to what is called so, and press it."""
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"Tab never came to {name!r}")


def test_a_whole_part_by_keyboard(page: Page, study: Any) -> None:
    page.goto(f"/enter/study/{study.pk}?participantId=p1&other=2")
    expect(page).to_have_url(f"{page.url.split('/enter')[0]}/enter/study/{study.pk}")
    to(page, "Go to the study")
    expect(page.get_by_role("heading", level=1)).to_contain_text("How many moons has")
    page.go_back()
    assert "participantId" not in page.url
    page.goto("/part/moons")
    to(page, "Take a break")
    expect(page.get_by_text("the clock stands still")).to_be_visible()
    page.goto("/annotate/moons")
    expect(page).to_have_url(f"{page.url.split('/part')[0]}/part/moons")
    to(page, "Go on with the work")
    expect(page.get_by_role("heading", level=1)).to_contain_text("How many moons has")
    work(study, 2)
    page.goto("/part/moons")
    to(page, "Finish and get the code")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    code = study.participations.get().code
    expect(page.get_by_role("textbox", name="Completion code")).to_have_value(code)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    to(page, "Copy")
    expect(page.get_by_role("status")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == code


def test_who_stops_says_so_twice(page: Page, study: Any) -> None:
    page.goto(f"/enter/study/{study.pk}?participantId=p1")
    page.get_by_role("button", name="Go to the study").click()
    page.goto("/part/moons")
    expect(page.get_by_role("button", name="Stop for good")).to_be_hidden()
    to(page, "Stop here")
    to(page, "Stop for good")
    expect(page.get_by_text("You have stopped")).to_be_visible()
    assert study.participations.get().state == "stopped"
