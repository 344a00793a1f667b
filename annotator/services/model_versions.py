"""Models: registered from a folder or published by a job, and promoted one at a time."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from annotator.domain.errors import DomainError
from annotator.models.jobs import Job, JobKind
from annotator.models.model_versions import ModelKind, ModelStage, ModelVersion
from annotator.models.people import User
from annotator.models.projects import Project
from annotator.selectors.runs import folder_sha256
from annotator.services.audit import audited

HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")
KIND_OF_JOB = {JobKind.SFT: ModelKind.POLICY, JobKind.PPO: ModelKind.POLICY, JobKind.REWARD: ModelKind.REWARD}


def check_model_source(source: str, kind: ModelKind, field: str) -> None:
    """Raise DomainError("not_a_model") unless `source` can be given to a trainer as a model of `kind`.

    A policy is a transformers folder or a hub name (which only the trainer can look up); a reward model is a bundle.
    """
    try:
        problem = _problem(source, kind)
    except OSError as error:  # not readable, or a name too long for the system
        problem = f"cannot be read ({error.strerror})"
    if problem:
        message = f"{source!r} is not a {kind} model: it {problem}."
        raise DomainError("not_a_model", message, {field: message})


def _problem(source: str, kind: ModelKind) -> str:
    folder = Path(source)
    if not folder.is_absolute():
        if kind is ModelKind.REWARD:
            return "is not an absolute folder"
        return (
            "" if HUB_NAME.fullmatch(source) and ".." not in source else "is neither an absolute folder nor a hub name"
        )
    if not folder.is_dir():
        return "does not exist"
    if kind is ModelKind.REWARD:
        return _bundle_problem(folder)
    if not (folder / "config.json").is_file():
        return "has no config.json"
    return "" if any(folder.glob("*.safetensors")) else "has no weights in safetensors"


def _bundle_problem(folder: Path) -> str:
    try:
        body = json.loads((folder / "reward.json").read_bytes())
    except (OSError, ValueError):
        return "has no readable reward.json"
    whole = isinstance(body, dict) and {"categories", "sequence"} <= body.keys()
    return "" if whole else "has a reward.json without categories and sequence"


@transaction.atomic
def model_register(
    *, project: Project, name: str, kind: ModelKind, source: str, actor: User | None = None
) -> ModelVersion:
    """Make a model from elsewhere known to the project, as a candidate. Raises not_a_model, name_taken."""
    check_model_source(source, kind, "source")
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if ModelVersion.objects.filter(project=project, name=name).exists():
        message = f"A model named {name!r} exists in this project."
        raise DomainError("name_taken", message, {"name": message})
    sha256 = folder_sha256(Path(source)) if Path(source).is_absolute() else ""
    model = ModelVersion.objects.create(project=project, name=name, kind=kind, path=source, sha256=sha256)
    detail = {"name": name, "kind": kind.value, "source": source, "sha256": sha256}
    audited(actor=actor, action="model.register", project=project, target=f"model {model.pk}", detail=detail)
    return model


def model_publish(*, job: Job, path: Path, sha256: str, metrics: dict[str, Any]) -> ModelVersion:
    """The model that `job` made, as a candidate, with what it was made of. The caller holds the lock of the job."""
    kind = KIND_OF_JOB[JobKind(job.kind)]
    project = Project.objects.select_for_update(no_key=True).get(pk=job.project_id)
    taken = set(ModelVersion.objects.filter(project=project, kind=kind).values_list("name", flat=True))
    number = next(n for n in range(len(taken) + 1, 2 * len(taken) + 2) if f"{kind}-{n}" not in taken)
    version = ModelVersion.objects.create(
        project=project,
        name=f"{kind}-{number}",
        kind=kind,
        path=str(path),
        sha256=sha256,
        metrics=metrics,
        dataset_id=job.dataset_id,
        job=job,
    )
    version.parents.set(ModelVersion.objects.filter(pk__in=_parents(job.params)))
    return version


def _parents(params: dict[str, Any]) -> Iterable[str]:
    return [params[role] for role in ("policy", "reward") if params.get(role)]


@transaction.atomic
def model_promote(*, model_id: UUID, actor: User | None = None) -> ModelVersion:
    """Make a model the active one of its kind; the one before it is archived. Harmless if it is active already."""
    project_id = ModelVersion.objects.values_list("project_id", flat=True).get(pk=model_id)
    project = Project.objects.select_for_update(no_key=True).get(pk=project_id)
    model = ModelVersion.objects.get(pk=model_id)
    if model.stage == ModelStage.ACTIVE:
        return model
    ModelVersion.objects.filter(project_id=project_id, kind=model.kind, stage=ModelStage.ACTIVE).update(
        stage=ModelStage.ARCHIVED
    )
    ModelVersion.objects.filter(pk=model_id).update(stage=ModelStage.ACTIVE, promoted_at=Now())
    model.refresh_from_db()
    detail = {"name": model.name, "kind": model.kind}
    audited(actor=actor, action="model.promote", project=project, target=f"model {model.pk}", detail=detail)
    return model
