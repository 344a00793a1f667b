"""Never lose work: a real browser, and a real web server that is killed, cut off and taken over."""

from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.e2e.conftest import browser_type_launch_args  # noqa: F401, a fixture
from tests.faults.desk_kills import kill_tabs
from tests.faults.web import Web
from tests.served import signed_in

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

TEXT = "Oru has two moons. It has two moons, and a ring of ice."
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def web(site: Any) -> Any:
    folder, environment = site
    server = Web(folder, {**environment, "SECRET_KEY": settings.SECRET_KEY})
    yield server
    server.kill()


@pytest.fixture
def project(transactional_db: None) -> Any:
    from tests.annotator.factories import make_examples, make_project, make_user

    project = make_project(make_user("olga", is_staff=True), desk={"asks": ["marks", "correction"]})
    make_examples(project, 4, (TEXT,))
    return project


@pytest.fixture
def ann(project: Any) -> Any:
    from tests.annotator.factories import make_user

    user = make_user("ann", project)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def open_browser(browser: Browser, web: Web, ann: Any) -> Any:
    """Another browser of the annotator's; its first page is open at the desk."""
    contexts = []

    def open_one() -> Page:
        context = signed_in(browser, web.url, ann, reduced_motion="reduce")
        context.set_default_timeout(20_000)
        contexts.append(context)
        return open_desk(context.new_page())

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_browser: Any) -> Page:
    page: Page = open_browser()
    return page


def open_desk(page: Page) -> Page:
    page.goto("/annotate/moons")
    expect(text_of(page)).to_be_visible()
    return page


def text_of(page: Page) -> Locator:
    return page.get_by_role("textbox", name="text to mark")


def mark(page: Page, sentences: int = 1) -> None:
    """Marks the first sentence, or each of the first ones."""
    text_of(page).focus()
    page.keyboard.press("Control+Home")
    for number in range(sentences):
        if number:
            page.keyboard.press("ArrowDown")
        page.keyboard.press("s")
        page.keyboard.press("1")


def finish(page: Page) -> str:
    """Says that nothing is wrong, and submits; the question."""
    question = asked(page)
    text_of(page).focus()
    page.keyboard.press("n")
    page.keyboard.press("Control+Enter")
    return question


