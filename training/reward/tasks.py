"""What a reward job fits: a snapshot's labels and pairs as tasks for `fit`."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeVar

import torch
from torch import Tensor

from annotator.domain.errors import DomainError
from annotator.domain.segments import Density, segments
from annotator.domain.specs import RewardSpec
from annotator.domain.taxonomy import ErrorCategory, Taxonomy
from training.data import SPLITS, LabelledResponse, Pair
from training.models import device
from training.reward.bundle import batches_by_length
from training.reward.comparisons import Compared, PairLoss
from training.reward.fit import Task
from training.reward.inputs import Reading, RewardBatch, RewardInput, reward_batch, reward_inputs
from training.reward.metrics import Array, binary_metrics, fit_temperature, mean_metric, pair_metrics
from training.reward.segment import SegmentModel, ends_of, label_tensors, segment_loss, segments_read
from training.reward.sequence import SequenceModel

Item = TypeVar("Item", LabelledResponse, Pair)


def trained_in_response(taxonomy: Taxonomy) -> list[ErrorCategory]:
    """Categories whose errors are marked in the response: those of the segment model."""
    return [c for c in taxonomy.categories if all(kind.target == "response" for kind in c.types)]


def trained_from_passages(taxonomy: Taxonomy) -> list[ErrorCategory]:
    """Categories that mark what is missing from the passages: each a sequence model trained on pairs."""
    return [c for c in taxonomy.categories if any(kind.target == "passages" for kind in c.types)]


@dataclass(frozen=True, slots=True)
class View:
    """Some responses as some heads read them, with target and weight (B, S) of each of these heads' segments."""

    batch: RewardBatch
    ends: Mapping[Density, Tensor]
    labels: Mapping[str, tuple[Tensor, Tensor]]


def segment_task(
    name: str,
    items: Sequence[LabelledResponse],
    categories: Sequence[ErrorCategory],
    model: SegmentModel,
    reading: Reading,
    spec: RewardSpec,
) -> Task:
    """DomainError empty_dataset or single_class_dataset if a category's training labels teach nothing."""
    error_weights = {category.key: _error_weight(items, category, spec.class_weights) for category in categories}
    sides = _by_split(items)
    views = model.views()
    rows = {
        (split, passages): reward_inputs(
            reading, [i.prompt for i in side], [i.response for i in side], passages=passages
        )
        for split, side in sides.items()
        for passages, _ in views
    }
    spans = {
        split: {d: [segments(i.response, d, reading.rule) for i in side] for d in set(model.densities.values())}
        for split, side in sides.items()
    }

    def look(split: str, chosen: Sequence[int]) -> Iterator[View]:
        weights = [sides[split][index].weight for index in chosen]
        for passages, keys in views:
            found = [rows[split, passages][index] for index in chosen]
            batch = reward_batch(reading.tokenizer, found).to(device())
            ends = {d: ends_of([found[i] for i in chosen]).to(device()) for d, found in spans[split].items()}
            labels = {}
            for key in keys:
                targets = [sides[split][index].targets[key] for index in chosen]
                # Only training is weighted by class and smoothed.
                how = (error_weights[key], spec.label_smoothing) if split == "train" else ()
                target, weight = label_tensors(targets, weights, *how)
                read = segments_read(batch, ends[model.densities[key]])
                labels[key] = (target.to(device()), weight.to(device()) * read)
            yield View(batch, ends, labels)

    def losses(parts: Sequence[Sequence[int]]) -> Iterator[Tensor]:
        looks = [list(look("train", part)) for part in parts]
        totals: dict[str, Tensor] = defaultdict(lambda: torch.zeros((), device=device()))
        for view in (view for found in looks for view in found):
            for key, (_, weight) in view.labels.items():
                totals[key] = totals[key] + weight.sum()
        for found in looks:
            parts_of_loss = [
                segment_loss(logits[key], target, weight, totals[key])
                for view in found
                for logits in [model(view.batch, view.ends, list(view.labels))]
                for key, (target, weight) in view.labels.items()
            ]
            yield torch.stack(parts_of_loss).sum() / len(model.densities)

    @torch.no_grad()
    def predict(split: str) -> dict[str, tuple[Array, Array]]:
        """Logits and labels of every labelled segment, by category."""
        found: dict[str, list[Tensor]] = {key: [] for key in model.densities}
        for chosen in batches_by_length([len(row.ids) for row in rows[split, views[0][0]]]):
            for view in look(split, chosen):
                logits = model(view.batch, view.ends, list(view.labels))
                for key, (target, weight) in view.labels.items():
                    found[key].append(torch.stack([logits[key], target])[:, weight > 0].cpu())
        columns = {key: torch.cat([torch.zeros(2, 0), *parts], dim=1).double().numpy() for key, parts in found.items()}
        return {key: (logits, labels) for key, (logits, labels) in columns.items()}

    def evaluate(split: str) -> dict[str, float]:
        metrics: dict[str, float] = {}
        for key, (logits, labels) in predict(split).items():
            raw = binary_metrics(logits, labels)
            calibrated = binary_metrics(logits / model.temperatures[key], labels)
            if raw:
                raw |= {"ece": calibrated["ece"], "ece_before": raw["ece"]}
            metrics |= {f"{name}/{key}": value for name, value in raw.items()}
        return metrics

    def calibrate() -> None:
        model.temperatures = {key: fit_temperature(*found) for key, found in predict("dev").items()}

    lengths = [len(row.ids) for row in rows["train", views[0][0]]]
    return Task(name, model, lengths, spec.batch_size, losses, evaluate, mean_metric, calibrate)


