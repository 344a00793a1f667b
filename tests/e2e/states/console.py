"""The console: every page empty, full and failing, and its dialogs."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.consoles import CONSOLE, FEEDBACK, add_samples, add_steps, evaluated, make_dataset, make_job, make_models
from tests.e2e.states.scenes import World, keys, never, press, refuse, scene, title
from tests.e2e.states.way import CONSENT, GUIDELINE, lessons

EMPTY = (
    *("", "/dashboard", "/items", "/items?of=examples", "/datasets", "/jobs", "/models", "/samples", "/desk"),
    "/nothing",
)


def see(page: Page, path: str) -> Page:
    page.goto(path)
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


def make_moons(world: World) -> Any:
    """A project with annotations and models of its own."""
    from annotator.services.imports import examples_import
    from tests.annotator.factories import make_project, make_user
    from tests.jobs import make_model

    base = str(make_model(world.folder / "base"))
    project = make_project(make_user("olga", is_staff=True), base_policy=base, base_reward=base)
    with FEEDBACK.open("rb") as file:
        examples_import(project=project, file=file, format="jsonl")
    return project


@scene
def the_door(world: World) -> Iterator[tuple[str, Page]]:
    from tests.annotator.factories import make_user

    page = world.page(make_user("nobody"))
    yield "no project to run", see(page, "/console")
    page = world.page(make_user("boss", is_staff=True))
    yield "no project yet", see(page, "/console")
    yield "new project", see(page, "/console/new-project")
    yield "no such project", see(page, "/console/nothing")
    page.route("**/api/v1/me", never)
    page.goto("/console")
    expect(page.locator(".awaited .skeleton")).to_be_visible()
    yield "loading", page
    page.unroute("**/api/v1/me")
    page.route("**/api/v1/me", refuse(503, "The database does not answer."))
    page.reload()
    title(page, "Nothing to show")
    yield "error", page


@scene
def an_empty_project(world: World) -> Iterator[tuple[str, Page]]:
    from tests.annotator.factories import make_project, make_user

    boss = make_user("boss", is_staff=True)
    make_project(boss, "bare")
    page = world.page(boss)
    for path in EMPTY:
        yield f"empty {path[1:] or 'overview'}", see(page, f"/console/bare{path}")


@scene
def a_running_project(world: World) -> Iterator[tuple[str, Page]]:
    from annotator.models import User

    project = make_moons(world)
    dataset = make_dataset(project)
    models = make_models(project, world.folder)
    running = make_job(project, "ppo", dataset, state="running")
    add_steps(running, 1, 10, judged=True)
    error = {"code": "diverged", "message": "The loss is not finite.", "fields": {"ppo.learning_rate": "is high"}}
    failed = make_job(project, "ppo", dataset, state="failed", error=error)
    sampled = make_job(project, "sample", dataset, state="succeeded", result={"kind": "sample", "metrics": {"n": 1.0}})
    add_samples(project, sampled)
    compared = make_job(project, "evaluate", dataset, state="succeeded", **evaluated(models[0], models[0]))
    page = world.page(User.objects.get(username="olga"))
    yield "overview", see(page, CONSOLE)
    yield "dashboard without a report", see(page, f"{CONSOLE}/dashboard")
    yield "annotations", see(page, f"{CONSOLE}/items")
    yield "annotations with a mark of a type", see(page, f"{CONSOLE}/items?type=irrelevant")
    yield "examples", see(page, f"{CONSOLE}/items?of=examples&complete=true")
    page.get_by_role("region", name="Examples").get_by_role("link").first.click()
    expect(page.get_by_text("All examples")).to_be_visible()
    yield "example", page
    yield "annotations: none", see(page, f"{CONSOLE}/items?counted=false")
    yield "annotations: no such filter", see(page, f"{CONSOLE}/items?password=1")
    yield "no such example", see(page, f"{CONSOLE}/items/999999")
    yield "datasets", see(page, f"{CONSOLE}/datasets")
    yield "dataset", see(page, f"{CONSOLE}/datasets/{dataset.pk}")
    yield "jobs", see(page, f"{CONSOLE}/jobs")
    yield "job running", see(page, f"{CONSOLE}/jobs/{running.pk}")
    press(page, "Cancel job")
    title(page, "Cancel this job?")
    yield "job: cancel dialog", page
    yield "job failed", see(page, f"{CONSOLE}/jobs/{failed.pk}")
    yield "job of comparing", see(page, f"{CONSOLE}/jobs/{compared.pk}")
    yield "job of sampling", see(page, f"{CONSOLE}/jobs/{sampled.pk}")
    yield "no such job", see(page, f"{CONSOLE}/jobs/{dataset.pk}")
    yield "new job", see(page, f"{CONSOLE}/jobs/new?kind=ppo")
    page.get_by_label("Steps", exact=True).fill("0")
    press(page, "Start PPO")
    expect(page.get_by_text("The job was not started.")).to_be_visible()
    yield "new job refused", page
    for kind in ("ppo", "reward", "evaluate"):
        see(page, f"{CONSOLE}/jobs/new?kind={kind}")
        page.get_by_text("More settings").click()
        yield f"new job: all settings of {kind}", page
    yield "models", see(page, f"{CONSOLE}/models")
    page.get_by_role("row", name="reward-2").get_by_role("button", name="Promote").click()
    title(page, "Promote reward-2?")
    yield "model: promote dialog", page
    yield "model", see(page, f"{CONSOLE}/models/{models[0].pk}")
    yield "samples", see(page, f"{CONSOLE}/samples")
    page.get_by_text("Table", exact=True).click()
    yield "samples as a table", page
    yield "settings", see(page, f"{CONSOLE}/settings")
    page.get_by_label("After this many new annotations").fill("0")
    press(page, "Save")
    expect(page.get_by_text("Nothing was saved.")).to_be_visible()
    yield "settings refused", page


@scene
def a_judged_project(world: World) -> Iterator[tuple[str, Page]]:
    from annotator.models import User
    from annotator.services.projects import project_update
    from annotator.services.quality import report_make
    from tests.e2e.consoles import judge

    project = world.project("judged", examples=12)
    project = project_update(project=project, overlap=3, desk={"pay": {"currency": "EUR", "per_text": 0.4}})
    page = world.page(User.objects.get(username="lead-judged"))
    judge(project, people=2, examples=4)
    report_make(project=project)
    yield "dashboard: too little overlap", see(page, "/console/judged/dashboard")
    judge(project, people=4, examples=12)
    for _ in range(2):
        report_make(project=project)
    yield "dashboard", see(page, "/console/judged/dashboard")
    for summary in page.get_by_text("The curve as a table").all():
        summary.click()
    yield "dashboard: curves as tables", page
    page.route("**/api/v1/projects/*/dashboard", refuse(503, "The database does not answer."))
    page.wait_for_timeout(2_000)  # what is younger is not asked for again
    page.evaluate("window.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_text("This may be out of date", exact=False)).to_be_visible()
    yield "dashboard: stale", page
    page.reload()
    expect(page.get_by_text("This could not be fetched.")).to_be_visible()
    yield "dashboard: error", page


@scene
def the_desk_set_up(world: World) -> Iterator[tuple[str, Page]]:
    from annotator.models import User
    from annotator.services.lessons import lessons_replace
    from annotator.services.projects import project_update
    from tests.e2e.states.desk import QUESTIONS

    project = make_moons(world)
    page = world.page(User.objects.get(username="olga"))
    desk = {
        "consent": {"version": "2026-11", "body": CONSENT},
        "content_warning": "Some texts are about war.",
        "pay": {"currency": "EUR", "per_text": 0.5},
        "questions": QUESTIONS[:3],
    }
    project_update(project=project, desk=desk, guideline=GUIDELINE, guideline_version="1")
    lessons_replace(project=project, lessons=lessons())
    yield "desk", see(page, f"{CONSOLE}/desk")
    page.get_by_role("group", name="Question").last.get_by_label("Name in the data").fill("Why not")
    press(page, "Save")
    expect(page.get_by_text("Nothing was saved.")).to_be_visible()
    yield "desk refused", page
    page.locator("input[type=file]").set_input_files({"name": "bad.jsonl", "mimeType": "", "buffer": b"{"})
    press(page, "Replace")
    expect(page.get_by_text("Line 1 is no JSON.")).to_be_visible()
    yield "desk: lessons refused", page
    page.route("**/api/v1/projects/*/lessons", refuse(503, "The database does not answer."))
    yield "desk: lessons not there", see(page, f"{CONSOLE}/desk")
    page.context.set_offline(True)
    press(page, "Save")
    keys(page, "Escape")
    yield "desk: not saved for want of a connection", page
