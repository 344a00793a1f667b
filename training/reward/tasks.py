"""What a reward job fits: a snapshot's labels and pairs as tasks for `fit`."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, TypeVar

import torch
from torch import Tensor

from annotator.domain.errors import DomainError
from annotator.domain.segments import SegmentationRule, segments
from annotator.domain.taxonomy import ErrorCategory, Taxonomy
from training.data import SPLITS, LabelledResponse, Pair
from training.models import device
from training.reward.bundle import batches_by_length
from training.reward.fit import Task
from training.reward.inputs import RewardInput, reward_batch, reward_inputs
from training.reward.metrics import binary_metrics, mean_metric, pair_metrics
from training.reward.segment import SegmentModel, ends_of, label_tensors, segment_loss
from training.reward.sequence import SequenceModel, pair_loss

Item = TypeVar("Item", LabelledResponse, Pair)


def trained_in_response(taxonomy: Taxonomy) -> list[ErrorCategory]:
    """Categories whose errors are marked in the response: those of the segment model."""
    return [c for c in taxonomy.categories if all(kind.target == "response" for kind in c.types)]


def trained_from_passages(taxonomy: Taxonomy) -> list[ErrorCategory]:
    """Categories that mark what is missing from the passages: each a sequence model trained on pairs."""
    return [c for c in taxonomy.categories if any(kind.target == "passages" for kind in c.types)]


def segment_task(
    items: Sequence[LabelledResponse],
    categories: Sequence[ErrorCategory],
    rule: SegmentationRule,
    model: SegmentModel,
    tokenizer: Any,
    max_tokens: int,
    batch_size: int,
) -> Task:
    """DomainError empty_dataset or single_class_dataset if a category's training labels teach nothing."""
    error_weights = {category.key: _error_weight(items, category) for category in categories}
    sides = _by_split(items)
    rows = {
        split: reward_inputs(tokenizer, [i.prompt for i in side], [i.response for i in side], max_tokens)
        for split, side in sides.items()
    }
    spans = {
        split: {d: [segments(i.response, d, rule) for i in side] for d in set(model.densities.values())}
        for split, side in sides.items()
    }

    def forward(split: str, chosen: Sequence[int]) -> Iterator[tuple[str, Tensor, Tensor, Tensor]]:
        batch = reward_batch(tokenizer, [rows[split][index] for index in chosen]).to(device())
        ends = {d: ends_of([found[index] for index in chosen]).to(device()) for d, found in spans[split].items()}
        logits, read = model(batch, ends)
        weights = [sides[split][index].weight for index in chosen]
        for key, density in model.densities.items():
            target, weight = label_tensors([sides[split][index].targets[key] for index in chosen], weights)
            yield key, logits[key], target.to(device()), weight.to(device()) * read[density]

    def loss(chosen: Sequence[int]) -> Tensor:
        parts = [
            segment_loss(logits, target, weight, error_weights[key])
            for key, logits, target, weight in forward("train", chosen)
        ]
        return torch.stack(parts).mean()

    @torch.no_grad()
    def evaluate(split: str) -> dict[str, float]:
        predicted: dict[str, list[bool]] = {key: [] for key in model.densities}
        actual: dict[str, list[bool]] = {key: [] for key in model.densities}
        for chosen in batches_by_length([len(row.ids) for row in rows[split]]):
            for key, logits, target, weight in forward(split, chosen):
                labelled = weight > 0
                predicted[key] += (logits[labelled] > 0).tolist()
                actual[key] += (target[labelled] >= 0.5).tolist()
        return {
            f"{name}/{key}": value
            for key in model.densities
            for name, value in binary_metrics(predicted[key], actual[key]).items()
        }

    lengths = [len(row.ids) for row in rows["train"]]
    return Task("segment", model, lengths, batch_size, loss, evaluate, mean_metric)


@dataclass(frozen=True, slots=True)
class PromptPairs:
    """All pairs of one prompt, each response read once. pairs: (chosen, rejected, weight), indices into rows."""

    rows: list[RewardInput]
    pairs: list[tuple[int, int, float]]

    @property
    def length(self) -> int:
        return max(len(row.ids) for row in self.rows)


def pair_task(
    key: str, pairs: Sequence[Pair], model: SequenceModel, tokenizer: Any, max_tokens: int, batch_size: int
) -> tuple[Task, Callable[[], Tensor]]:
    """The task, and a function that scores both sides of all training pairs. DomainError empty_dataset without any.

    All pairs of a prompt share a batch, so that each response is read once per epoch; batch_size counts responses.
    """
    sides = _by_split(pairs)
    if not sides["train"]:
        found = {split: len(side) for split, side in sides.items()}
        message = f"{key}: the dataset has no training pair in which one response is better (pairs per split: {found})"
        raise DomainError("empty_dataset", message, {key: str(found)})
    groups = {split: _by_prompt(side, tokenizer, max_tokens) for split, side in sides.items()}

    def scores(split: str, chosen: Sequence[int]) -> tuple[Tensor, Tensor, Tensor]:
        """Scores of chosen and rejected, and the weight, of every pair of the chosen prompts: (P,) each."""
        picked = [groups[split][index] for index in chosen]
        found = model(reward_batch(tokenizer, [row for group in picked for row in group.rows]).to(device()))
        starts = accumulate((len(group.rows) for group in picked), initial=0)
        flat = [
            (start + better, start + worse, weight)
            for start, group in zip(starts, picked, strict=False)
            for better, worse, weight in group.pairs
        ]
        better, worse, weight = (torch.tensor(column, device=device()) for column in zip(*flat, strict=True))
        return found[better], found[worse], weight

    def loss(chosen: Sequence[int]) -> Tensor:
        return pair_loss(*scores("train", chosen))

    @torch.no_grad()
    def score_all(split: str) -> Tensor:
        """(2, P)"""
        sizes = [group.length * len(group.rows) for group in groups[split]]
        found = [torch.stack(scores(split, chosen)[:2]) for chosen in batches_by_length(sizes)]
        return torch.cat(found, dim=1).cpu() if found else torch.zeros(2, 0)

    def evaluate(split: str) -> dict[str, float]:
        better, worse = score_all(split)
        return {f"{name}/{key}": value for name, value in pair_metrics((better - worse).tolist()).items()}

    train = groups["train"]
    prompts = max(1, round(batch_size * len(train) / sum(len(group.rows) for group in train)))
    task = Task(key, model, [group.length for group in train], prompts, loss, evaluate, mean_metric)
    return task, lambda: score_all("train").reshape(-1)


def _by_prompt(pairs: Sequence[Pair], tokenizer: Any, max_tokens: int) -> list[PromptPairs]:
    together: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        together[pair.prompt].append(pair)
    groups = []
    for prompt, found in together.items():
        texts = list(dict.fromkeys(text for pair in found for text in (pair.chosen, pair.rejected)))
        place = {text: index for index, text in enumerate(texts)}
        rows = reward_inputs(tokenizer, [prompt] * len(texts), texts, max_tokens)
        groups.append(PromptPairs(rows, [(place[p.chosen], place[p.rejected], p.weight) for p in found]))
    return groups


def _by_split(items: Sequence[Item]) -> dict[str, list[Item]]:
    return {split: [item for item in items if item.split == split and item.weight > 0] for split in SPLITS}


def _error_weight(items: Sequence[LabelledResponse], category: ErrorCategory) -> float:
    """How much an error counts in the loss: the square root of how much rarer it is, half-way to balanced classes."""
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
    return math.sqrt(clean / errors)