@dataclass(frozen=True, slots=True)
class PromptPairs:
    """All pairs of one prompt, each response read once. pairs: indices into rows of chosen and rejected, and the pair.
    """

    rows: list[RewardInput]
    pairs: list[tuple[int, int, Pair]]

    @property
    def length(self) -> int:
        return max(len(row.ids) for row in self.rows)


def pair_task(
    key: str, pairs: Sequence[Pair], model: SequenceModel, reading: Reading, spec: RewardSpec
) -> tuple[Task, Callable[[], Tensor]]:
    """The task, and a function that scores both sides of all training pairs. DomainError empty_dataset without any.

    All pairs of a prompt share a batch, so that each response is read once per epoch; batch_size counts responses.
    """
    sides = _by_split(pairs)
    if all(pair.tie for pair in sides["train"]):
        found = {split: len(side) for split, side in sides.items()}
        message = f"{key}: the dataset has no training pair in which one response is better (pairs per split: {found})"
        raise DomainError("empty_dataset", message, {key: str(found)})
    passages = key not in (spec.without_passages or ())
    groups = {split: _by_prompt(side, reading, passages) for split, side in sides.items()}
    pair_loss = PairLoss(spec.ties, spec.margin, spec.label_smoothing)

    def compare(split: str, chosen: Sequence[int]) -> Compared:
        """Every pair of the chosen prompts."""
        picked = [groups[split][index] for index in chosen]
        found = model(reward_batch(reading.tokenizer, [row for group in picked for row in group.rows]).to(device()))
        starts = accumulate((len(group.rows) for group in picked), initial=0)
        flat = [
            (start + better, start + worse, pair.weight, pair.tie, pair.strength)
            for start, group in zip(starts, picked, strict=False)
            for better, worse, pair in group.pairs
        ]
        better, worse, *said = (torch.tensor(column, device=device()) for column in zip(*flat, strict=True))
        return Compared(found[better], found[worse], *said)

    def losses(parts: Sequence[Sequence[int]]) -> Iterator[Tensor]:
        weights = [pair.weight for part in parts for index in part for *_, pair in groups["train"][index].pairs]
        total = torch.tensor(sum(weights), device=device())
        for part in parts:
            yield pair_loss(compare("train", part), model.log_width, total)

    @torch.no_grad()
    def score_all(split: str) -> tuple[Tensor, Tensor]:
        """(2, P) scores, and (P,) bool, which pairs are ties."""
        sizes = [group.length * len(group.rows) for group in groups[split]]
        found = [compare(split, chosen) for chosen in batches_by_length(sizes)]
        scores = [torch.stack([each.chosen, each.rejected]).cpu() for each in found]
        ties = [each.tie.cpu() for each in found]
        return torch.cat([torch.zeros(2, 0), *scores], dim=1), torch.cat([torch.zeros(0, dtype=torch.bool), *ties])

    def evaluate(split: str) -> dict[str, float]:
        (better, worse), tie = score_all(split)
        ahead = (better - worse)[~tie].double().numpy()
        return {f"{name}/{key}": value for name, value in pair_metrics(ahead).items()}

    train = groups["train"]
    prompts = max(1, round(spec.batch_size * len(train) / sum(len(group.rows) for group in train)))
    task = Task(key, model, [group.length for group in train], prompts, losses, evaluate, mean_metric)
    return task, lambda: score_all("train")[0].reshape(-1)


def _by_prompt(pairs: Sequence[Pair], reading: Reading, passages: bool) -> list[PromptPairs]:
    together: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        together[pair.prompt].append(pair)
    groups = []
    for prompt, found in together.items():
        texts = list(dict.fromkeys(text for pair in found for text in (pair.chosen, pair.rejected)))
        place = {text: index for index, text in enumerate(texts)}
        rows = reward_inputs(reading, [prompt] * len(texts), texts, passages=passages)
        groups.append(PromptPairs(rows, [(place[p.chosen], place[p.rejected], p) for p in found]))
    return groups


def _by_split(items: Sequence[Item]) -> dict[str, list[Item]]:
    return {split: [item for item in items if item.split == split and item.weight > 0] for split in SPLITS}


def _error_weight(items: Sequence[LabelledResponse], category: ErrorCategory, class_weights: str) -> float:
    """How much an error counts in the loss: as many times as it is rarer ("balanced"), the square root of that ("root",
    half-way), or 1 ("none")."""
    counts = Counter(
        label >= 0.5
        for item in items
        if item.split == "train" and item.weight > 0
        for label in item.targets[category.key]
        if label is not None
    )
    errors, clean = counts[True], counts[False]
    said = f"{errors} segments with an error and {clean} without one to train on"
    if not errors + clean:
        raise DomainError(
            "empty_dataset", f"{category.key}: the dataset has no labelled segment to train on", {category.key: said}
        )
    if not errors or not clean:
        message = f"{category.key}: the dataset has {said}; both are needed"
        raise DomainError("single_class_dataset", message, {category.key: said})
    return {"none": 1.0, "root": math.sqrt(clean / errors), "balanced": clean / errors}[class_weights]
