"""Saving, submitting and the lease, when they do not go as they should."""

from collections.abc import Iterator

from playwright.sync_api import Page, expect

from tests.e2e.states.scenes import World, at_text, keys, press, refuse, scene, text_of, title

MARKS = {"asks": ["marks"]}


def finish(page: Page) -> None:
    """Says that nothing is wrong with the text, and submits."""
    at_text(page, "n", "Control+Enter")


def lose_lease() -> None:
    """The text on the desk is taken over by somebody else."""
    from annotator.models import Assignment, Slot

    begun = Assignment.objects.filter(state="active", started_at__isnull=False)
    slots = list(begun.values_list("slot", flat=True))
    begun.update(state="expired", slot=None)
    Slot.objects.filter(pk__in=slots).update(state="done")


@scene
def without_a_connection(world: World) -> Iterator[tuple[str, Page]]:
    page = world.desk(world.project("offline", desk=MARKS))
    page.context.set_offline(True)
    expect(page.get_by_text("You are offline")).to_be_visible()
    at_text(page, "s", "1")
    yield "offline", page
    page.context.set_offline(False)
    expect(page.get_by_text("You are offline")).to_be_hidden()
    page.route("**/submit", lambda route: route.abort())
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("waiting to be sent")).to_be_visible()
    yield "a submission waiting", page


@scene
def signed_out_meanwhile(world: World) -> Iterator[tuple[str, Page]]:
    page = world.desk(world.project("session", desk=MARKS))
    page.context.clear_cookies()
    at_text(page, "s", "1")
    expect(page.get_by_label("Password")).to_be_visible()
    yield "signed out at the desk", page
    page.get_by_label("Password").fill("wrong")
    press(page, "Sign in")
    expect(page.get_by_role("alert")).to_be_visible()
    yield "signed out at the desk: wrong password", page


@scene
def refused_submissions(world: World) -> Iterator[tuple[str, Page]]:
    page = world.desk(world.project("refused", desk=MARKS))
    page.route("**/submit", refuse(422, "The quote is not what the text says there.", "quote_differs"))
    finish(page)
    expect(page.get_by_role("alert")).to_be_visible()
    yield "refused submit", page
    again = world.desk(world.project("again", desk=MARKS))
    again.route("**/submit", refuse(409, "It was submitted before.", "already_submitted"))
    finish(again)
    expect(again.get_by_text("Already submitted.")).to_be_visible()
    yield "already submitted", again


@scene
def two_tabs(world: World) -> Iterator[tuple[str, Page]]:
    project = world.project("tabs")
    page = world.desk(project)
    at_text(page, "s", "1")
    expect(page.get_by_text("Saved just now")).to_be_visible()
    yield "saved", page
    second = page.context.new_page()
    second.goto("/annotate/tabs")
    expect(second.get_by_text("You work on this text in another tab.")).to_be_visible()
    yield "second tab, read-only", second


@scene
def two_browsers(world: World) -> Iterator[tuple[str, Page]]:
    project = world.project("browsers")
    user = world.annotator(project)
    page, other = world.desk(project, user), world.desk(project, user)
    at_text(page, "s", "1")
    expect(page.get_by_text("Saved just now")).to_be_visible()
    at_text(other, "ArrowDown", "s", "4")
    other.get_by_role("textbox", name="without its errors").fill("Oru has one moon.")
    title(other, "This text was edited in two places")
    yield "draft conflict", other


@scene
def a_lost_lease(world: World) -> Iterator[tuple[str, Page]]:
    page = world.desk(world.project("lease", desk=MARKS, examples=2))
    at_text(page, "s", "1")
    expect(page.get_by_text("Saved just now")).to_be_visible()
    lose_lease()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_text("ran out")).to_be_visible()
    yield "lease lost", page
    keys(page, "Control+Enter")
    expect(page.get_by_text("is kept, but does not count")).to_be_visible()
    expect(text_of(page).or_(page.get_by_role("heading", name="Nothing to mark right now"))).to_be_visible()
    yield "kept as surplus", page


@scene
def given_back_elsewhere(world: World) -> Iterator[tuple[str, Page]]:
    page = world.desk(world.project("back", desk=MARKS))
    page.route("**/heartbeat", refuse(409, "It was released.", "assignment_released"))
    page.reload()
    expect(page.get_by_role("button", name="Go to the next text")).to_be_visible()
    yield "text given back elsewhere", page
