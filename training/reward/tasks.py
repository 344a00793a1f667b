"""What a reward job fits: a snapshot's labels and pairs as tasks for `fit`."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from annotator.domain.errors import DomainError
from annotator.domain.segments import Density, segments
from annotator.domain.specs import RewardSpec
from annotator.domain.taxonomy import ErrorCategory, Taxonomy
from training.data import SPLITS, LabelledResponse, Pair
from training.models import device
from training.reward.bundle import batches_by_length
from training.reward.comparisons import Compared, PairLoss, fit_pair_temperature
from training.reward.coverage import RESPONSE_SIZE, response_relations
from training.reward.fit import Task
from training.reward.inputs import Reading, RewardBatch, RewardInput, reward_batch, reward_inputs
from training.reward.labels import class_weight, label_tensors
from training.reward.metrics import Array, binary_metrics, fit_temperature, mean_metric, pair_metrics
from training.reward.relations import segment_relations
from training.reward.segment import SegmentModel, Segments, pack_segments, segment_loss
from training.reward.sequence import SequenceModel

Item = TypeVar("Item", LabelledResponse, Pair)
T = TypeVar("T")


def trained_in_response(taxonomy: Taxonomy) -> list[ErrorCategory]:
    """Categories whose errors are marked in the response: those of the segment model."""
    return [c for c in taxonomy.categories if all(kind.target == "response" for kind in c.types)]


def trained_from_passages(taxonomy: Taxonomy) -> list[ErrorCategory]:
    """Categories that mark what is missing from the passages: each a sequence model trained on pairs."""
    return [c for c in taxonomy.categories if any(kind.target == "passages" for kind in c.types)]


@dataclass(frozen=True, slots=True)
class View:
    """Some responses as some heads read them, with target and weight (B, S) of each of these heads' segments."""

    batch: RewardBatch | None
    cut: Segments
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
    error_weights = {category.key: class_weight(items, category, spec.class_weights) for category in categories}
    sides = _by_split(items)
    views = model.views()
    rows = {
        (split, passages): reward_inputs(
            reading, [i.prompt for i in side], [i.response for i in side], passages=passages
        )
        for split, side in sides.items()
        for passages, _ in (views if model.encoder else ())
    }
    densities = set(model.densities.values())
    spans = {
        split: {d: [segments(i.response, d, reading.rule) for i in side] for d in densities}
        for split, side in sides.items()
    }
    related = {
        split: {
            d: [segment_relations(i.prompt, i.response, found) for i, found in zip(side, spans[split][d], strict=True)]
            for d in (densities if model.linear else ())
        }
        for split, side in sides.items()
    }

    def lengths_of(split: str) -> list[int]:
        if not model.encoder:
            return [len(item.response) for item in sides[split]]
        return [len(row.ids) for row in rows[split, views[0][0]]]

    def look(split: str, chosen: Sequence[int]) -> Iterator[View]:
        weights = [sides[split][index].weight for index in chosen]
        cut = pack_segments(_chosen(spans[split], chosen), _chosen(related[split], chosen), device())
        for passages, keys in views:
            batch = None
            if model.encoder:
                batch = reward_batch(reading.tokenizer, [rows[split, passages][index] for index in chosen]).to(device())
            labels = {}
            for key in keys:
                targets = [sides[split][index].targets[key] for index in chosen]
                # Only training is weighted by class and smoothed.
                how = (error_weights[key], spec.label_smoothing) if split == "train" else ()
                target, weight = label_tensors(targets, weights, *how)
                read = model.read(batch, cut.ends[model.densities[key]])
                labels[key] = (target.to(device()), weight.to(device()) * read)
            yield View(batch, cut, labels)

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
                for logits in [model(view.batch, view.cut, list(view.labels))]
                for key, (target, weight) in view.labels.items()
            ]
            yield torch.stack(parts_of_loss).sum() / len(model.densities)

    @torch.no_grad()
    def predict(split: str) -> dict[str, tuple[Array, Array]]:
        """Logits and labels of every labelled segment, by category."""
        found: dict[str, list[Tensor]] = {key: [] for key in model.densities}
        for chosen in batches_by_length(lengths_of(split)):
            for view in look(split, chosen):
                logits = model(view.batch, view.cut, list(view.labels))
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

    return Task(name, model, lengths_of("train"), spec.batch_size, losses, evaluate, mean_metric, calibrate)


