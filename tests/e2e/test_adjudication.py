"""Adjudicating in a browser: by mouse and by keyboard, two adjudicators at once, names, gold."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def example(transactional_db: None) -> Any:
    from tests.annotator.adjudicating import judged_twice
    from tests.annotator.factories import make_project, make_user

    project = make_project(make_user("olga", is_staff=True))
    make_user("rita", project, "researcher")
    return judged_twice(project)


@pytest.fixture
def context(context_of: Any, example: Any) -> BrowserContext:
    from annotator.models import User

    return context_of(User.objects.get(username="olga"))


def opened(context: BrowserContext, errors: Any, example: Any) -> Page:
    page: Page = errors(context.new_page())
    page.goto(f"/console/moons/adjudication/{example.pk}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("How many moons")
    return page


def dispute(page: Page, quote: str) -> Locator:
    """The place at which somebody marked what begins so."""
    return page.locator(".dispute", has=page.locator("q").filter(has_text=re.compile(f"^{quote}")))


def letter_of(example: Any, marks: int) -> str:
    """The letter of the judge with so many marks."""
    from annotator.selectors.adjudications import judged_example

    rows = judged_example(example=example).annotations
    return "AB"[next(i for i, row in enumerate(rows) if row.judgements.get().spans.count() == marks)]


def record(example: Any) -> list[tuple[str, str]]:
    from annotator.models import Adjudication

    spans = Adjudication.objects.get(example=example).judgements[0]["spans"]
    return [(mark["quote"], mark["type"]) for mark in spans]


def saved(page: Page) -> None:
    expect(page.locator("[data-saving]")).to_have_attribute("data-saving", "saved")


def test_by_mouse_from_the_queue_to_the_next(context: BrowserContext, errors: Any, example: Any) -> None:
    from annotator.models import Adjudication

    page: Page = errors(context.new_page())
    page.goto("/console/moons")
    page.get_by_role("link", name="Adjudication").click()
    page.get_by_role("link", name=example.question).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("How many moons")
    assert "judge-" not in page.content()
    moons, ice = dispute(page, "It has"), dispute(page, "ice")
    moons.get_by_role("button", name="All of it").click()
    expect(moons.locator(".record-mark q").first).to_have_text("It has two moons, and a ring")
    moons.get_by_role("button", name="End one word earlier").click()
    expect(moons.locator(".record-mark q").first).to_have_text("It has two moons, and a")
    ice.get_by_role("button", name="None of it").click()
    expect(ice.locator(".vote .fate")).to_have_text("left out")
    lane = page.locator(".staff .lane").filter(has_text=re.compile("^ice$"))
    lane.scroll_into_view_if_needed()
    place = lane.bounding_box()  # its middle, where Playwright would press on the letter before it
    assert place
    page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    expect(ice).to_be_focused()
    saved(page)
    assert record(example) == [("It has two moons, and a", "repetitive")]
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Settle and next").click()
    expect(page.get_by_text("Everything that two or more people judged is settled.")).to_be_visible()
    row = Adjudication.objects.get()
    assert row.state == "settled"
    left_out = [(each["index"], each["reason"]) for each in row.decisions if each["decision"] == "reject"]
    assert left_out in ([], [(1, None)])


def test_by_keyboard(context: BrowserContext, errors: Any, example: Any) -> None:
    from annotator.models import Adjudication

    page = opened(context, errors, example)
    page.locator(".dispute[data-current]").focus()
    page.keyboard.press(letter_of(example, 1).lower())
    moons = dispute(page, "It has")
    expect(moons.locator(".record-mark q")).to_have_text("It has two moons")
    page.keyboard.press("]")
    expect(moons.locator(".record-mark q")).to_have_text("It has two moons,")
    page.keyboard.press("Control+z")
    page.keyboard.press("ArrowDown")
    expect(dispute(page, "ice")).to_be_focused()
    page.keyboard.press(letter_of(example, 2).lower())
    expect(dispute(page, "ice").locator(".record-mark q")).to_have_text("ice")
    saved(page)
    assert record(example) == [("It has two moons", "repetitive"), ("ice", "irrelevant")]
    page.keyboard.press("s")
    expect(page.get_by_text("Everything that two or more people judged is settled.")).to_be_visible()
    row = Adjudication.objects.get()
    assert (row.state, row.adjudicator.username) == ("settled", "olga")
    assert {each["decision"] for each in row.decisions} == {"accept", "edit"}


def test_two_at_once_see_both_versions(context_of: Any, context: BrowserContext, errors: Any, example: Any) -> None:
    from annotator.models import User

    mine = opened(context, errors, example)
    theirs = opened(context_of(User.objects.get(username="rita")), errors, example)
    dispute(theirs, "ice").get_by_role("button", name="None of it").click()
    dispute(theirs, "It has").get_by_role("button", name="What they share").click()
    saved(theirs)
    dispute(mine, "It has").get_by_role("button", name="All of it").click()
    dialog = mine.get_by_role("dialog", name="Somebody else changed this meanwhile")
    expect(dialog.get_by_role("region", name="Yours")).to_contain_text("It has two moons, and a ring")
    expect(dialog.get_by_role("region", name="The other one")).not_to_contain_text("and a ring")
    dialog.get_by_role("button", name="Save mine over it").click()
    expect(dialog).not_to_be_visible()
    saved(mine)
    assert ("It has two moons, and a ring", "repetitive") in record(example)


def test_what_no_server_took_is_here_again(context: BrowserContext, errors: Any, example: Any) -> None:
    page = opened(context, errors, example)
    context.set_offline(True)
    dispute(page, "It has").get_by_role("button", name="All of it").click()
    expect(page.locator("[data-saving=offline]")).to_be_visible()
    context.set_offline(False)
    page.reload()
    expect(dispute(page, "It has").locator(".record-mark q")).to_have_text("It has two moons, and a ring")
    saved(page)
    assert ("It has two moons, and a ring", "repetitive") in record(example)


def test_names_gold_and_reopening(context: BrowserContext, errors: Any, example: Any) -> None:
    from annotator.models import AdjudicationReveal, Gold, User
    from annotator.services.adjudications import adjudication_settle
    from tests.annotator.adjudicating import work

    adjudication_settle(example=example, user=User.objects.get(username="olga"), version=0, work=work())
    page = opened(context, errors, example)
    expect(page.get_by_role("button", name="None of it")).to_have_count(0)
    page.get_by_role("button", name="Show names and times").click()
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".people li")).to_have_count(2)
    assert AdjudicationReveal.objects.get().user.username == "olga"
    page.get_by_role("button", name="Make gold").click()
    page.get_by_role("dialog").get_by_role("button", name="Make gold").click()
    expect(page.get_by_text(", gold")).to_be_visible()
    assert Gold.objects.get().example == example
    page.get_by_role("button", name="Reopen").click()
    page.get_by_label("Why").fill("The guideline changed.")
    page.get_by_role("dialog").get_by_role("button", name="Reopen").click()
    expect(page.get_by_text("Reopened. The guideline changed.")).to_be_visible()
    expect(page.get_by_role("button", name="Settle and next")).to_be_visible()
