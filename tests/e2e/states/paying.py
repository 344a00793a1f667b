"""Studies in the console: made, opened, entered by links, and paid."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.states.console import see
from tests.e2e.states.scenes import World, press, refuse, scene, title


def people_of(study: Any) -> list[Any]:
    """Some who completed it, at different speeds, and one of each other end."""
    from annotator.models import Participation
    from tests.annotator.factories import ended_part, make_user

    ends: list[tuple[str, float, int]] = [("completed", minutes, 2) for minutes in (17, 22, 25, 26, 41)]
    ends += [("screened_out", 6, 0), ("stopped", 9, 1), ("returned", 2, 0)]
    parts = [
        ended_part(study, make_user(f"crowd-{number}-{study.pk}", study.project), state, minutes, texts)
        for number, (state, minutes, texts) in enumerate(ends)
    ]
    late = make_user(f"crowd-late-{study.pk}", study.project)
    return [*parts, Participation.objects.create(study=study, user=late, submitted_before=0)]


@scene
def making_a_study(world: World) -> Iterator[tuple[str, Page]]:
    from annotator.models import User

    world.project("crowd")
    page = world.page(User.objects.get(username="lead-crowd"))
    yield "studies: none yet", see(page, "/console/crowd/studies")
    page.get_by_role("link", name="New study").click()
    title(page, "New study")
    yield "new study", page
    page.get_by_label("Name").fill("First hundred")
    page.get_by_label("Minutes").fill("80")
    expect(page.get_by_text("that Prolific asks for")).to_be_visible()
    yield "new study: too little pay", page
    page.get_by_label("Minutes").fill("30")
    page.get_by_label("Currency").fill("POUND")
    press(page, "Make the study")
    expect(page.get_by_text("Nothing was made.")).to_be_visible()
    yield "new study: refused", page
    page.get_by_label("Currency").fill("GBP")
    press(page, "Make the study")
    title(page, "First hundred")
    yield "study: draft", page
    press(page, "Open…")
    title(page, "Open “First hundred”?")
    yield "study: open dialog", page
    page.get_by_role("dialog").get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_text("Nobody has come in yet.")).to_be_visible()
    page.get_by_text("Make links").click()
    page.get_by_label("Or one for each of these people").fill("ada\ngrace")
    press(page, "Make")
    expect(page.get_by_text("2 links, shown this once.")).to_be_visible()
    yield "study: links shown once", page
    page.get_by_text("Change places or target").click()
    page.get_by_role("textbox", name="Places", exact=True).fill("12")
    press(page, "Change")
    expect(page.get_by_text("0 of 12")).to_be_visible()
    yield "study: changed", page
    yield "studies", see(page, "/console/crowd/studies")
    yield "no such study", see(page, "/console/crowd/studies/999999")


@scene
def paying_by_hand(world: World) -> Iterator[tuple[str, Page]]:
    from annotator.models import User
    from tests.annotator.factories import make_study

    project = world.project("paid")
    lead = User.objects.get(username="lead-paid")
    study = make_study(project, lead, "Moons", places=9)
    people_of(study)
    page = world.page(lead)
    yield "study: people", see(page, f"/console/paid/studies/{study.pk}")
    press(page, "Choose the slowest quarter")
    press(page, "Bonus for 1 person…")
    title(page, "A bonus for 1 person")
    yield "study: bonus dialog", page
    page.get_by_label("Why").fill("A hard text.")
    press(page, "Propose")
    expect(page.get_by_text("bonus", exact=True)).to_be_visible()
    press(page, "Propose what is owed")
    expect(page.get_by_text("top-up", exact=True).first).to_be_visible()
    yield "study: payments proposed", page
    page.get_by_role("button", name="Approve all").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    yield "study: approve dialog", page
    page.get_by_role("dialog").get_by_role("button", name="Approve").click()
    expect(page.get_by_role("button", name="They were paid")).to_be_visible()
    yield "study: payments approved", page
    page.route("**/payments/settle", refuse(409, "payments: some of this study are being sent right now."))
    page.get_by_role("button", name="They were paid").click()
    press(page, "Say that they were paid")
    expect(page.get_by_text("Nothing was changed.")).to_be_visible()
    yield "study: settling refused", page


@scene
def paying_through_a_platform(world: World) -> Iterator[tuple[str, Page]]:
    from annotator.models import Payment, Role, User
    from annotator.services.sending import UNTOLD
    from tests.annotator.factories import make_study, make_user

    project = world.project("platform")
    lead = User.objects.get(username="lead-platform")
    study = make_study(project, lead, "On Prolific", provider="prolific", external_id="66f1", places=9)
    first, second, *others = people_of(study)[:5]
    paid = {"currency": "GBP", "approved_by": lead}
    for part in others:
        Payment.objects.create(**paid, participation=part, kind="reward", amount=4, state="sent")
    Payment.objects.create(**paid, participation=first, kind="reward", amount=4, state="failed", problem="Refused.")
    Payment.objects.create(
        **paid, participation=second, kind="top_up", amount="0.84", state="sending", reference="b1", problem=UNTOLD
    )
    page = world.page(lead)
    yield "study on a platform", see(page, f"/console/platform/studies/{study.pk}")
    page.get_by_label(first.user.memberships.get().pseudonym, exact=True).check()
    press(page, "Message to 1 person…")
    title(page, "A message to 1 person")
    page.get_by_role("textbox", name="Message").fill("Thank you.")
    press(page, "Send")
    expect(page.get_by_text("It went to nobody.")).to_be_visible()
    yield "study: message refused", page
    press(page, "Do not send")
    page.get_by_role("button", name="They were not paid").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    yield "study: not paid dialog", page
    researcher = world.page(make_user("rita-platform", project, Role.RESEARCHER))
    yield "study as a researcher sees it", see(researcher, f"/console/platform/studies/{study.pk}")
