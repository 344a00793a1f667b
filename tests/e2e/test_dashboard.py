"""Each number of the dashboard is a door: behind it are as many items as it says."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.consoles import judge

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

BOARD = "/console/moons/dashboard"


@pytest.fixture
def page(transactional_db: None, context_of: Any, errors: Any) -> Page:
    from annotator.services.projects import project_update
    from annotator.services.quality import report_make
    from tests.annotator.factories import make_examples, make_project, make_user

    owner = make_user("olga", is_staff=True)
    project = project_update(project=make_project(owner), overlap=3)
    make_examples(project, 12)
    judge(project, people=3, examples=11)
    report_make(project=project)
    return errors(context_of(owner).new_page())


def doors(page: Page) -> dict[str, int]:
    """Addresses of items, with the number that leads there."""
    page.goto(BOARD)
    expect(page.get_by_role("region", name="What two people call the same place").first).to_be_visible()
    expect(page.get_by_text("The curve as a table")).to_have_count(2)  # each is fetched on its own
    links = page.eval_on_selector_all(
        "main a[href*='/items']", "all => all.map(a => [a.getAttribute('href'), a.textContent.trim()])"
    )
    return {href: int(text.replace(",", "")) for href, text in links if re.fullmatch(r"[\d,]+", text)}


def test_every_number_leads_to_as_many_items(page: Page) -> None:
    found = doors(page)
    assert {"counted=true", "of=examples", "judgements=3", "type=irrelevant", "person=p-0", "since="} <= {
        part for part in ("counted=true", "of=examples", "judgements=3", "type=irrelevant", "person=p-0", "since=")
        if any(part in href for href in found)
    }  # fmt: skip
    for href, number in found.items():
        page.goto(href)
        status = page.get_by_role("status").filter(has_text=re.compile(r"\d"))
        expect(status).to_have_text(re.compile(rf"^{number:,} (annotations?|examples?|marks? in .*|pairs? in .*)\.$"))
    assert len(found) >= 12


def test_filters_are_chips_that_can_be_taken_away(page: Page) -> None:
    page.goto(BOARD)
    page.get_by_role("region", name="People").get_by_role("link", name="p-1").first.click()
    expect(page.get_by_role("heading", name="Annotations", level=1)).to_be_focused()
    page.get_by_label("With marks of").select_option("irrelevant")
    chips = page.get_by_role("list", name="Chosen filters").get_by_role("button")
    expect(chips).to_have_count(2)
    expect(page.get_by_text("marks in", exact=False)).to_be_visible()
    chips.filter(has_text="by p-1").press("Enter")
    expect(chips).to_have_count(1)
    assert page.url.endswith("?type=irrelevant")
    page.get_by_role("region", name="Annotations that were found").get_by_role("link").first.click()
    expect(page.get_by_role("article", name="Judged by p-2")).to_be_visible()
    expect(page.locator("mark").first).to_contain_text("It has two moons")