@dataclass(frozen=True, slots=True)
class PromptPairs:
    """All pairs of one prompt, each response read once. pairs: indices of chosen and rejected, and the pair. Without an
    encoder there are no rows, without a linear model relations (responses, F) of none.
    """

    size: int  # responses
    length: int  # of the longest
    rows: list[RewardInput]
    relations: Array
    pairs: list[tuple[int, int, Pair]]


def pair_loss(spec: RewardSpec) -> PairLoss:
    return PairLoss(spec.ties, spec.margin, spec.label_smoothing)


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
    groups = {split: _by_prompt(side, model, reading, passages) for split, side in sides.items()}
    loss_of = pair_loss(spec)

    def compare(split: str, chosen: Sequence[int]) -> Compared:
        """Every pair of the chosen prompts."""
        picked = [groups[split][index] for index in chosen]
        rows = [row for group in picked for row in group.rows]
        batch = reward_batch(reading.tokenizer, rows).to(device()) if rows else None
        related = torch.from_numpy(np.concatenate([group.relations for group in picked])).float().to(device())
        found = model(batch, related)
        starts = accumulate((group.size for group in picked), initial=0)
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
            yield loss_of(compare("train", part), model.log_width, total)

    @torch.no_grad()
    def compare_all(split: str) -> Compared | None:
        """Every pair of a split; None if there is none."""
        sizes = [group.length * group.size for group in groups[split]]
        found = [compare(split, chosen) for chosen in batches_by_length(sizes)]
        columns = ([getattr(each, name) for each in found] for name in Compared.__dataclass_fields__)
        return Compared(*(torch.cat(column) for column in columns)) if found else None

    def evaluate(split: str) -> dict[str, float]:
        found = compare_all(split)
        if found is None:
            return {}
        ahead = (found.chosen - found.rejected)[~found.tie].double()
        metrics = pair_metrics(model.log_odds(ahead).cpu().numpy())
        if metrics:
            raw = PairLoss(spec.ties).log_odds(ahead, model.log_width.detach())
            metrics["ece_before"] = pair_metrics(raw.cpu().numpy())["ece"]
        return {f"{name}/{key}": value for name, value in metrics.items()}

    def calibrate() -> None:
        found = compare_all("dev")
        model.temperature = fit_pair_temperature(PairLoss(spec.ties), found, model.log_width) if found else 1.0

    def scores() -> Tensor:
        found = compare_all("train")
        return torch.cat([found.chosen, found.rejected]) if found else torch.zeros(0)

    train = groups["train"]
    prompts = max(1, round(spec.batch_size * len(train) / sum(group.size for group in train)))
    lengths = [group.length for group in train]
    return Task(key, model, lengths, prompts, losses, evaluate, mean_metric, calibrate), scores


def _by_prompt(pairs: Sequence[Pair], model: SequenceModel, reading: Reading, passages: bool) -> list[PromptPairs]:
    together: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        together[pair.prompt].append(pair)
    groups = []
    for prompt, found in together.items():
        texts = list(dict.fromkeys(text for pair in found for text in (pair.chosen, pair.rejected)))
        place = {text: index for index, text in enumerate(texts)}
        rows = reward_inputs(reading, [prompt] * len(texts), texts, passages=passages) if model.encoder else []
        related = [response_relations(prompt, text, reading.rule) for text in texts] if model.linear else []
        longest = max(len(row.ids) for row in rows) if rows else 1
        relations = np.array(related, dtype=np.float64).reshape(-1, RESPONSE_SIZE)
        places = [(place[p.chosen], place[p.rejected], p) for p in found]
        groups.append(PromptPairs(len(texts), longest, rows, relations, places))
    return groups


def _chosen(rows: Mapping[Density, Sequence[T]], chosen: Sequence[int]) -> dict[Density, list[T]]:
    return {density: [found[index] for index in chosen] for density, found in rows.items()}


def _by_split(items: Sequence[Item]) -> dict[str, list[Item]]:
    return {split: [item for item in items if item.split == split and item.weight > 0] for split in SPLITS}
