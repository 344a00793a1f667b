"""The door into a study, and a person's page about their part in it."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.states.scenes import World, press, scene, title


def study_of(world: World, slug: str, **fields: Any) -> Any:
    from tests.annotator.factories import make_study

    project = world.project(slug)
    return make_study(project, project.memberships.get().user, "How many moons", **fields)


def stranger(world: World, study: Any) -> Page:
    """Somebody who is nobody yet."""
    page = world.page(study.created_by)
    page.context.clear_cookies()
    return page


def address(study: Any) -> str:
    from annotator.services.entry_links import links_make

    return f"/enter/{links_make(study=study, made_by=study.created_by, people=[''], days=1)[0].token}"


def come_in(world: World, study: Any) -> Page:
    page = stranger(world, study)
    page.goto(address(study))
    press(page, "Go to the study")
    expect(page.get_by_role("button", name="Submit and next")).to_be_visible()
    return page


def work(study: Any, texts: int) -> None:
    """The person who came in last submits so many."""
    from annotator.services.annotations import annotation_submit
    from tests.annotator.factories import assignment_next, judgement, submission

    user = study.participations.latest("pk").user
    for _ in range(texts):
        given = assignment_next(project=study.project, user=user)
        assert given
        text = given.example.responses.earliest("pk").text
        annotation_submit(assignment=given, **submission(judgements=[judgement(text=text)]))


@scene
def the_door(world: World) -> Iterator[tuple[str, Page]]:
    study = study_of(world, "door", places=1)
    link, spare = address(study), address(study)
    page = stranger(world, study)
    page.goto(link)
    title(page, "How many moons")
    yield "the door of a study", page
    press(page, "Go to the study")
    expect(page.get_by_role("button", name="Submit and next")).to_be_visible()
    late = stranger(world, study)
    late.goto(link)
    title(late, "This link has been used")
    yield "a link that was used", late
    late.goto(spare)
    press(late, "Go to the study")
    title(late, "All places are taken")
    yield "a study without places", late
    lead = world.page(study.created_by)
    lead.goto(spare)
    title(lead, "Sign out first")
    yield "a door for others", lead


@scene
def a_part(world: World) -> Iterator[tuple[str, Page]]:
    study = study_of(world, "part", return_url="https://panel.example/done?cc={code}")
    page = come_in(world, study)
    work(study, 1)
    page.goto("/part/part")
    expect(page.get_by_text("1 of 2 submitted")).to_be_visible()
    yield "a part that goes on", page
    press(page, "Take a break")
    expect(page.get_by_text("the clock stands still")).to_be_visible()
    for summary in page.locator("summary").all():
        summary.click()
    yield "a break, with the ways out", page
    work(study, 1)
    page.reload()
    yield "all submitted", page
    press(page, "Finish and get the code")
    title(page, "Thank you")
    yield "thanks and the code", page
    page.get_by_text("Take back what I did").click()
    press(page, "Take everything back")
    expect(page.get_by_text("You have taken back")).to_be_visible()
    yield "taken back", page


@scene
def a_part_that_is_stopped(world: World) -> Iterator[tuple[str, Page]]:
    page = come_in(world, study_of(world, "stop"))
    page.goto("/part/stop")
    page.get_by_text("Stop here").click()
    press(page, "Stop for good")
    expect(page.get_by_text("You have stopped")).to_be_visible()
    yield "a part that was stopped", page
