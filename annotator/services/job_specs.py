"""What a job will do: the request, completed by what the project has, as a checked spec."""

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from annotator.domain.errors import DomainError
from annotator.domain.specs import DatasetRef, Spec, parse_spec
from annotator.models.datasets import Dataset, DatasetKind
from annotator.models.jobs import JobKind
from annotator.models.model_versions import ModelKind, ModelStage, ModelVersion
from annotator.models.projects import Project
from annotator.selectors.datasets import check_there
from annotator.selectors.projects import taxonomy_current, taxonomy_of
from annotator.services.model_versions import check_model_source


@dataclass(frozen=True)
class JobRequest:
    """What was asked for, by id: a dataset, models, and spec fields. What is left out, the project decides."""

    kind: JobKind
    dataset: uuid.UUID | None = None
    policy: uuid.UUID | None = None
    reward: uuid.UUID | None = None
    policies: tuple[uuid.UUID, ...] = ()
    judge: uuid.UUID | None = None
    perplexity_under: uuid.UUID | None = None
    params: dict[str, Any] | None = None

    # Files and identities are the server's to name; a request that could would read any folder of the machine.
    reserved: ClassVar[tuple[str, ...]] = (
        *("kind", "job", "dataset", "model", "policy", "reward", "policies", "judge", "perplexity_under"),
    )

    def to_json(self) -> dict[str, Any]:
        ids = {"dataset": self.dataset, "policy": self.policy, "reward": self.reward}
        asked = {name: str(value) if value else None for name, value in ids.items()}
        # Left out where they were not asked for, as in the requests of jobs from before they could be.
        more = {"judge": self.judge, "perplexity_under": self.perplexity_under}
        asked |= {name: str(value) for name, value in more.items() if value}
        return {**asked, "policies": [str(value) for value in self.policies], "params": self.params or {}}


def draft_spec(*, project: Project, job_id: uuid.UUID, request: JobRequest) -> tuple[Spec, dict[str, Any]]:
    """The spec without its dataset, and the ids of the models it names, by its fields.

    Raises DomainError (invalid_spec with fields, unknown_model, no_policy, no_reward, no_base_reward, not_a_model).
    """
    params = request.params or {}
    wrong = {f"{request.kind}.{name}": "is chosen by the server" for name in params if name in request.reserved}
    if wrong:
        path, problem = next(iter(wrong.items()))
        raise DomainError("invalid_spec", f"{path} {problem}", wrong)
    sources, ids = _models(project, request)
    body: dict[str, Any] = {"kind": request.kind.value, "job": str(job_id), **sources}
    if request.kind is JobKind.PPO:
        body["reward_weights"] = _reward_weights(project, Path(body["reward"]))
    return parse_spec(body | project.job_defaults.get(request.kind, {}) | params), ids


def _reward_weights(project: Project, bundle: Path) -> dict[str, float]:
    """The taxonomy's weights of those categories that the reward model scores."""
    body = json.loads((bundle / "reward.json").read_bytes())
    scored = {item["key"] for item in body["categories"]} | set(body["sequence"])
    taxonomy = taxonomy_of(taxonomy_current(project=project))
    return {item.key: item.reward_weight for item in taxonomy.categories if item.key in scored}


def _models(project: Project, request: JobRequest) -> tuple[dict[str, Any], dict[str, Any]]:
    """Spec fields that name models, and the ids of those that are rows."""
    match request.kind:
        case JobKind.SFT:
            policy, source = _policy(project, request.policy)
            return {"model": source}, _ids({"policy": policy})
        case JobKind.REWARD:
            return {"model": _base_reward(project)}, _ids({})
        case JobKind.EVALUATE:
            policies = [_chosen(project, ModelKind.POLICY, item, "policies") for item in request.policies]
            if not policies:
                policy, source = _policy(project, None)
                policies, sources = [policy] if policy else [], [source]
            else:
                sources = [item.path for item in policies]
            reward, judge = _reward(project, request.reward), _judge(project, request)
            reader = request.perplexity_under
            under = _chosen(project, ModelKind.POLICY, reader, "perplexity_under") if reader else None
            named = {"reward": reward, "judge": judge, "perplexity_under": under}
            return {"policies": sources, **_paths(named)}, _ids(named, policies)
        case JobKind.PPO | JobKind.SAMPLE:
            policy, source = _policy(project, request.policy)
            named = {"reward": _reward(project, request.reward)}
            if request.kind is JobKind.PPO:
                if named["reward"] is None:
                    message = "PPO needs a reward model: train one and promote it, or name one in the request."
                    raise DomainError("no_reward", message, {"reward": message})
                named["judge"] = _judge(project, request)
            return {"policy": source, **_paths(named)}, _ids({"policy": policy, **named})


