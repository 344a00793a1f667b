"""A person's page, what people say about themselves, and the audit log."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils.timezone import now
from playwright.sync_api import Page, expect

from tests.e2e.states.console import see
from tests.e2e.states.scenes import World, press, refuse, scene, title

SURVEY: list[dict[str, Any]] = [
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


def known_person(project: Any, lead: Any) -> Any:
    """Somebody with a bit of everything: three days of work, gold, a pause, a failed qualification and a study."""
    from annotator.models import (
        GoldCheck,
        Participation,
        PartState,
        Payment,
        PlatformIdentity,
        Qualification,
        Standing,
        WorkTally,
    )
    from annotator.services.guidance import survey_reply
    from annotator.services.projects import project_update
    from annotator.services.standing import standing_change
    from tests.annotator.factories import make_user
    from tests.annotator.models.test_studies import study
    from tests.e2e.states.quality import judged

    judged(project)
    user = project.memberships.get(user__username="ann-quality").user
    for day, count in ((1, 5), (2, 8), (3, 2)):
        hour = (now() - timedelta(days=day)).replace(minute=0, second=0, microsecond=0)
        WorkTally.objects.create(
            project=project, user=user, hour=hour, annotations=count, counted=count, timed=count,
            milliseconds=count * (40_000 + day * 9_000),
        )  # fmt: skip
    figures = {"span_f1": 0.42, "type_accuracy": 0.9, "missing_f1": 0.5}
    Qualification.objects.create(project=project, user=user, sitting=1, passed=False, **figures)
    assert GoldCheck.objects.filter(user=user).exists()
    part = Participation.objects.create(study=study(project, lead, "Moons"), user=user, submitted_before=0)
    PlatformIdentity.objects.create(user=user, study=part.study, provider="link", person_id="x", proof="api")
    part.state, part.finished_at = PartState.COMPLETED, part.entered_at + timedelta(minutes=25)
    part.save()
    paid = {"participation": part, "currency": "GBP", "approved_by": lead}
    Payment.objects.create(**paid, kind="reward", amount="4", state="sent")
    Payment.objects.create(**paid, kind="bonus", amount="1.50", state="approved", reason="Every check was right.")
    standing_change(project=project, user=user, standing=Standing.WORKING, reason="A hard week.", made_by=lead)
    project = project_update(project=project, desk={"asks": ["marks"], "survey": SURVEY})
    survey_reply(project=project, user=user, answers={"english": 4, "age": "old", "field": "Teacher"})
    survey_reply(project=project, user=make_user("silent", project), answers={})
    return project.memberships.get(user=user)


@scene
def one_person(world: World) -> Iterator[tuple[str, Page]]:
    from annotator.models import GoldKind, User
    from annotator.services.gold import gold_import
    from tests.annotator.factories import TEXT, jsonl, lesson, make_user, span

    desk = {"asks": ["marks"], "gold": {"first_rate": 1, "rate": 1, "least": 3, "share": 0.9}}
    project = world.project("quality", texts=(TEXT,), examples=6, overlap=2, guideline="", desk=desk)
    lead = User.objects.get(username="lead-quality")
    page = world.page(lead)
    yield "survey: no answers yet", see(page, "/console/quality/survey")
    newcomer = make_user("newcomer", project).memberships.get()
    yield "person: nothing yet", see(page, f"/console/quality/people/{newcomer.pk}")
    gold = [lesson("", f"g{number}", [span("It has two moons")])["record"] for number in range(4)]
    gold_import(project=project, user=lead, kind=GoldKind.GOLD, file=jsonl(*gold))
    member = known_person(project, lead)
    yield "person", see(page, f"/console/quality/people/{member.pk}")
    for details in page.locator("details").all():
        details.locator("summary").click()
    yield "person: the curves as tables", page
    press(page, "Forget who they are…")
    title(page, "Forget who they are?")
    yield "person: forget dialog", page
    page.get_by_label("To confirm").fill("somebody else")
    page.get_by_role("dialog").get_by_role("button", name="Forget who they are").click()
    expect(page.get_by_text("Nothing was changed.")).to_be_visible()
    yield "person: forgetting refused", page
    yield "survey answers", see(page, "/console/quality/survey")
    record = member.user.assignments.filter(annotation__isnull=False).first().annotation
    page.goto(f"/console/quality/items/{record.assignment.example_id}")
    page.get_by_role("link", name=f"History of what {member.pseudonym} said").click()
    title(page, "History of annotation")
    expect(page.get_by_text("added").first).to_be_visible()
    yield "history of an annotation", page
    yield "no such annotation", see(page, "/console/quality/history/7d3c5e9a-5b2e-4f2b-8f0e-0d7f6f3a1b11")
    yield "no such person", see(page, "/console/quality/people/999999")


@scene
def the_audit_log(world: World) -> Iterator[tuple[str, Page]]:
    from annotator.models import User

    world.project("audited", guideline="Mark what is wrong.")
    page = world.page(User.objects.get(username="lead-audited"))
    see(page, "/console/audited/audit")
    expect(page.get_by_role("table")).to_be_visible()
    yield "audit log", page
    page.get_by_label("What was done").select_option("gold.retire")
    expect(page.get_by_text("Nobody has done that here.")).to_be_visible()
    yield "audit log: nothing of the kind", page
    page.route("**/api/v1/projects/*/audit*", refuse(503, "The database does not answer."))
    page.reload()
    expect(page.get_by_text("This could not be fetched.")).to_be_visible()
    yield "audit log: an error", page
