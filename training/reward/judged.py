"""What a source of rewards says of held-out feedback, beside what people said: figures with intervals over prompts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from annotator.domain.segments import Density
from training.data import Pair, Snapshot, labelled_responses, preference_pairs
from training.models import device
from training.reward.bundle import RewardBundle, SequenceReward
from training.reward.metrics import Array, binary_metrics, pair_metrics
from training.reward.pairs import completeness_pairs

RESAMPLES = 2000
SURE = 1e-6  # how far a probability is kept from 0 and 1 when it becomes a logit
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Scored:
    """One category's held-out items. Of segments, `values` are logits of an error and `labels` what people saw; of
    pairs, `values` are log-odds of the better one being better, and `labels` 1 where it was listed first. prompt: whose
    """

    values: Array
    labels: Array
    prompt: Indices
    pairs: bool


Judged = dict[str, Scored]


def judge(bundle: RewardBundle, snapshot: Snapshot) -> Judged:
    """A bundle's scores (form "probability") of the test side, in one call of the scorer that PPO uses."""
    taxonomy = snapshot.taxonomy
    marked = [c for c in taxonomy.categories if c.key in bundle.categories and c.density != Density.SEQUENCE]
    items = [item for item in labelled_responses(snapshot, marked) if item.split == "test"]
    pairs = {key: _pairs(snapshot, key) for key in bundle.categories if key not in {c.key for c in marked}}
    texts = [(item.prompt, item.response) for item in items]
    texts += [(p.prompt, text) for found in pairs.values() for p in found for text in (p.chosen, p.rejected)]
    texts = list(dict.fromkeys(texts))
    found = bundle.score([prompt for prompt, _ in texts], [response for _, response in texts])
    scores = dict(zip(texts, found, strict=True))
    number = {prompt: index for index, prompt in enumerate(dict.fromkeys(prompt for prompt, _ in texts))}
    judged = {}
    for category in marked:
        rows = [
            (_logit(score), label, number[item.prompt])
            for item in items
            for score, label in zip(
                scores[item.prompt, item.response][category.key].scores, item.targets[category.key], strict=True
            )
            if label is not None
        ]
        judged[category.key] = _scored(rows, pairs=False)
    order = _listed(snapshot)
    for key, compared in pairs.items():
        rows = []
        for pair in compared:
            better, worse = (scores[pair.prompt, text][key].scores[0] for text in (pair.chosen, pair.rejected))
            listed = order[pair.prompt]
            first = float(listed.index(pair.chosen) < listed.index(pair.rejected))
            rows.append((better - worse, first, number[pair.prompt]))
        judged[key] = _with_odds(_scored(rows, pairs=True), bundle.sequence[key])
    return judged


def _with_odds(scored: Scored, reward: SequenceReward) -> Scored:
    """Differences of rewards as log-odds."""
    ahead = torch.from_numpy(scored.values).to(device()) * reward.std
    return replace(scored, values=reward.model.log_odds(ahead).cpu().numpy())


def _pairs(snapshot: Snapshot, key: str) -> list[Pair]:
    known = {category.key: category for category in snapshot.taxonomy.categories}
    pairs = completeness_pairs(snapshot, known[key]) if key in known else preference_pairs(snapshot)
    return [pair for pair in pairs if pair.split == "test"]


def figures(parts: Sequence[Judged], seed: int) -> dict[str, dict[str, Any]]:
    """Metrics by category over the items of all parts (folds), with 95 % bootstrap intervals over prompts."""
    found = {}
    for key in parts[0]:
        scored = _together([part[key] for part in parts])
        metrics: dict[str, Any] = dict(_metrics(scored))
        if not metrics:
            continue
        metrics["count"] = len(scored.values)
        metrics["accuracy_interval"] = _interval(scored, seed)
        found[key] = metrics
    return found


def _metrics(scored: Scored) -> dict[str, float]:
    if not scored.pairs:
        return binary_metrics(scored.values, scored.labels)
    first = float(scored.labels.mean()) if len(scored.labels) else 0.0
    return pair_metrics(scored.values) | ({"majority": max(first, 1 - first)} if len(scored.labels) else {})


def _interval(scored: Scored, seed: int) -> tuple[float, float]:
    """2.5 and 97.5 percentiles of the accuracy when prompts are drawn anew, each with all of its items."""
    random = np.random.default_rng(seed)
    if scored.pairs:
        right = np.heaviside(scored.values, 0.5)
    else:
        right = ((scored.values > 0) == (scored.labels >= 0.5)).astype(np.float64)
    counts = np.bincount(scored.prompt)
    sums = np.bincount(scored.prompt, weights=right)[counts > 0]
    counts = counts[counts > 0]
    drawn = random.integers(len(counts), size=(RESAMPLES, len(counts)))
    low, high = np.quantile(sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1), [0.025, 0.975])
    return float(low), float(high)


def _together(parts: Sequence[Scored]) -> Scored:
    """Parts have prompts of their own, so their numbers must not meet."""
    starts = np.cumsum([0, *(int(part.prompt.max(initial=-1)) + 1 for part in parts)])
    prompt = np.concatenate([part.prompt + start for part, start in zip(parts, starts, strict=False)])
    values, labels = (np.concatenate([getattr(part, name) for part in parts]) for name in ("values", "labels"))
    return Scored(values, labels, prompt, parts[0].pairs)


def _scored(rows: Sequence[tuple[float, float, int]], *, pairs: bool) -> Scored:
    columns = np.array(rows, dtype=np.float64).reshape(-1, 3)
    return Scored(columns[:, 0], columns[:, 1], columns[:, 2].astype(np.int64), pairs)


def _listed(snapshot: Snapshot) -> dict[str, list[str]]:
    """The responses to each prompt in the order of their records."""
    listed: dict[str, list[str]] = {}
    for record in snapshot.records:
        known = listed.setdefault(snapshot.examples[record.example.id].prompt, [])
        known += [response.text for response in record.responses if response.text not in known]
    return listed


def _logit(score: float) -> float:
    """Of an error, from 1 - 2 p(error)."""
    chance = min(max((1 - score) / 2, SURE), 1 - SURE)
    return float(np.log(chance / (1 - chance)))
