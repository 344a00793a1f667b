"""Train the reward models of a dataset: `python -m training.scripts.reward RUN_DIR`."""

from collections.abc import Callable

from torch import Tensor

from annotator.domain.errors import DomainError
from annotator.domain.specs import RewardSpec, spec_to_json
from training.data import Pair, Snapshot, labelled_responses, preference_pairs, read_snapshot
from training.models import device, load_config, load_encoder, load_tokenizer, longest_input, write_card
from training.reward.bundle import RewardBundle, SequenceReward, save_bundle
from training.reward.encoder import Encoder
from training.reward.fit import Task, fit_all
from training.reward.pairs import completeness_pairs
from training.reward.segment import SegmentModel
from training.reward.sequence import SequenceModel, mean_and_std
from training.reward.tasks import pair_task, segment_task, trained_from_passages, trained_in_response
from training.runs import Run, main

HEAD_DROPOUT = 0.1
PREFERENCE = "preference"


def reward(run: Run) -> dict[str, float]:
    spec: RewardSpec = run.spec
    if spec.dataset is None:
        raise DomainError("invalid_spec", "reward.dataset is required", {"reward.dataset": "is required"})
    snapshot = read_snapshot(spec.dataset.path, spec.dataset.sha256)
    tokenizer = load_tokenizer(spec.model)
    max_tokens = min(spec.max_tokens, longest_input(load_config(spec.model)))
    tasks: list[Task] = []
    sequence: dict[str, SequenceModel] = {}
    scorers: dict[str, Callable[[], Tensor]] = {}
    segment = None
    categories = trained_in_response(snapshot.taxonomy)
    if categories:
        segment = SegmentModel(_encoder(spec), {c.key: c.density for c in categories}, HEAD_DROPOUT).to(device())
        items = labelled_responses(snapshot, categories)
        rule = snapshot.taxonomy.segmentation
        tasks.append(segment_task(items, categories, rule, segment, tokenizer, max_tokens, spec.batch_size))
    for key, pairs in _pairs(snapshot, spec).items():
        sequence[key] = SequenceModel(_encoder(spec), HEAD_DROPOUT).to(device())
        task, scorers[key] = pair_task(key, pairs, sequence[key], tokenizer, max_tokens, spec.batch_size)
        tasks.append(task)
    run.log(f"training {', '.join(f'{task.name} ({len(task.lengths)} items)' for task in tasks)}")
    fit_all(run, tasks)
    metrics = {name: value for task in tasks for name, value in task.evaluate("test").items()}
    rewards = {key: SequenceReward(sequence[key], *mean_and_std(scores())) for key, scores in scorers.items()}
    bundle = RewardBundle(tokenizer, snapshot.taxonomy, max_tokens, segment, rewards)
    save_bundle(bundle, run.artifact, metrics)
    facts = {"job": spec.job, "backbone": spec.model, "seed": spec.seed, "dataset sha256": spec.dataset.sha256}
    write_card(run.artifact, "Reward models", facts | {"held-out metrics": metrics, "spec": spec_to_json(spec)})
    return metrics


def _encoder(spec: RewardSpec) -> Encoder:
    return Encoder(load_encoder(spec.model))


def _pairs(snapshot: Snapshot, spec: RewardSpec) -> dict[str, list[Pair]]:
    found: dict[str, list[Pair]] = {}
    if spec.completeness:
        found |= {c.key: completeness_pairs(snapshot, c) for c in trained_from_passages(snapshot.taxonomy)}
    if spec.preference:
        found[PREFERENCE] = preference_pairs(snapshot)
    return found


if __name__ == "__main__":
    main("reward", reward)
