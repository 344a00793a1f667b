"""Train the reward models of a dataset: `python -m training.scripts.reward RUN_DIR`."""

from collections.abc import Callable
from typing import Any

from torch import Tensor

from annotator.domain.errors import DomainError
from annotator.domain.specs import RewardSpec, spec_to_json
from training.data import Pair, Snapshot, labelled_responses, preference_pairs, read_snapshot
from training.models import device, load_config, load_encoder, load_tokenizer, longest_input, write_card
from training.reward.artifact import save_bundle
from training.reward.bundle import RewardBundle, SequenceReward, reading_of
from training.reward.encoder import Encoder, Representation
from training.reward.fit import Task, fit_all
from training.reward.inputs import Reading
from training.reward.linear import pair_linear, segment_linears
from training.reward.pairs import completeness_pairs
from training.reward.segment import SegmentModel
from training.reward.sequence import SequenceModel, mean_and_std
from training.reward.tasks import pair_loss, pair_task, segment_task, trained_from_passages, trained_in_response
from training.runs import Run, main

HEAD_DROPOUT = 0.1
PREFERENCE = "preference"


def reward(run: Run) -> dict[str, float]:
    spec: RewardSpec = run.spec
    if spec.dataset is None:
        raise DomainError("invalid_spec", "reward.dataset is required", {"reward.dataset": "is required"})
    snapshot = read_snapshot(spec.dataset.path, spec.dataset.sha256)
    _check_keys(spec, snapshot)
    bundle, metrics = train_rewards(run, snapshot)
    save_bundle(bundle, run.artifact, metrics)
    facts = {"job": spec.job, "backbone": spec.model, "seed": spec.seed, "dataset sha256": spec.dataset.sha256}
    write_card(run.artifact, "Reward models", facts | {"held-out metrics": metrics, "spec": spec_to_json(spec)})
    return metrics


def train_rewards(run: Run, snapshot: Snapshot) -> tuple[RewardBundle, dict[str, float]]:
    """The bundle of a snapshot and its metrics on the test split. DomainError empty_dataset, single_class_dataset."""
    spec: RewardSpec = run.spec
    snapshot = snapshot.half(spec.half)
    neural, linear = spec.relations != "only", spec.relations != "none"
    tokenizer = load_tokenizer(spec.model) if neural else None
    max_tokens = min(spec.max_tokens, longest_input(load_config(spec.model))) if neural else spec.max_tokens
    rule = snapshot.taxonomy.segmentation
    tasks: list[Task] = []
    categories = trained_in_response(snapshot.taxonomy)
    groups = [[category] for category in categories] if spec.encoders == "separate" else [categories]
    items = labelled_responses(snapshot, categories, spec.labels)
    segment_models = []
    for group in filter(None, groups):
        densities = {c.key: c.density for c in group}
        encoder = _encoder(spec, spec.representation) if neural else None
        linears = segment_linears(items, group, rule, spec) if linear else {}
        model = SegmentModel(encoder, densities, HEAD_DROPOUT, spec.without_passages or (), None, linears).to(device())
        reading = reading_of(model, tokenizer, max_tokens, snapshot.taxonomy)
        name = "segment" if len(groups) == 1 else f"segment-{group[0].key}"
        tasks.append(segment_task(name, items, group, model, reading, spec))
        segment_models.append(model)
    sequence: dict[str, SequenceModel] = {}
    scorers: dict[str, Callable[[], Tensor]] = {}
    for key, pairs in _pairs(snapshot, spec).items():
        known, width = pair_linear(pairs, rule, pair_loss(spec)) if linear else (None, 0.0)
        comparing = SequenceModel(_encoder(spec) if neural else None, HEAD_DROPOUT, known, spec.ties, log_width=width)
        sequence[key] = comparing.to(device())
        task, scorers[key] = pair_task(key, pairs, comparing, Reading(tokenizer, max_tokens, None, rule), spec)
        tasks.append(task)
    run.log(f"training {', '.join(f'{task.name} ({len(task.lengths)} items)' for task in tasks)}")
    fit_all(run, tasks)
    metrics = {name: value for task in tasks for name, value in task.evaluate("test").items()}
    rewards = {
        key: SequenceReward(sequence[key], *mean_and_std(scores()), key not in (spec.without_passages or ()))
        for key, scores in scorers.items()
    }
    bundle = RewardBundle(tokenizer, snapshot.taxonomy, max_tokens, segment_models, rewards, spec.score_form)
    return bundle, metrics


def _encoder(spec: RewardSpec, representation: Representation = "pooled") -> Encoder:
    return Encoder(load_encoder(spec.model), representation, bf16=spec.bf16)


def _check_keys(spec: RewardSpec, snapshot: Snapshot) -> None:
    known = [*(category.key for category in snapshot.taxonomy.categories), PREFERENCE]
    for key in spec.without_passages or ():
        if key not in known:
            path, problem = "reward.without_passages", f"names {key!r}; it may name {', '.join(known)}"
            raise DomainError("invalid_spec", f"{path} {problem}", {path: problem})


def _pairs(snapshot: Snapshot, spec: RewardSpec) -> dict[str, list[Pair]]:
    found: dict[str, list[Pair]] = {}
    how: dict[str, Any] = {"ties": spec.ties != "drop", "labels": spec.labels}
    if spec.completeness:
        found |= {c.key: completeness_pairs(snapshot, c, **how) for c in trained_from_passages(snapshot.taxonomy)}
    if spec.preference:
        found[PREFERENCE] = preference_pairs(snapshot, **how)
    return found


if __name__ == "__main__":
    main("reward", reward)
