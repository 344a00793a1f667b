"""Adjudication: the queue, an example with its lanes, and what may come between."""

from collections.abc import Iterator

from playwright.sync_api import Page, expect

from tests.e2e.states.console import see
from tests.e2e.states.scenes import World, keys, press, refuse, scene, title


@scene
def adjudicating(world: World) -> Iterator[tuple[str, Page]]:
    from annotator.models import User
    from annotator.services.adjudications import adjudication_save
    from tests.annotator.adjudicating import judged_twice, work
    from tests.annotator.factories import make_examples, make_project, make_user

    project = make_project(make_user("olga", is_staff=True))
    olga, queue = User.objects.get(username="olga"), "/console/moons/adjudication"
    page = world.page(olga)
    yield "adjudication: too few judgements", see(page, queue)
    (lone,) = make_examples(project)
    yield "adjudication: one example with too few", see(page, f"{queue}/{lone.pk}")
    lone.slots.all().delete()
    example = judged_twice(project)
    yield "adjudication: queue", see(page, queue)
    yield "adjudication: none of the type", see(page, f"{queue}?type=incoherent")
    yield "adjudication: an example", see(page, f"{queue}/{example.pk}")
    page.locator(".dispute[data-current]").focus()
    keys(page, "u", "ArrowDown", "x")
    expect(page.locator("[data-saving=saved]")).to_be_visible()
    yield "adjudication: decided", page
    press(page, "Show names and times")
    title(page, "Show who judged, and when?")
    yield "adjudication: names dialog", page
    press(page, "Show")
    expect(page.locator(".people li")).to_have_count(2)
    yield "adjudication: names", page
    rita = make_user("rita", project, "researcher")
    adjudication_save(example=example, user=rita, version=1, work=work())
    press(page, "Back to the proposal")
    title(page, "Somebody else changed this meanwhile")
    yield "adjudication: two at once", page
    press(page, "Save mine over it")
    expect(page.locator("[data-saving=saved]")).to_be_visible()
    page.route("**/settle", refuse(422, "judgements.0.spans.0.antecedent: is missing", "invalid_mark"))
    press(page, "Settle and next")
    expect(page.get_by_text("This is not finished, or not possible:")).to_be_visible()
    yield "adjudication: refused", page
    page.unroute("**/settle")
    press(page, "Settle and next")
    expect(page.get_by_text("Everything that two or more people judged is settled.")).to_be_visible()
    yield "adjudication: all settled", page
    yield "adjudication: settled", see(page, f"{queue}/{example.pk}")
    press(page, "Make gold")
    title(page, "Make this record gold?")
    yield "adjudication: gold dialog", page
    keys(page, "Escape")
    press(page, "Reopen")
    title(page, "Reopen this record?")
    yield "adjudication: reopen dialog", page
    page.get_by_role("dialog").get_by_role("button", name="Reopen").click()
    expect(page.get_by_text("Reopened.")).to_be_visible()
    yield "adjudication: reopened", page