def _paths(named: dict[str, ModelVersion | None]) -> dict[str, str | None]:
    return {field: model.path if model else None for field, model in named.items()}


def _ids(named: dict[str, ModelVersion | None], policies: Iterable[ModelVersion] = ()) -> dict[str, Any]:
    ids = {field: str(model.pk) if model else None for field, model in named.items()}
    return {"policy": None, "reward": None, **ids, "policies": [str(model.pk) for model in policies]}


def _chosen(project: Project, kind: ModelKind, model_id: uuid.UUID, field: str) -> ModelVersion:
    model = ModelVersion.objects.filter(project=project, kind=kind, pk=model_id).first()
    if model is None:
        message = f"There is no {kind} model {model_id} in this project."
        raise DomainError("unknown_model", message, {field: message})
    check_model_source(model.path, kind, field)
    return model


def _active(project: Project, kind: ModelKind) -> ModelVersion | None:
    model = ModelVersion.objects.filter(project=project, kind=kind, stage=ModelStage.ACTIVE).first()
    if model is not None:
        check_model_source(model.path, kind, kind.value)
    return model


def _policy(project: Project, model_id: uuid.UUID | None) -> tuple[ModelVersion | None, str]:
    """The chosen policy, else the active one, else the base of the project (which is no row)."""
    model = _chosen(project, ModelKind.POLICY, model_id, "policy") if model_id else _active(project, ModelKind.POLICY)
    if model is not None:
        return model, model.path
    if not project.base_policy:
        message = "This project has no policy: promote or name one, or set the project's base policy."
        raise DomainError("no_policy", message, {"policy": message})
    check_model_source(project.base_policy, ModelKind.POLICY, "base_policy")
    return None, project.base_policy


def _reward(project: Project, model_id: uuid.UUID | None) -> ModelVersion | None:
    return _chosen(project, ModelKind.REWARD, model_id, "reward") if model_id else _active(project, ModelKind.REWARD)


def _judge(project: Project, request: JobRequest) -> ModelVersion | None:
    return _chosen(project, ModelKind.REWARD, request.judge, "judge") if request.judge else None


def _base_reward(project: Project) -> str:
    """Reward models start from the base each time, so that they depend on their dataset alone."""
    if not project.base_reward:
        message = "This project has no base model for rewards: set its base_reward."
        raise DomainError("no_base_reward", message, {"base_reward": message})
    check_model_source(project.base_reward, ModelKind.POLICY, "base_reward")
    return project.base_reward


def newest_dataset(*, project: Project, kind: JobKind) -> Dataset:
    """What a job other than reward training uses when none is named; SFT prefers examples. Raises no_dataset."""
    datasets = Dataset.objects.filter(project=project, erased_at=None).order_by("-created_at")
    preferred = datasets.filter(kind=DatasetKind.EXAMPLES).first() if kind is JobKind.SFT else None
    dataset = preferred or datasets.first()
    if dataset is None:
        message = "This project has no dataset yet: freeze or upload one."
        raise DomainError("no_dataset", message, {"dataset": message})
    return dataset


def spec_on_dataset(*, spec: Spec, dataset: Dataset) -> Spec:
    """The spec with its dataset. Raises DomainError (empty_dataset, single_class_dataset) by the manifest's counts, or
    dataset_erased.

    That one category among several has marks is for the trainer to see: the manifest counts types.
    """
    check_there(dataset)
    counts = dataset.manifest["counts"]
    if not counts["examples"]:
        raise _unfit("empty_dataset", dataset, "holds no examples")
    if spec.kind == JobKind.REWARD:
        if not counts.get("records"):
            raise _unfit("empty_dataset", dataset, "holds no annotations to learn from")
        if not sum(counts["spans"].values()) + sum(counts["missing"].values()):
            raise _unfit("single_class_dataset", dataset, "holds no error of any type, only clean responses")
    split = getattr(spec, "split", None)
    if split is not None and not counts["splits"].get(split):
        raise _unfit("empty_dataset", dataset, f"holds no examples in split {split!r}")
    return replace(spec, dataset=DatasetRef(path=str(dataset.path), sha256=dataset.sha256))


def _unfit(code: str, dataset: Dataset, problem: str) -> DomainError:
    message = f"Dataset {dataset.name!r} {problem}."
    return DomainError(code, message, {"dataset": message})
