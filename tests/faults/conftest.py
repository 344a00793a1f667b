import json
import sys
from pathlib import Path

import pytest

from annotator.domain.taxonomy import PAPER_TAXONOMY, taxonomy_to_json

FAKE_TRAINER = Path(__file__).with_name("fake_trainer.py")


@pytest.fixture
def fake_trainer(settings, tmp_path):
    """Jobs run the fake trainer, at the pace of tests; call it to change how the trainer behaves."""
    settings.RUNS_DIR = tmp_path / "runs"
    settings.DATASETS_DIR = tmp_path / "datasets"
    settings.TRAINER_COMMAND = [sys.executable, str(FAKE_TRAINER), "{kind}"]
    settings.JOB_LEASE_SECONDS, settings.JOB_POLL_SECONDS, settings.JOB_GRACE_SECONDS = 3.0, 0.05, 2.0
    settings.RUNS_DIR.mkdir()

    def behave(**behaviour):
        (settings.RUNS_DIR / "fake.json").write_text(json.dumps(behaviour))

    return behave


@pytest.fixture
def base_model(tmp_path):
    folder = tmp_path / "base"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"")
    return folder


@pytest.fixture
def reward_bundle(tmp_path):
    folder = tmp_path / "bundle"
    folder.mkdir()
    categories = [{"key": "relevance", "density": "sub_sentence"}, {"key": "factuality", "density": "sentence"}]
    (folder / "reward.json").write_text(json.dumps({"categories": categories, "sequence": {}}))
    return folder


@pytest.fixture
def project(transactional_db, base_model):
    """A project whose models have a base, and which has a dataset of 2 examples in each split."""
    from annotator.models import Dataset, Project, Taxonomy

    project = Project.objects.create(slug="p", name="P", base_policy=str(base_model), base_reward=str(base_model))
    Taxonomy.objects.create(project=project, version=PAPER_TAXONOMY.version, body=taxonomy_to_json(PAPER_TAXONOMY))
    counts = {"examples": 6, "splits": {"train": 2, "dev": 2, "test": 2}}
    counts |= {"records": 6, "spans": {"irrelevant": 3}, "missing": {}, "comparisons": {}}
    Dataset.objects.create(project=project, name="d", kind="feedback", manifest={"counts": counts}, sha256="0" * 64)
    return project
