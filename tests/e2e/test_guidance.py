"""The way to the work in a real browser: consent, warning, guideline, tutorial, qualification; then reporting, stopping
and coming back."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

RULE = "One passage says one."
GUIDELINE = "Mark as little as you can.\n\nRead:\n- the question\n- the passages"
EVIDENCE = [{"passage": 1, "sentence": 2}]


def course() -> list[dict[str, Any]]:
    """A tutorial with a span and missing information, and two texts to qualify on."""
    from tests.annotator.factories import lesson, span

    spans = [
        span("two moons", "inconsistent_fact", evidence=EVIDENCE, explanation=RULE),
        span("ring of ice", "unverifiable_fact"),
    ]
    missing = [{"type": "missing_answer", "evidence": EVIDENCE, "note": "How many it has."}]
    return [
        lesson("tutorial", "t1", spans, missing),
        lesson("tutorial", "t2"),
        lesson("qualification", "q1", spans[:1]),
        lesson("qualification", "q2", spans[:1]),
    ]


@pytest.fixture
def project(transactional_db: None) -> Any:
    from annotator.services.lessons import lessons_replace
    from annotator.services.projects import project_update
    from tests.annotator.factories import make_examples, make_project, make_user

    project = make_project(make_user("olga", is_staff=True))
    desk = {
        "consent": {"version": "c1", "body": "I take part of my own will.\n\nI can stop at any time."},
        "content_warning": "Some texts are about war.",
        "pay": {"currency": "EUR", "per_text": 0.5},
    }
    project = project_update(project=project, desk=desk, guideline=GUIDELINE, guideline_version="g1")
    lessons_replace(project=project, lessons=course())
    make_examples(project, 3)
    return project


@pytest.fixture
def ann(project: Any) -> Any:
    from tests.annotator.factories import make_user

    return make_user("ann", project)


@pytest.fixture
def page(context_of: Any, errors: Any, ann: Any) -> Page:
    page: Page = errors(context_of(ann).new_page())
    page.goto("/annotate/moons")
    return page


def title(page: Page, words: str) -> Any:
    heading = page.get_by_role("heading", level=1, name=words)
    expect(heading).to_be_visible()
    return heading


def text_of(page: Page) -> Any:
    return page.get_by_role("textbox", name="text to mark")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def keys(page: Page, *names: str) -> None:
    for name in names:
        page.keyboard.press(name)


def mark_two_moons(page: Page) -> None:
    """By keys: inconsistent, because of the second sentence of the first passage."""
    expect(text_of(page)).to_be_focused()
    keys(page, "ArrowRight", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "3")
    keys(page, "e", "ArrowDown", "ArrowDown", "Space", "Escape")


def agree_to_all(user: Any, project: Any) -> None:
    from annotator.services.guidance import agreement_add

    agreement_add(project=project, user=user, document="consent", version="c1")
    agreement_add(project=project, user=user, document="guideline", version=project.guideline_version)


def at_work(user: Any, project: Any) -> None:
    """Nothing stands before the work but the warning about the texts."""
    from annotator.services.lessons import lessons_replace

    agree_to_all(user, project)
    lessons_replace(project=project, lessons=[])


def test_the_whole_way_by_keyboard_alone(page: Page) -> None:
    title(page, "Before you start")
    expect(page.get_by_text("Version c1")).to_be_visible()
    expect(page.get_by_text("Some texts are about war.")).to_be_visible()
    page.get_by_role("button", name="I agree").focus()
    keys(page, "Enter")
    title(page, "Read the guideline")
    expect(page.get_by_role("listitem").get_by_text("the passages", exact=True)).to_be_visible()
    page.get_by_role("button", name="I have read it").focus()
    keys(page, "Enter")

    title(page, "First, a short tutorial")
    page.get_by_role("button", name="Start").focus()
    keys(page, "Enter")
    expect(text_of(page)).to_be_focused()
    keys(page, "s", "1", "Control+Enter")  # the whole first sentence, of a wrong type
    expect(title(page, "Your marks beside the right ones")).to_be_focused()
    expect(page.get_by_text("You found 1 of 3 errors.")).to_be_visible()
    expect(page.get_by_text(RULE)).to_be_visible()
    verdicts = [node.get_attribute("data-line") for node in page.locator("mark").all()]
    assert verdicts == ["wavy", "dashed"]
    page.get_by_role("button", name="Try again").focus()
    keys(page, "Enter")
    expect(text_of(page).locator("mark")).to_have_text("Oru has two moons.")
    keys(page, "Control+z", "Escape")
    mark_two_moons(page)
    keys(page, "Control+Enter")
    expect(page.get_by_text("You found 1 of 3 errors.")).to_be_visible()
    assert page.locator("mark").first.get_attribute("data-line") == "solid"
    page.get_by_role("button", name="Next text").focus()
    keys(page, "Enter")
    expect(page.get_by_text("Tutorial · 2 of 2")).to_be_visible()
    expect(text_of(page)).to_be_focused()
    keys(page, "n", "Control+Enter")
    expect(page.get_by_text("Nothing is wrong with this text, and you said so.")).to_be_visible()
    page.get_by_role("button", name="Finish the tutorial").focus()
    keys(page, "Enter")

    title(page, "Now without help")
    expect(page.get_by_text("You have 2 attempts.")).to_be_visible()
    page.get_by_role("button", name="Start").focus()
    keys(page, "Enter")
    for number in (1, 2):
        expect(page.get_by_text(f"Qualification · {number} of 2")).to_be_visible()
        expect(text_of(page)).to_be_focused()
        keys(page, "n", "Control+Enter")
    title(page, "Not passed yet")
    expect(page.get_by_role("row", name=re.compile("Errors marked where they are 0 % not enough 60 %"))).to_be_visible()
    expect(page.get_by_text("You have one more attempt.")).to_be_visible()
    page.get_by_role("button", name="Try again").focus()
    keys(page, "Enter")
    page.get_by_role("button", name="Start").focus()
    keys(page, "Enter")
    for number in (1, 2):
        expect(page.get_by_text(f"Qualification · {number} of 2")).to_be_visible()
        mark_two_moons(page)
        keys(page, "Control+Enter")
    title(page, "You have passed")
    page.get_by_role("button", name="Go to the first text").focus()
    keys(page, "Enter")
    expect(text_of(page)).to_be_focused()
    expect(page.get_by_text("0 submitted of 3")).to_be_visible()
    expect(page.get_by_text("€0.00 earned")).to_be_visible()


def test_every_step_goes_on_after_a_reload(page: Page) -> None:
    press(page, "I agree")
    title(page, "Read the guideline")
    page.reload()
    title(page, "Read the guideline")
    press(page, "I have read it")
    press(page, "Start")
    mark_two_moons(page)
    page.reload()
    press(page, "Start")
    expect(text_of(page).locator("mark")).to_have_text("two moons")
    press(page, "Check")
    title(page, "Your marks beside the right ones")
    page.reload()
    expect(page.get_by_text("1 text of the tutorial is left.")).to_be_visible()
    press(page, "Go on")
    expect(page.get_by_text("Tutorial · 2 of 2")).to_be_visible()


def test_who_fails_twice_is_told_why_and_what_next(page: Page, ann: Any, project: Any) -> None:
    from annotator.services.lessons import lessons_replace

    agree_to_all(ann, project)
    lessons_replace(project=project, lessons=course()[2:])
    page.reload()
    press(page, "I have read this, go on")
    for attempt in range(2):
        press(page, "Start")
        for number in (1, 2):
            expect(page.get_by_text(f"Qualification · {number} of 2")).to_be_visible()
            expect(text_of(page)).to_be_focused()
            keys(page, "n", "Control+Enter")
        if attempt == 0:
            press(page, "Try again")
    title(page, "Not passed")
    expect(page.get_by_text("write to the people who run it")).to_be_visible()
    page.reload()
    title(page, "Not passed")


def test_who_does_not_agree_can_leave_and_come_back(page: Page) -> None:
    press(page, "I do not agree")
    title(page, "That is it for now")
    expect(page.get_by_text("You have not agreed")).to_be_visible()
    press(page, "Go on now")
    title(page, "Before you start")


def test_a_changed_guideline_is_read_before_the_next_text(page: Page, ann: Any, project: Any) -> None:
    from annotator.services.projects import project_update

    at_work(ann, project)
    page.reload()
    press(page, "I have read this, go on")
    expect(text_of(page)).to_be_focused()
    project_update(project=project, guideline="Mark nothing at all.", guideline_version="g2")
    keys(page, "n")
    press(page, "They are equally good")
    press(page, "Submit and next")
    title(page, "The guideline has changed")
    expect(page.get_by_text("You have read version g1.")).to_be_visible()
    expect(page.get_by_text("Mark nothing at all.")).to_be_visible()
    press(page, "I have read it")
    expect(text_of(page)).to_be_focused()
    expect(page.get_by_text("1 submitted of 3")).to_be_visible()
    expect(page.get_by_text("€0.50 earned")).to_be_visible()
    keys(page, "g")
    expect(page.get_by_text("Version g2")).to_be_visible()
    expect(page.get_by_text("Mark nothing at all.")).to_be_visible()


def test_the_guideline_stands_beside_the_desk_or_over_it(context_of: Any, errors: Any, ann: Any, project: Any) -> None:
    at_work(ann, project)
    page = errors(context_of(ann, viewport={"width": 1400, "height": 900}).new_page())
    page.goto("/annotate/moons")
    press(page, "I have read this, go on")
    expect(text_of(page)).to_be_focused()
    keys(page, "g")
    panel = page.get_by_role("complementary", name="Guideline")
    expect(panel).to_be_focused()
    expect(panel.get_by_text("Version g1")).to_be_visible()
    text_of(page).focus()
    keys(page, "s", "1")
    expect(text_of(page).locator("mark")).to_have_text("Oru has two moons.")
    panel.focus()
    keys(page, "Escape")
    expect(panel).to_be_hidden()
    page.set_viewport_size({"width": 800, "height": 900})
    page.get_by_role("button", name="Guideline").click()
    expect(page.get_by_role("dialog", name="Guideline").get_by_text("Version g1")).to_be_visible()
    keys(page, "Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


@pytest.fixture
def desk(page: Page, ann: Any, project: Any) -> Page:
    at_work(ann, project)
    page.reload()
    press(page, "I have read this, go on")
    expect(text_of(page)).to_be_focused()
    return page


def test_a_problem_is_reported_and_work_goes_on(desk: Page) -> None:
    from annotator.models import Flag

    keys(desk, "s", "1", "r")
    dialog = desk.get_by_role("dialog", name="Report a problem")
    dialog.get_by_label("The guideline does not say what to do here").check()
    dialog.get_by_role("textbox").fill("Is ice a ring?")
    dialog.get_by_role("button", name="Report").click()
    press(desk, "Go on with the text")
    expect(text_of(desk)).to_be_focused()
    expect(text_of(desk).locator("mark")).to_have_text("Oru has two moons.")
    assert [(flag.reason, flag.note) for flag in Flag.objects.all()] == [("guideline", "Is ice a ring?")]


def test_skipping_says_why_in_ones_own_words(desk: Page) -> None:
    from annotator.models import Assignment

    keys(desk, "f")
    dialog = desk.get_by_role("dialog", name="Skip this text")
    dialog.get_by_label("Another reason").check()
    dialog.get_by_role("textbox").fill("I wrote it.")
    dialog.get_by_role("button", name="Skip").click()
    expect(dialog).to_be_hidden()
    assert Assignment.objects.get(state="released").release_reason == "other: I wrote it."


def test_stopping_keeps_the_text_and_what_was_marked(desk: Page) -> None:
    keys(desk, "s", "1")
    press(desk, "Menu")
    press(desk, "Stop for now")
    press(desk, "Stop")
    title(desk, "That is it for now")
    expect(desk.get_by_text("Everything is saved.")).to_be_visible()
    expect(desk.get_by_text(re.compile("waits for you .* Until .* nobody else gets it"))).to_be_visible()
    press(desk, "Go on now")
    expect(text_of(desk).locator("mark")).to_have_text("Oru has two moons.")


def test_stopping_can_give_the_text_back(desk: Page) -> None:
    from annotator.models import Assignment

    press(desk, "Menu")
    press(desk, "Stop for now")
    desk.get_by_label("Give it back").check()
    press(desk, "Stop")
    title(desk, "That is it for now")
    expect(desk.get_by_text("was given back")).to_be_visible()
    assert Assignment.objects.get(state="released").release_reason == "stopped"


def test_another_language_is_spoken_at_once_and_remembered(desk: Page) -> None:
    keys(desk, "s", "1")
    press(desk, "Menu")
    desk.get_by_label("Language").select_option("Deutsch")
    expect(desk.get_by_role("button", name="Abgeben und weiter")).to_be_visible()
    expect(desk.locator("html")).to_have_attribute("lang", "de")
    expect(desk.locator("mark")).to_have_text("Oru has two moons.")
    desk.reload()
    expect(desk.get_by_role("button", name="Abgeben und weiter")).to_be_visible()
    expect(desk.get_by_text("0,00 € verdient")).to_be_visible()
