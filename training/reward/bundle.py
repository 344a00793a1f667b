"""A trained reward: the models of a reward job as one scorer (training.reward.artifact saves and loads them)."""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from annotator.domain.errors import DomainError
from annotator.domain.segments import Density, segments
from annotator.domain.spans import Span
from annotator.domain.taxonomy import Taxonomy
from training.models import device
from training.reward.coverage import response_relations
from training.reward.encoder import Encoder
from training.reward.inputs import Reading, RewardBatch, reward_batch, reward_inputs
from training.reward.relations import segment_relations
from training.reward.scores import SegmentScores
from training.reward.segment import SegmentModel, pack_segments
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
    """Segment models, one for all categories or one for each, and sequence models by category key or "preference". One
    tokenizer, None if no model has an encoder. form: whether a segment earns the sign of what is likelier, as in Wu et
    al. 2023, or 1 - 2 p(error), the probability being calibrated.
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

    def encoders(self) -> list[Encoder]:
        """Those of the segment models first, then those of the sequence models; none of models without one."""
        first = [model.encoder for model in self.segments]
        every = first + [reward.model.encoder for reward in self.sequence.values()]
        return [encoder for encoder in every if encoder is not None]

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
            reading = reading_of(model, self.tokenizer, self.max_tokens, self.taxonomy)
            for passages, keys in model.views(wanted):
                for chosen, batch in _batches(model, reading, prompts, responses, passages):
                    texts = [(prompts[index], responses[index]) for index in chosen]
                    _put(scores, chosen, self._score_segments(model, batch, texts, keys))
        reading = Reading(self.tokenizer, self.max_tokens, None, self.taxonomy.segmentation)
        for key, reward in self.sequence.items():
            for chosen, batch in _batches(reward.model, reading, prompts, responses, reward.passages, key in wanted):
                texts = [(prompts[index], responses[index]) for index in chosen]
                _put(scores, chosen, {key: self._score_sequence(reward, batch, texts)})
        return [{key: row[key] for key in wanted} for row in scores]

    def _score_segments(
        self, model: SegmentModel, batch: RewardBatch | None, texts: Sequence[tuple[str, str]], keys: Sequence[str]
    ) -> dict[str, list[SegmentScores]]:
        rule = self.taxonomy.segmentation
        densities = {model.densities[key] for key in keys}
        spans = {d: [tuple(segments(text, d, rule)) for _, text in texts] for d in densities}
        relations = {
            d: [segment_relations(*text, found) for text, found in zip(texts, spans[d], strict=True)]
            for d in (densities if model.linear else ())
        }
        cut = pack_segments(spans, relations, device())
        logits = model(batch, cut, keys)
        result = {}
        for key in keys:
            density = model.densities[key]
            read = model.read(batch, cut.ends[density])
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

    def _score_sequence(
        self, reward: SequenceReward, batch: RewardBatch | None, texts: Sequence[tuple[str, str]]
    ) -> list[SegmentScores]:
        relations = None
        if reward.model.linear is not None:
            rows = np.array([response_relations(*text, self.taxonomy.segmentation) for text in texts])
            relations = torch.from_numpy(rows).float().to(device())
        scores = reward.model(batch, relations).tolist()
        return [
            SegmentScores(Density.SEQUENCE, (Span(0, len(text)),), (standardise(score, reward.mean, reward.std),))
            for (_, text), score in zip(texts, scores, strict=True)
        ]


def _batches(
    model: SegmentModel | SequenceModel,
    reading: Reading,
    prompts: Sequence[str],
    responses: Sequence[str],
    passages: bool,
    wanted: bool = True,
) -> Iterator[tuple[list[int], RewardBatch | None]]:
    """Responses of like length by index, as the model's encoder reads them; all at once, and None, without one."""
    if not responses or not wanted:
        return
    if model.encoder is None:
        yield list(range(len(responses))), None
        return
    rows = reward_inputs(reading, prompts, responses, passages=passages)
    for chosen in batches_by_length([len(row.ids) for row in rows]):
        yield chosen, reward_batch(reading.tokenizer, [rows[index] for index in chosen]).to(device())


def reading_of(model: SegmentModel, tokenizer: Any, max_tokens: int, taxonomy: Taxonomy) -> Reading:
    """How a segment model reads, in training and in scoring: with separators, if its representation is theirs, after
    the segments of its finest density. Sentences end where sub-sentences do."""
    separators = None
    if model.encoder and model.encoder.representation == "separator":
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


def batches_by_length(lengths: Sequence[int], tokens: int = BATCH_TOKENS) -> Iterator[list[int]]:
    """Indices of items of like length, in batches of at most so many padded ids (or of one item)."""
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda index: lengths[index]):
        if batch and (len(batch) + 1) * lengths[index] > tokens:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
