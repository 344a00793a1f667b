"""The whole loop in its short form: the demo, HTTP, Celery and training, all real; then its feedback, taken further."""

import json
from collections import Counter
from itertools import islice
from pathlib import Path
from unittest.mock import patch

import pytest

from annotator.domain.feedback import record_from_json
from redpen import Client
from redpen.types import Job
from training.scripts.loop import FOR_PEOPLE, find_project, run_world
from training.scripts.loop_feedback import run_feedback
from training.world.plan import SHORT
from training.world.report import CATEGORIES, Report
from training.world.site import Site, started_site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with started_site(tmp_path_factory.mktemp("redpen")) as started:
        yield started


@pytest.fixture(scope="module")
def world(site: Site, tmp_path_factory) -> Report:
    """A loop that goes on from a warm-up, which went on from one that was stopped before the annotations."""
    report = Report(tmp_path_factory.mktemp("reports"), seed=0)
    with patch("training.scripts.loop.annotate_all", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        run_world(site, SHORT, 0, report, warm_up=True)
    run_world(site, SHORT, 0, report, warm_up=True)
    run_world(site, SHORT, 0, report, warm_up=False)
    return report


def test_ppo_lowers_every_error_rate(world: Report):
    assert world.finish(SHORT.target), world.found
    assert set(CATEGORIES) <= json.loads((world.folder / "loop.json").read_text())["after"].keys()
    assert (world.folder / "loop.png").stat().st_size > 10_000


def test_every_prompt_of_the_round_was_annotated_and_exported(world: Report):
    records = [record_from_json(json.loads(line)) for line in exported(world).open()]
    assert len(records) == world.found["annotations"] == sum(SHORT.rounds.values()) + FOR_PEOPLE
    assert {record.source for record in records} == {"simulated"}
    assert len({record.annotator.pseudonym for record in records}) >= SHORT.annotators
    assert all(len(record.judgements) == 4 and len(record.comparisons) == 6 for record in records)


def test_what_a_stopped_loop_had_done_is_not_repeated(site: Site, world: Report):
    jobs = jobs_of(site)
    assert Counter(job["kind"] for job in jobs) == {
        "sft": 1,
        "sample": len(SHORT.rounds) + 1 + 2,
        "reward": 1,
        "ppo": 1,
    }


def test_the_demos_people_are_in_the_world(site: Site, world: Report):
    logins = json.loads((site.data_dir / "demo.json").read_text())
    for role in ("annotator", "researcher"):
        projects = Client.signed_in(site.url, role, logins[role]).projects()
        assert ("world", role) in {(project["slug"], project["role"]) for project in projects}


def test_the_warm_up_leaves_a_world_that_is_there_alone(site: Site, world: Report, tmp_path: Path):
    before = jobs_of(site)
    run_world(site, SHORT, 0, Report(tmp_path, seed=0), warm_up=True)
    assert jobs_of(site) == before


def test_exported_feedback_is_imported_trained_on_and_exported_as_it_was(site: Site, world: Report, tmp_path: Path):
    file = tmp_path / "feedback.jsonl"
    with exported(world).open() as lines:
        kept = list(islice(lines, 0, None, 3))  # of every split some
    file.write_text("".join(kept))
    report = Report(tmp_path / "reports", seed=0)
    assert run_feedback(site, file, None, 0, report, steps=5)
    assert report.found["imported"]["annotations"] == len(kept)
    assert {"accuracy/relevance", "f1/factuality", "majority/completeness"} <= report.found["reward"].keys()


def jobs_of(site: Site) -> list[Job]:
    project = find_project(site.admin())
    assert project
    return site.admin().jobs(project)


def exported(world: Report) -> Path:
    return world.folder / "loop-feedback.jsonl"
