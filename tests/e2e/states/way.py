"""Before the desk, in place of it and after it: loading, errors, and the way to the work."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.states.scenes import World, at_text, keys, never, press, refuse, scene, text_of, title

CONSENT = """You mark errors in answers that a computer wrote. It takes about four minutes a text.

- What you mark is stored under a number, never under your name.
- You can stop at any time, and what you have submitted is paid."""
GUIDELINE = """Mark as little as you can, one piece of information at a time.

- An error is measured against the passages, not against what you know.
- When two types fit, take the one that comes first.

A text without errors is common. Say so, and go on."""
RULE = "The second passage says one moon; what contradicts a passage is inconsistent."
EVIDENCE = [{"passage": 1, "sentence": 2}]


def lessons() -> list[dict[str, Any]]:
    from tests.annotator.factories import lesson, span

    spans = [
        span("two moons", "inconsistent_fact", evidence=EVIDENCE, explanation=RULE),
        span("ring of ice", "unverifiable_fact", explanation="No passage says what the ring is made of."),
    ]
    missing = [{"type": "missing_answer", "evidence": EVIDENCE, "note": "How many it has."}]
    return [
        lesson("tutorial", "t1", spans, missing),
        lesson("tutorial", "t2"),
        lesson("qualification", "q1", spans[:1]),
    ]


@scene
def what_goes_wrong_at_the_door(world: World) -> Iterator[tuple[str, Page]]:
    project = world.project("door")
    page = world.page(world.annotator(project))
    page.route("**/api/v1/me", never)
    page.goto("/annotate/door")
    expect(page.locator(".skeleton")).to_be_visible()
    yield "loading", page
    page.unroute("**/api/v1/me")
    page.route("**/api/v1/me", refuse(503, "The database does not answer."))
    page.reload()
    title(page, "That did not work")
    yield "error", page
    page.unroute("**/api/v1/me")
    page.context.clear_cookies()
    press(page, "Try again")
    title(page, "You are signed out")
    yield "signed out", page
    page.get_by_role("link", name="Sign in").click()
    expect(page.get_by_label("Password")).to_be_visible()
    yield "sign-in page", page


@scene
def no_work(world: World) -> Iterator[tuple[str, Page]]:
    project = world.project("empty", examples=1)
    other = world.project("other")
    user = world.annotator(project)
    page = world.page(user)
    page.goto("/annotate/other")
    title(page, "No project for you here")
    yield "no such project", page
    page.goto("/annotate/empty")
    at_text(page, "n")
    press(page, "They are equally good")
    press(page, "Submit and next")
    title(page, "Nothing to mark right now")
    yield "nothing to do", page
    stranger = world.page(world.annotator(other))
    stranger.route("**/assignments/next", lambda route: route.abort())
    stranger.goto("/annotate/other")
    title(stranger, "That did not work")
    yield "no connection", stranger


@scene
def the_way_to_the_work(world: World) -> Iterator[tuple[str, Page]]:
    from annotator.services.lessons import lessons_replace
    from annotator.services.projects import project_update

    desk = {
        "consent": {"version": "2026-11", "body": CONSENT},
        "content_warning": "Some texts are about war.",
        "pay": {"currency": "EUR", "per_text": 0.5},
    }
    project = world.project("way", desk=desk, guideline=GUIDELINE, guideline_version="1")
    lessons_replace(project=project, lessons=lessons())
    page = world.page(world.annotator(project))
    page.goto("/annotate/way")
    title(page, "Before you start")
    yield "consent", page
    press(page, "I do not agree")
    title(page, "That is it for now")
    yield "consent refused", page
    press(page, "Go on now")
    press(page, "I agree")
    title(page, "Read the guideline")
    yield "guideline", page
    page.route("**/agreements", refuse(503, "The database does not answer."))
    press(page, "I have read it")
    expect(page.get_by_role("alert")).to_be_visible()
    yield "guideline: an error", page
    page.unroute("**/agreements")
    press(page, "I have read it")
    title(page, "First, a short tutorial")
    yield "tutorial", page

    press(page, "Start")
    expect(text_of(page)).to_be_focused()
    yield "lesson", page
    keys(page, "ArrowRight", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "3", "Control+Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    yield "lesson: left to do", page
    keys(page, "Escape")
    at_text(page, "e", "ArrowDown", "ArrowDown", "Space", "Escape", "ArrowDown", "s", "1", "Control+Enter")
    title(page, "Your marks beside the right ones")
    yield "lesson compared", page
    press(page, "Next text")
    expect(text_of(page)).to_be_focused()
    keys(page, "n", "Control+Enter")
    title(page, "Your marks beside the right ones")
    yield "lesson without errors compared", page
    press(page, "Finish the tutorial")
    title(page, "Now without help")
    yield "qualification", page
    press(page, "Start")
    expect(text_of(page)).to_be_focused()
    yield "qualification: a text", page
    keys(page, "n", "Control+Enter")
    title(page, "Not passed yet")
    yield "not passed yet", page
    press(page, "Try again")
    press(page, "Start")
    expect(text_of(page)).to_be_focused()
    keys(page, "ArrowRight", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "3")
    keys(page, "e", "ArrowDown", "ArrowDown", "Space", "Escape", "Control+Enter")
    title(page, "You have passed")
    yield "passed", page
    press(page, "Go to the first text")
    expect(text_of(page)).to_be_focused()
    yield "desk with pay", page
    keys(page, "g")
    expect(page.get_by_text("Mark as little as you can", exact=False)).to_be_visible()
    yield "guideline panel", page
    keys(page, "Escape")

    project_update(project=project, guideline=GUIDELINE + "\n\nNames of people are no errors.", guideline_version="2")
    page.reload()
    title(page, "The guideline has changed")
    yield "guideline changed", page
    press(page, "I have read it")
    expect(text_of(page)).to_be_focused()
    project_update(project=project, desk={**desk, "content_warning": "Some texts are about illness."})
    page.reload()
    title(page, "About the texts")
    yield "content warning", page


@scene
def a_study(world: World) -> Iterator[tuple[str, Page]]:
    """Somebody who is in it for two texts: the survey, the desk, and what follows the last text."""
    from annotator.models import Membership, Participation
    from tests.annotator.models.test_studies import study

    survey = [
        {"key": "english", "text": "Do you read English well?", "kind": "rating", "low": "hardly", "high": "very"},
        {
            "key": "age",
            "text": "How old are you?",
            "kind": "choice",
            "required": False,
            "options": [{"key": "young", "name": "Under 40"}, {"key": "old", "name": "40 or older"}],
        },
        {"key": "field", "text": "What do you do?", "kind": "text", "required": False},
    ]
    project = world.project("study", desk={"survey": survey}, guideline="")
    user = world.annotator(project)
    Participation.objects.create(study=study(project, user, "Moons, first part"), user=user, submitted_before=0)
    Membership.objects.filter(user=user, project=project).update(text_limit=2)
    page = world.page(user)
    page.goto("/annotate/study")
    title(page, "A few questions about you")
    yield "survey", page
    press(page, "Send and go on")
    expect(page.get_by_role("alert")).to_be_visible()
    yield "survey: an answer is missing", page
    page.get_by_role("radio", name="4", exact=True).check()
    press(page, "Send and go on")
    expect(page.get_by_text("0 submitted of 2")).to_be_visible()
    yield "desk in a study", page
    press(page, "Menu")
    press(page, "Stop for now")
    title(page, "Stop for now")
    yield "stop dialog in a study", page
    keys(page, "Escape")
    for left in (1, 0):
        at_text(page, "n")
        press(page, "They are equally good")
        press(page, "Submit and next")
        if left:
            expect(page.get_by_text("1 submitted of 2")).to_be_visible()
    title(page, "All done")
    yield "study finished", page


@scene
def not_passed(world: World) -> Iterator[tuple[str, Page]]:
    from annotator.services.lessons import lessons_replace

    project = world.project("failed", desk={"qualification": {"attempts": 1}})
    lessons_replace(project=project, lessons=lessons()[2:])
    page = world.page(world.annotator(project))
    page.goto("/annotate/failed")
    press(page, "Start")
    expect(text_of(page)).to_be_focused()
    keys(page, "n", "Control+Enter")
    title(page, "Not passed")
    yield "not passed", page


@scene
def leaving(world: World) -> Iterator[tuple[str, Page]]:
    page = world.desk(world.project("leaving", guideline=""))
    at_text(page, "f")
    title(page, "Skip this text")
    yield "skip dialog", page
    keys(page, "Escape")
    at_text(page, "r")
    title(page, "Report a problem")
    yield "report dialog", page
    press(page, "Report")
    title(page, "Reported. Thank you.")
    yield "reported", page
    press(page, "Go on with the text")
    press(page, "Menu")
    expect(page.get_by_role("button", name="Stop for now")).to_be_visible()
    yield "menu", page
    press(page, "Stop for now")
    title(page, "Stop for now")
    yield "stop dialog", page
    press(page, "Stop")
    title(page, "That is it for now")
    yield "stopped", page
