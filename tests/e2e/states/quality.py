"""How good the judgements are: agreement, people, gold, and what somebody is told whose work is paused or ended."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.states.console import see
from tests.e2e.states.scenes import World, at_text, never, press, refuse, scene, title


def judged(project: Any) -> None:
    """Two people's judgements of all the examples; the first of them gets checks against gold wrong, and is paused."""
    from annotator.services.annotations import annotation_submit
    from annotator.services.gold import gold_checks_run
    from tests.annotator.factories import assignment_next, judgement, make_user, span, submission

    for name, spans in (("ann-quality", []), ("bob-quality", [span("It has two moons")])):
        user = make_user(name, project)
        while assignment := assignment_next(project=project, user=user):
            body = submission(judgements=[judgement(spans=spans)], comparisons=[])
            annotation_submit(assignment=assignment, **body)
    gold_checks_run()


@scene
def agreement_and_people(world: World) -> Iterator[tuple[str, Page]]:
    from annotator.models import GoldKind, User
    from annotator.services.gold import gold_import
    from annotator.services.projects import project_update
    from annotator.services.quality import report_make
    from tests.annotator.factories import TEXT, jsonl, lesson, span

    desk = {"asks": ["marks"], "pay": {"currency": "EUR", "per_text": 0.5}}
    project = world.project("quality", texts=(TEXT,), examples=6, overlap=2, desk=desk)
    lead = User.objects.get(username="lead-quality")
    page = world.page(lead)
    yield "agreement: no report", see(page, "/console/quality/quality")
    yield "people: nobody yet", see(page, "/console/quality/people")
    page.route("**/api/v1/projects/*/quality", never)
    page.goto("/console/quality/quality")
    expect(page.locator(".awaited .skeleton")).to_be_visible()
    yield "agreement: loading", page
    page.unroute("**/api/v1/projects/*/quality")
    rule = {"first_rate": 1, "rate": 1, "least": 3, "share": 0.9}
    project = project_update(project=project, desk={**desk, "gold": rule})
    gold = [lesson("", f"g{number}", [span("It has two moons")])["record"] for number in range(4)]
    gold_import(project=project, user=lead, kind=GoldKind.GOLD, file=jsonl(*gold[:3]))
    gold_import(project=project, user=lead, kind=GoldKind.ATTENTION, file=jsonl(gold[3]))
    judged(project)
    report_make(project=project)
    yield "agreement: too little overlap", see(page, "/console/quality/quality")
    page.get_by_label("Measured by").select_option("exact_f1")
    yield "agreement by exact spans", page
    press(page, "Make a new report")
    expect(page.get_by_text("A report is being made.")).to_be_visible()
    yield "agreement: a report is asked for", page
    yield "people", see(page, "/console/quality/people")
    page.get_by_role("button", name="End work").first.click()
    yield "people: a reason for ending somebody's work", page
    page.get_by_label("Reason").fill("By themselves.")
    page.route("**/standing", refuse(503, "The database does not answer."))
    page.get_by_role("dialog").get_by_role("button", name="End work").click()
    expect(page.get_by_text("Nothing was changed.")).to_be_visible()
    yield "people: the reason was not kept", page
    press(page, "Leave it as it is")
    page.locator("input[type=file]").set_input_files({"name": "bad.jsonl", "mimeType": "", "buffer": b"{}\n"})
    press(page, "Add")
    expect(page.get_by_text("Nothing was added.")).to_be_visible()
    yield "people: gold refused", page
    press(page, "Retire")
    title(page, "Retire this answer?")
    yield "people: retire dialog", page


@scene
def work_that_is_halted(world: World) -> Iterator[tuple[str, Page]]:
    from annotator.models import Standing
    from annotator.services.standing import standing_change

    project = world.project("halted", examples=1, desk={"pay": {"currency": "EUR", "per_text": 0.5}})
    user = world.annotator(project)
    page = world.desk(project, user)
    at_text(page, "n")
    press(page, "They are equally good")
    standing_change(project=project, user=user, standing=Standing.PAUSED, reason="A look.", made_by=None)
    press(page, "Submit and next")
    title(page, "Your work is being looked at")
    yield "paused", page
    standing_change(project=project, user=user, standing=Standing.ENDED, reason="Enough.", made_by=None)
    press(page, "Check again")
    title(page, "Your work on this project has ended")
    yield "ended", page
