"""The console against the real server. No worker runs: what becomes of jobs is written by the tests."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from annotator.domain.spec_fields import spec_fields
from annotator.services.job_specs import JobRequest
from tests.e2e.consoles import (
    CONSOLE,
    FEEDBACK,
    TEXT,
    add_samples,
    add_steps,
    evaluated,
    make_dataset,
    make_job,
    make_models,
)

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).parents[2]
JOBS = ROOT / "frontend" / "src" / "features" / "console" / "jobs"


@pytest.fixture
def project(transactional_db: None, tmp_path: Path) -> Any:
    from annotator.services.imports import examples_import
    from tests.annotator.factories import make_project, make_user
    from tests.jobs import make_model

    base = str(make_model(tmp_path / "base"))
    project = make_project(make_user("olga", is_staff=True), base_policy=base, base_reward=base)
    with FEEDBACK.open("rb") as file:
        examples_import(project=project, file=file, format="jsonl")
    return project


@pytest.fixture
def context(context_of: Any, project: Any) -> BrowserContext:
    from annotator.models import User

    return context_of(User.objects.get(username="olga"))


@pytest.fixture
def page(context: BrowserContext, errors: Any) -> Page:
    return errors(context.new_page())


def number(page: Page, name: str) -> Any:
    """The number above its name, as the overview and datasets show it."""
    return page.locator("dl.numbers > div", has=page.get_by_text(name, exact=True)).locator("dd")


def test_the_form_asks_for_every_field_of_the_specs() -> None:
    """Where specs.json is not what the specs say: `manage.py spec_fields --file` it. What is no parameter is chosen
    above them, as a dataset or a model."""
    facts = json.loads((JOBS / "specs.json").read_text())
    assert facts == json.loads(json.dumps(spec_fields()))
    chosen = {"model", "policy", "policies", *JobRequest.reserved}
    for kind, sections in json.loads((JOBS / "parameters.json").read_text()).items():
        asked = [item for section in sections for item in section["fields"]]
        assert len({item["name"] for item in asked}) == len(asked)
        assert {item["name"] for item in asked} == facts[kind].keys() - chosen
        for item in asked:
            assert item.get("choices", {}).keys() <= set(facts[kind][item["name"]].get("choices", ()))


def test_from_the_overview_to_a_downloaded_dataset(page: Page, project: Any) -> None:
    from annotator.models import Dataset

    page.goto("/console")
    expect(page.get_by_role("heading", name="Moons", level=1)).to_be_visible()
    assert page.url.endswith(CONSOLE)
    expect(number(page, "annotations")).to_have_text("20")
    page.get_by_role("link", name="Datasets").click()
    page.get_by_role("region", name="Freeze the annotations").get_by_label("Name").fill("pilot")
    page.get_by_label("Note").fill("Before the guideline changed.")
    page.get_by_role("button", name="Freeze").click()
    expect(page.get_by_role("heading", name="pilot", level=1)).to_be_focused()
    expect(number(page, "examples")).to_have_text("20")
    with page.expect_download() as jsonl:
        page.get_by_role("link", name="JSONL of pilot").click()
    dataset = Dataset.objects.get(project=project)
    assert jsonl.value.path().read_bytes() == (dataset.path / "feedback.jsonl").read_bytes()
    page.get_by_role("link", name="All datasets").click()
    upload = page.get_by_role("region", name="Upload prompts")
    upload.get_by_label("Name").fill("pilot")
    prompts = b'{"id": "p1", "prompt": "Q", "question": "How many moons?", "passages": []}\n'
    upload.locator("input[type=file]").set_input_files({"name": "p.jsonl", "mimeType": "", "buffer": prompts})
    upload.get_by_role("button", name="Upload").click()
    expect(upload.get_by_role("alert")).to_contain_text("pilot")
    assert Dataset.objects.count() == 1
    expect(upload.get_by_label("Name")).to_have_value("pilot")


def test_an_import_that_fails_names_the_line_and_keeps_the_file(page: Page, project: Any, tmp_path: Path) -> None:
    from annotator.models import Example

    lines = FEEDBACK.read_text().splitlines()
    bad = tmp_path / "bad.jsonl"
    bad.write_text("\n".join([*lines[:2], "{not json"]))
    page.goto(CONSOLE)
    form = page.get_by_role("region", name="Import examples")
    form.locator("input[type=file]").set_input_files(bad)
    form.get_by_role("button", name="Import").click()
    expect(form.get_by_role("alert")).to_contain_text("line 3")
    expect(form.get_by_text("bad.jsonl")).to_be_visible()
    assert Example.objects.count() == 20
    good = b'{"id": "new", "prompt": "Q", "question": "How many?", "passages": [], "responses": [{"text": "One."}]}\n'
    form.locator("input[type=file]").set_input_files({"name": "good.jsonl", "mimeType": "", "buffer": good})
    form.get_by_role("button", name="Import").click()
    expect(form.get_by_role("status")).to_contain_text("1 new example")
    expect(number(page, "examples")).to_have_text("21")


def test_retraining_in_one_click_and_cancelling_it(page: Page, project: Any) -> None:
    from annotator.models import Job

    page.goto(CONSOLE)
    expect(page.get_by_text("No reward model is active: train one, then promote it.")).to_be_visible()
    expect(page.get_by_role("button", name="Run PPO")).to_be_disabled()
    expect(page.get_by_text("Freezes all 20 annotations as a new dataset")).to_be_visible()
    page.get_by_role("button", name="Retrain reward models").click()
    expect(page.get_by_role("heading", name="Reward models", level=1)).to_be_focused()
    expect(page.get_by_text("waiting for a worker")).to_be_visible()
    job = Job.objects.get()
    assert (job.kind, job.state, job.created_by.username) == ("reward", "queued", "olga")
    assert job.dataset.manifest["counts"]["records"] == 20
    page.get_by_role("button", name="Cancel job").click()
    dialog = page.get_by_role("dialog", name="Cancel this job?")
    dialog.get_by_role("button", name="Cancel the job").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("no model came of it")).to_be_visible()
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_a_job_that_is_refused_says_which_field_is_wrong(page: Page, project: Any, tmp_path: Path) -> None:
    from annotator.models import Job

    make_dataset(project)
    make_models(project, tmp_path)
    page.goto(f"{CONSOLE}/jobs/new?kind=ppo")
    expect(page.get_by_label("Reward model")).to_contain_text("The active one: reward-1")
    page.get_by_label("Steps", exact=True).fill("0")
    page.get_by_label("Anything else, as JSON").fill('{"gama": 1}')
    page.get_by_role("button", name="Start PPO").click()
    expect(page.get_by_text("The job was not started.")).to_be_visible()
    expect(page.get_by_label("Anything else, as JSON")).to_have_attribute("aria-invalid", "true")
    assert not Job.objects.exists()
    page.get_by_label("Anything else, as JSON").fill('{"gamma": 1}')
    page.get_by_role("button", name="Start PPO").click()
    expect(page.get_by_label("Steps", exact=True)).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Steps", exact=True).fill("7")
    page.get_by_role("button", name="Start PPO").click()
    expect(page.get_by_role("heading", name="PPO", level=1)).to_be_visible()
    spec = Job.objects.get().spec
    assert (spec["steps"], spec["gamma"], spec["prompts_per_step"]) == (7, 1, 16)


def test_what_is_seldom_changed_opens_and_is_sent(page: Page, project: Any, tmp_path: Path) -> None:
    """By the keyboard; and it opens by itself for a field that the server refuses."""
    from annotator.models import Job

    make_dataset(project)
    _, _, judge = make_models(project, tmp_path)
    page.goto(f"{CONSOLE}/jobs/new?kind=ppo")
    page.get_by_label("Judge").select_option("reward-2 (candidate)")
    more = page.locator("details.more")
    expect(page.get_by_label("KL target")).to_be_hidden()
    more.locator("summary").press("Enter")
    page.get_by_label("KL target").fill("6")
    rewards = more.get_by_role("group", name="Rewards")
    rewards.get_by_label("Segments of a category").select_option("the worst")
    expect(rewards.get_by_label("Segments of a category")).to_have_accessible_description(re.compile("favours long"))
    rewards.get_by_label("Whiten rewards").uncheck()
    page.get_by_label("Discount").fill("1.5")
    more.locator("summary").press("Enter")
    expect(page.get_by_label("Discount")).to_be_hidden()
    page.get_by_label("Reward weights").fill("factuality 0.5, relevance 0.25")
    page.get_by_role("button", name="Start PPO").click()
    expect(page.get_by_label("Discount")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Discount").fill("0.99")
    page.get_by_role("button", name="Start PPO").click()
    expect(page.get_by_role("heading", name="PPO", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="reward-2")).to_be_visible()
    spec = Job.objects.get().spec
    assert (spec["judge"], spec["kl_target"], spec["reward_form"], spec["gamma"]) == (judge.path, 6, "min", 0.99)
    assert (spec["whiten_rewards"], spec["reward_weights"]) == (False, {"factuality": 0.5, "relevance": 0.25})


def test_a_judge_is_drawn_beside_the_reward(page: Page, project: Any) -> None:
    job = make_job(project, "ppo", make_dataset(project), state="running")
    add_steps(job, 1, 20, judged=True)
    page.goto(f"{CONSOLE}/jobs/{job.pk}")
    card = page.get_by_role("region", name="Reward and judge by distance")
    expect(card.locator("canvas")).to_be_visible()
    expect(card.locator("[data-series=reward]")).to_have_text("2")
    expect(card.locator("[data-series=judge]")).to_have_text("1")
    expect(page.get_by_role("region", name="Judge", exact=True).locator("canvas")).to_be_visible()


def test_policies_are_compared_side_by_side(page: Page, project: Any, tmp_path: Path) -> None:
    from annotator.models import ModelKind
    from annotator.services.model_versions import model_register
    from tests.jobs import make_model

    first, second = (
        model_register(project=project, name=name, kind=ModelKind.POLICY, source=str(make_model(tmp_path / name)))
        for name in ("before", "after")
    )
    job = make_job(project, "evaluate", make_dataset(project), state="succeeded", **evaluated(first, second))
    page.goto(f"{CONSOLE}/jobs/{job.pk}")
    table = page.get_by_role("region", name="Policies by metric")
    expect(table.get_by_role("columnheader")).to_have_text(
        ["Metric", "before", "after", "after: difference", "at equal length"]
    )
    cells = table.get_by_role("row", name="clean/factuality").get_by_role("cell")
    expect(cells).to_have_text(
        ["0.5000", "0.7500", "+0.2500 from +0.1250 to +0.3750", "0 from −0.1250 to +0.1250"], use_inner_text=False
    )
    expect(table.get_by_role("row", name="distinct_2").get_by_role("cell")).to_have_text(["0.9000", "0.8750", "", ""])


def test_curves_grow_while_the_job_runs(page: Page, project: Any) -> None:
    job = make_job(project, "ppo", make_dataset(project), state="running")
    add_steps(job, 1, 20)
    page.goto(f"{CONSOLE}/jobs/{job.pk}")
    expect(page.locator(".plot-card canvas")).to_have_count(2)
    expect(page.get_by_text("20 of 40")).to_be_visible()
    page.get_by_text("The curves as a table").click()
    table = page.get_by_role("region", name="Metrics by step")
    expect(table.get_by_role("row")).to_have_count(21)
    add_steps(job, 21, 25)
    expect(table.get_by_role("row")).to_have_count(26)
    expect(page.get_by_text("25 of 40")).to_be_visible()
    page.get_by_role("slider", name="Smoothing").press("ArrowRight")
    page.get_by_text("by time").click()
    expect(page.locator(".plot-card canvas")).to_have_count(2)


def test_samples_are_read_segment_by_segment(page: Page, project: Any) -> None:
    job = make_job(project, "sample", make_dataset(project), state="succeeded", result={"kind": "sample"})
    add_samples(project, job)
    page.goto(f"{CONSOLE}/samples?job={job.pk}")
    text = page.get_by_role("group", name="rewards of Sum")
    expect(text.locator("sub")).to_have_text(["+0.50", "−0.25", "+0.10", "−0.75"])
    page.get_by_text("Relevance", exact=True).click()
    text = page.get_by_role("group", name="rewards of Relevance")
    expect(text.locator("sub")).to_have_text(["+0.50", "−0.25", "+0.10"])
    text.press("ArrowRight")
    text.press("ArrowRight")
    readout = page.locator(".readout")
    expect(readout).to_contain_text("and it is red.")
    expect(readout).to_contain_text("Relevance −0.25")
    page.get_by_text("Table", exact=True).click()
    rows = page.get_by_role("region", name="Rewards of response 1").get_by_role("row")
    expect(rows).to_have_count(5)
    expect(rows.last).to_contain_text("(end of the response)")


def test_promoting_says_what_happens_and_does_it(page: Page, project: Any, tmp_path: Path) -> None:
    _, first, second = make_models(project, tmp_path)
    page.goto(f"{CONSOLE}/models")
    page.get_by_role("row", name="reward-2").get_by_role("button", name="Promote").click()
    dialog = page.get_by_role("dialog", name="Promote reward-2?")
    expect(dialog).to_contain_text("reward-1, active until now, is archived")
    dialog.get_by_role("button", name="Promote").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("row", name="reward-2")).to_contain_text("active")
    for model, stage in ((first, "archived"), (second, "active")):
        model.refresh_from_db()
        assert model.stage == stage


def test_settings_are_the_admins(page: Page, project: Any, context_of: Any, tmp_path: Path) -> None:
    from tests.annotator.factories import make_user

    make_models(project, tmp_path)
    page.goto(f"{CONSOLE}/settings")
    page.get_by_label("After this many new annotations").fill("0")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Nothing was saved.")).to_be_visible()
    expect(page.get_by_label("After this many new annotations")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("After this many new annotations").fill("50")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    project.refresh_from_db()
    assert project.retrain_after_annotations == 50
    other = context_of(make_user("rita", project, "researcher")).new_page()
    other.goto(f"{CONSOLE}/settings")
    expect(other.get_by_label("After this many new annotations")).to_have_js_property("readOnly", True)
    expect(other.get_by_role("button", name="Save")).to_have_count(0)
    other.goto(f"{CONSOLE}/models")
    expect(other.get_by_role("link", name="reward-2")).to_be_visible()
    expect(other.get_by_role("button", name="Promote")).to_have_count(0)


def test_the_desk_is_set_up_and_lessons_replaced(page: Page, project: Any) -> None:
    page.goto(f"{CONSOLE}/desk")
    page.get_by_label("Which of the responses is better").uncheck()
    page.get_by_label("Guideline", exact=True).fill("Mark what is wrong.")
    page.get_by_label("Version of the guideline").fill("2")
    page.get_by_label("Show what is earned").check()
    page.get_by_label("For each submitted text").fill("0.4")
    about_it = page.get_by_role("region", name="Questions about each response")
    for text, kind in (("Is it clear?", "rating"), ("Why not?", "text")):
        about_it.get_by_role("button", name="Add a question").click()
        question = about_it.get_by_role("group", name="Question").last
        question.get_by_label("What is asked").fill(text)
        question.get_by_label("Answered by").select_option(kind)
    question.get_by_label("if “Is it clear?” is 1", exact=True).check()
    question.get_by_label("Name in the data").fill("Why not")
    about_them = page.get_by_role("region", name="Questions about the person")
    about_them.get_by_role("button", name="Add a question").click()
    about_them.get_by_label("What is asked").fill("How old are you?")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Nothing was saved.")).to_be_visible()
    expect(question.get_by_label("Name in the data")).to_have_attribute("aria-invalid", "true")
    question.get_by_label("Name in the data").fill("why_not")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    project.refresh_from_db()
    assert (project.guideline, project.guideline_version) == ("Mark what is wrong.", "2")
    assert project.desk["asks"] == ["marks", "correction"]
    assert project.desk["pay"] == {"currency": "USD", "per_text": 0.4}
    assert [(each["kind"], each["when"]) for each in project.desk["questions"]] == [
        ("rating", None),
        ("text", {"answer": "question_1", "is": [1]}),
    ]
    assert [(each["key"], each["text"]) for each in project.desk["survey"]] == [("question_1", "How old are you?")]

    chooser = page.locator("input[type=file]")
    chooser.set_input_files({"name": "bad.jsonl", "mimeType": "", "buffer": b'{"part": "tutorial"}\n{'})
    page.get_by_role("button", name="Replace", exact=True).click()
    expect(page.get_by_text("Line 2 is no JSON.")).to_be_visible()
    good = json.dumps({"part": "tutorial", "record": lesson()}).encode()
    chooser.set_input_files({"name": "good.jsonl", "mimeType": "", "buffer": good})
    page.get_by_role("button", name="Replace", exact=True).click()
    expect(page.get_by_text("Tutorial 1: How is Oru?")).to_be_visible()


def lesson() -> dict[str, Any]:
    """A text with one gold mark."""
    from annotator.domain.feedback import Example, to_json
    from annotator.domain.spans import text_sha256
    from tests.annotator.factories import span

    gold = span("it is red", text=TEXT, explanation="Nobody asked for its colour.")
    response = {"text": TEXT, "policy_version": None, "sha256": text_sha256(TEXT), "length": len(TEXT)}
    judgement = {"response": 0, "spans": [gold], "missing": [], "corrected_text": None}
    example = to_json(Example(id="l1", prompt="Q", question="How is Oru?"))
    return {"example": example, "responses": [response], "judgements": [judgement]}