def asked(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def moved_on(page: Page, question: str) -> None:
    expect(page.get_by_role("heading", level=1)).not_to_have_text(question)
    expect(text_of(page)).to_be_visible()


def saved(page: Page) -> None:
    expect(page.get_by_text("Saved just now")).to_be_visible()


def stored() -> list[str]:
    """The questions of all annotations."""
    from annotator.models import Annotation

    return [each.assignment.example.question for each in Annotation.objects.order_by("submitted_at")]


def submitted(page: Page, count: int = 1) -> None:
    expect(page.get_by_text(f"{count} submitted")).to_be_visible(timeout=30_000)


def test_a_killed_tab_loses_one_mark_and_a_second_of_typing_at_most(browser: Browser, web: Web, db: Any) -> None:
    figures = kill_tabs(browser, web.url, "kills", kills=5, seed=1)
    assert (figures.kills, figures.problems) == (5, [])


def test_a_cut_in_the_middle_of_a_submit(page: Page) -> None:
    page.route("**/submit", lambda route: route.abort("connectionreset"), times=1)
    question = finish(page)
    moved_on(page, question)
    submitted(page)
    assert stored() == [question]


def test_an_acknowledgement_that_is_lost_after_the_commit(page: Page) -> None:
    def lose(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route("**/submit", lose, times=1)
    question = finish(page)
    moved_on(page, question)
    submitted(page)
    assert stored() == [question]


def test_a_lost_acknowledgement_and_a_new_tab(page: Page) -> None:
    def lose(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route("**/submit", lose)
    question = finish(page)
    moved_on(page, question)
    expect(page.get_by_text("1 submission waiting")).to_be_visible()
    other = open_desk(page.context.new_page())
    page.close()
    submitted(other)
    assert stored() == [question]


def test_a_server_that_is_killed_and_started_again(page: Page, web: Web) -> None:
    expect(text_of(page)).to_be_visible()
    page.wait_for_timeout(1000)  # the next text is fetched ahead meanwhile
    web.kill()
    try:
        question = finish(page)
        moved_on(page, question)
        mark(page)
        expect(page.get_by_text("1 submission waiting")).to_be_visible()
        expect(page.get_by_text("Kept in this browser, not yet on the server")).to_be_visible()
    finally:
        web.start()
    submitted(page)
    saved(page)
    assert stored() == [question]
    page.reload()
    expect(text_of(page).locator("mark")).to_have_count(1)


def test_offline_the_next_text_can_be_judged_too(page: Page) -> None:
    page.wait_for_timeout(1000)  # the next text is fetched ahead meanwhile
    page.context.set_offline(True)
    expect(page.get_by_text("You are offline")).to_be_visible()
    first = finish(page)
    moved_on(page, first)
    second = finish(page)
    expect(page.get_by_text("2 submissions waiting")).to_be_visible()
    page.context.set_offline(False)
    moved_on(page, second)
    assert stored() == [first, second]


def test_two_tabs_one_of_which_is_live(page: Page) -> None:
    mark(page)
    saved(page)
    other = open_desk(page.context.new_page())
    expect(other.get_by_text("You work on this text in another tab.")).to_be_visible()
    expect(text_of(other).locator("mark")).to_have_count(1)
    assert other.locator("main .asked").evaluate("node => node.inert")
    mark(page, 2)  # not on the server yet
    other.get_by_role("button", name="Work here instead").click()
    expect(text_of(other).locator("mark")).to_have_count(2)
    expect(page.get_by_text("You work on this text in another tab.")).to_be_visible()
    saved(other)
    other.close()
    expect(page.get_by_text("You work on this text in another tab.")).to_be_hidden()
    mark(page)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_other_tab_goes_on_with_another_text(page: Page) -> None:
    other = open_desk(page.context.new_page())
    expect(other.get_by_text("You work on this text in another tab.")).to_be_visible()
    question = finish(page)
    moved_on(page, question)
    moved_on(other, question)


def test_a_lease_that_ran_out_is_taken_up_again(page: Page) -> None:
    lose_lease(taken=False)
    question = finish(page)
    moved_on(page, question)
    submitted(page)
    assert stored() == [question]
    assert page.get_by_text("does not count").count() == 0


def test_a_lease_that_somebody_else_has(page: Page) -> None:
    lose_lease(taken=True)
    page.evaluate("window.dispatchEvent(new Event('focus'))")  # the page beats whenever it is looked at
    expect(page.get_by_text("Somebody else has this text now.")).to_be_visible()
    question = finish(page)
    expect(page.get_by_text("is kept, but does not count")).to_be_visible()
    assert stored() == [question]


def test_drafts_of_two_browsers_that_grew_apart(page: Page, open_browser: Any) -> None:
    other = open_browser()
    mark(page)
    page.get_by_role("textbox", name="without its errors").fill("Oru has one moon.")
    saved(page)
    text_of(other).focus()
    other.keyboard.press("n")
    dialog = other.get_by_role("dialog")
    expect(dialog.get_by_text("Irrelevant: “Oru has two moons.” only here")).to_be_visible()
    expect(dialog.get_by_text("Nothing is wrong with this response only here")).to_be_visible()
    expect(dialog.locator("del").first).to_be_visible()
    dialog.get_by_role("button", name="Go on with the server’s").click()
    expect(text_of(other).locator("mark")).to_have_count(1)
    other.reload()
    expect(text_of(other).locator("mark")).to_have_count(1)
    expect(other.get_by_role("dialog")).to_have_count(0)


def test_a_session_that_ran_out_is_renewed_in_place(page: Page) -> None:
    from annotator.models import Session

    Session.objects.all().delete()
    question = finish(page)
    field = page.get_by_label("Password of ann")
    field.fill("wrong")
    field.press("Enter")
    expect(page.get_by_text("That did not work.")).to_be_visible()
    field.fill(PASSWORD)
    field.press("Enter")
    expect(field).to_be_hidden()
    submitted(page)
    assert stored() == [question]


def test_what_is_refused_comes_back(page: Page) -> None:
    refusal = {"status": 422, "json": {"code": "text_changed", "message": "The text has changed.", "fields": {}}}
    page.route("**/submit", lambda route: route.fulfill(**refusal), times=1)
    mark(page)
    page.get_by_role("textbox", name="without its errors").fill("Oru has one moon.")
    question = asked(page)
    page.keyboard.press("Control+Enter")
    moved_on(page, question)
    page.get_by_role("button", name="Go back to it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(question)
    expect(text_of(page).locator("mark")).to_have_count(1)
    page.keyboard.press("Control+Enter")
    submitted(page)
    assert stored() == [question]


def lose_lease(*, taken: bool) -> None:
    """Lets the leases of the assignment on the desk end, and gives its place to somebody else if so wanted."""
    from annotator.models import Assignment, Slot

    held = Assignment.objects.filter(state="active").order_by("pk")[0]
    Assignment.objects.filter(pk=held.pk).update(state="expired")
    Slot.objects.filter(pk=held.slot_id).update(state="done" if taken else "open")
