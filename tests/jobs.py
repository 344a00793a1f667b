"""What a job needs to be started: a project with base models and a dataset."""

import json
from pathlib import Path

from annotator.domain.taxonomy import PAPER_TAXONOMY, taxonomy_to_json
from annotator.models import Dataset, Job, JobKind, Membership, Project, Taxonomy, User
from annotator.services.job_specs import JobRequest
from annotator.services.jobs import job_create

COUNTS = {
    "examples": 6,
    "splits": {"train": 2, "dev": 2, "test": 2},
    "records": 6,
    "spans": {"irrelevant": 3},
    "missing": {},
    "comparisons": {},
}


def make_model(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"")
    return folder


def make_bundle(folder: Path) -> Path:
    folder.mkdir(parents=True)
    categories = [{"key": "relevance", "density": "sub_sentence"}, {"key": "factuality", "density": "sentence"}]
    (folder / "reward.json").write_text(json.dumps({"categories": categories, "sequence": {}}))
    return folder


def make_project(folder: Path, slug: str = "p") -> Project:
    """Without a dataset; its base models are fake folders."""
    base = str(make_model(folder / f"base-of-{slug}"))
    project = Project.objects.create(slug=slug, name=slug, base_policy=base, base_reward=base)
    Taxonomy.objects.create(project=project, version=PAPER_TAXONOMY.version, body=taxonomy_to_json(PAPER_TAXONOMY))
    return project


def make_dataset(project: Project, name: str = "d", kind: str = "feedback", **counts) -> Dataset:
    """The row of a dataset whose folder no fake trainer reads."""
    manifest = {"counts": COUNTS | counts}
    return Dataset.objects.create(project=project, name=name, kind=kind, manifest=manifest, sha256="0" * 64)


def make_member(project: Project, role: str) -> User:
    user = User.objects.create(username=f"{role}-of-{project.slug}")
    Membership.objects.create(project=project, user=user, role=role)
    return user


def start_job(project: Project, kind: str = "sft", *, key: str | None = None, **request) -> Job:
    request = JobRequest(kind=JobKind(kind), **request)
    return job_create(project=project, user=None, request=request, idempotency_key=key)
