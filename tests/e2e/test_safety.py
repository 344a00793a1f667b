"""What the annotate page shows when something is in the way. That nothing is lost by it: tests/faults/test_desk.py."""

from collections.abc import Callable
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


def offline(page: Page) -> None:
    page.context.set_offline(True)
    expect(page.get_by_text("You are offline")).to_be_visible()


def waiting(page: Page) -> None:
    page.route("**/submit", lambda route: route.abort())
    keys(page, "n", "Control+Enter")
    expect(page.get_by_text("1 submission waiting")).to_be_visible()


def refused(page: Page) -> None:
    answer = {"status": 422, "json": {"code": "text_changed", "message": "The text has changed.", "fields": {}}}
    page.route("**/submit", lambda route: route.fulfill(**answer))
    keys(page, "n", "Control+Enter")
    expect(page.get_by_role("button", name="Go back to it")).to_be_visible()


def surplus(page: Page) -> None:
    answer = {"status": 200, "json": {"annotation_id": "x", "counted": False, "replayed": False}}
    page.route("**/submit", lambda route: route.fulfill(**answer))
    keys(page, "n", "Control+Enter")
    expect(page.get_by_text("does not count")).to_be_visible()


def lost_lease(page: Page) -> None:
    answer = {"status": 409, "json": {"code": "assignment_expired", "message": "Gone.", "fields": {}}}
    page.route("**/heartbeat", lambda route: route.fulfill(**answer))
    page.reload()
    expect(page.get_by_text("Somebody else has this text now.")).to_be_visible()


def given_back(page: Page) -> None:
    answer = {"status": 409, "json": {"code": "assignment_released", "message": "Gone.", "fields": {}}}
    page.route("**/heartbeat", lambda route: route.fulfill(**answer))
    page.reload()
    expect(page.get_by_role("button", name="Go to the next text")).to_be_visible()


def signed_out(page: Page) -> None:
    page.context.clear_cookies(name="sessionid")
    keys(page, "s", "1")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.get_by_label("Password of ann")).to_be_visible()


def another_tab(page: Page) -> None:
    # A page that holds the lock stands for the other tab.
    held = page.evaluate("navigator.locks.query().then(({ held }) => held.map(({ name }) => name))")
    page.evaluate("([name]) => void navigator.locks.request(name, { steal: true }, () => new Promise(() => 0))", held)
    expect(page.get_by_role("button", name="Work here instead")).to_be_visible()


def conflict(page: Page) -> None:
    from annotator.models import Draft

    keys(page, "s", "1")
    page.get_by_role("textbox", name="without its errors").fill("Oru has one moon, and a ring of ice.")
    expect(page.get_by_text("Saved just now")).to_be_visible()
    draft = Draft.objects.get()
    draft.body["tab"] = "another"
    draft.body["work"]["judgements"]["0"]["marks"][0]["type"] = "unverifiable_fact"
    draft.revision += 1
    draft.save()
    keys(page, "ArrowDown", "s", "2")
    expect(page.get_by_role("dialog")).to_be_visible()


STATES = [offline, waiting, refused, surplus, lost_lease, given_back, signed_out, another_tab, conflict]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
@pytest.mark.parametrize("look", [("light", 1280), ("dark", 320)], ids=lambda look: f"{look[0]}-{look[1]}")
def test_axe_finds_nothing(
    context_of: Any, axe: Any, ann: Any, state: Callable[[Page], None], look: tuple[str, int]
) -> None:
    scheme, width = look
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme, "has_touch": width == 320}
    page = open_desk(context_of(ann, **options).new_page())
    page.wait_for_timeout(500)  # the next text is fetched ahead meanwhile
    state(page)
    # A bar that stays in sight covers what scrolls below it; a window as high as the page shows all of it.
    page.set_viewport_size({"width": width, "height": max(900, page.evaluate("document.documentElement.scrollHeight"))})
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    small = page.evaluate(
        """[...document.querySelectorAll(".banner button, .banner input, dialog button")]
             .filter((each) => each.offsetParent && each.getBoundingClientRect().height < 43.5)
             .map((each) => each.textContent || each.name)"""
    )
    assert width > 320 or small == []
