"""A trained reward: the models of a reward job as one scorer (training.reward.artifact saves and loads them)."""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from annotator.domain.errors import DomainError
from annotator.domain.segments import Density, segments
from annotator.domain.spans import Span
from annotator.domain.taxonomy import Taxonomy
from training.models import device
from training.reward.inputs import Reading, RewardBatch, reward_batch, reward_inputs
from training.reward.scores import SegmentScores
from training.reward.segment import SegmentModel, ends_of, segments_read
from training.reward.sequence import SequenceModel, standardise

ScoreForm = Literal["sign", "probability"]

BATCH_TOKENS = 16_384


@dataclass(frozen=True, slots=True)
class SequenceReward:
    """A sequence model with the mean and standard deviation of its scores on its training pairs."""

    model: SequenceModel
    mean: float
    std: float
    passages: bool = True


@dataclass(frozen=True)
class RewardBundle:
    """Segment models, one for all categories or one for each, and sequence models by category key or "preference"; one
    tokenizer. form: whether a segment earns the sign of what is likelier, as in Wu et al. 2023, or 1 - 2 p(error), the
    probability being calibrated.
    """

    tokenizer: Any
    taxonomy: Taxonomy
    max_tokens: int
    segments: Sequence[SegmentModel]
    sequence: Mapping[str, SequenceReward]
    form: ScoreForm = "sign"

    @property
    def categories(self) -> list[str]:
        """Keys that can be scored."""
        return [*(key for model in self.segments for key in model.densities), *self.sequence]

    @torch.inference_mode()
    def score(
        self, prompts: Sequence[str], responses: Sequence[str], categories: Collection[str] | None = None
    ) -> list[dict[str, SegmentScores]]:
        """Scores of each response to its prompt (the exact texts that the policy read and wrote), all or some
        categories.

        Segment categories: +1 for a segment without an error to -1 for one with one, 0 for one that was cut off unread.
        Sequence models: (s - mean) / std. DomainError unknown_category.
        """
        wanted = self.categories if categories is None else list(categories)
        check_scored(wanted, self.categories)
        scores: list[dict[str, SegmentScores]] = [{} for _ in responses]
        for model in self.segments:
            for passages, keys in model.views(wanted):
                reading = reading_of(model, self.tokenizer, self.max_tokens, self.taxonomy)
                for chosen, batch in self._batches(reading, prompts, responses, passages):
                    found = self._score_segments(model, batch, [responses[index] for index in chosen], keys)
                    _put(scores, chosen, found)
        for passages in (True, False):
            keys = [key for key, reward in self.sequence.items() if key in wanted and reward.passages == passages]
            reading = Reading(self.tokenizer, self.max_tokens)
            for chosen, batch in self._batches(reading, prompts, responses, passages) if keys else ():
                _put(scores, chosen, self._score_sequences(batch, [responses[index] for index in chosen], keys))
        return [{key: row[key] for key in wanted} for row in scores]

    def _batches(
        self, reading: Reading, prompts: Sequence[str], responses: Sequence[str], passages: bool
    ) -> Iterator[tuple[list[int], RewardBatch]]:
        rows = reward_inputs(reading, prompts, responses, passages=passages)
        for chosen in batches_by_length([len(row.ids) for row in rows]):
            yield chosen, reward_batch(self.tokenizer, [rows[index] for index in chosen]).to(device())

    def _score_segments(
        self, model: SegmentModel, batch: RewardBatch, texts: Sequence[str], keys: Sequence[str]
    ) -> dict[str, list[SegmentScores]]:
        rule = self.taxonomy.segmentation
        spans = {d: [tuple(segments(text, d, rule)) for text in texts] for d in {model.densities[key] for key in keys}}
        ends = {d: ends_of(rows).to(batch.ids.device) for d, rows in spans.items()}
        logits = model(batch, ends, keys)
        result = {}
        for key in keys:
            density = model.densities[key]
            read = segments_read(batch, ends[density])
            calibrated = logits[key] / model.temperatures[key]
            signs = torch.where(calibrated > 0, -1.0, 1.0)
            earned = (signs if self.form == "sign" else 1 - 2 * calibrated.sigmoid()) * read
            # The cross-entropy of a distribution with itself.
            entropy = binary_cross_entropy_with_logits(calibrated, calibrated.sigmoid(), reduction="none")
            unsure = (entropy / math.log(2)).clamp(0, 1) * read
            result[key] = [
                SegmentScores(density, found, tuple(row[: len(found)]), tuple(bits[: len(found)]))
                for found, row, bits in zip(spans[density], earned.tolist(), unsure.tolist(), strict=True)
            ]
        return result

    def _score_sequences(
        self, batch: RewardBatch, texts: Sequence[str], keys: Sequence[str]
    ) -> dict[str, list[SegmentScores]]:
        return {
            key: [
                SegmentScores(Density.SEQUENCE, (Span(0, len(text)),), (standardise(score, reward.mean, reward.std),))
                for text, score in zip(texts, reward.model(batch).tolist(), strict=True)
            ]
            for key, reward in self.sequence.items()
            if key in keys
        }


def reading_of(model: SegmentModel, tokenizer: Any, max_tokens: int, taxonomy: Taxonomy) -> Reading:
    """How a segment model reads, in training and in scoring: with separators, if its representation is theirs, after
    the segments of its finest density. Sentences end where sub-sentences do."""
    separators = None
    if model.encoder.representation == "separator":
        separators = next(density for density in Density if density in model.densities.values())
    return Reading(tokenizer, max_tokens, separators, taxonomy.segmentation)


def check_scored(wanted: Collection[str], scored: Sequence[str]) -> None:
    """DomainError unknown_category for what a source of rewards does not score."""
    unknown = sorted(set(wanted) - set(scored))
    if unknown:
        message = f"category {unknown[0]!r} is not scored by this reward model, which scores {list(scored)}"
        raise DomainError("unknown_category", message, {"reward_weights": unknown[0]})


def _put(
    scores: Sequence[dict[str, SegmentScores]], chosen: Sequence[int], found: Mapping[str, Sequence[SegmentScores]]
) -> None:
    for key, column in found.items():
        for index, item in zip(chosen, column, strict=True):
            scores[index][key] = item


def batches_by_length(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indices of items of like length, in batches of at most BATCH_TOKENS padded ids (or of one item)."""
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda index: lengths[index]):
        if batch and (len(batch) + 1) * lengths[index] > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
