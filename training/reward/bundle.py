"""A trained reward: the artefact of a reward job, saved to a folder and loaded as one scorer."""

import json
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from annotator.domain.errors import DomainError
from annotator.domain.segments import SEGMENTATION_VERSION, Density, segments
from annotator.domain.spans import Span
from annotator.domain.taxonomy import Taxonomy, taxonomy_from_json, taxonomy_to_json
from training.checkpoints import load_module_tensors, module_tensors
from training.models import device, load_encoder, load_tokenizer
from training.reward.encoder import Encoder
from training.reward.inputs import RewardBatch, reward_batch, reward_inputs
from training.reward.scores import SegmentScores
from training.reward.segment import SegmentModel, ends_of
from training.reward.sequence import SequenceModel, standardise

FORMAT = 1
SEGMENT = "segment"
BATCH_TOKENS = 16_384


@dataclass(frozen=True, slots=True)
class SequenceReward:
    """A sequence model with the mean and standard deviation of its scores on its training pairs."""

    model: SequenceModel
    mean: float
    std: float


@dataclass(frozen=True)
class RewardBundle:
    """One segment model with a head per category, sequence models by category key or "preference", one tokenizer."""

    tokenizer: Any
    taxonomy: Taxonomy
    max_tokens: int
    segment: SegmentModel | None
    sequence: Mapping[str, SequenceReward]

    @property
    def categories(self) -> list[str]:
        """Keys that can be scored."""
        return [*(self.segment.densities if self.segment else ()), *self.sequence]

    @torch.inference_mode()
    def score(
        self, prompts: Sequence[str], responses: Sequence[str], categories: Collection[str] | None = None
    ) -> list[dict[str, SegmentScores]]:
        """Scores of each response to its prompt (the exact texts that the policy read and wrote), all or some
        categories.

        Segment categories: +1 for a segment without an error, -1 with one, 0 for one that was cut off unread.
        Sequence models: (s - mean) / std. DomainError unknown_category.
        """
        wanted = self.categories if categories is None else list(categories)
        unknown = sorted(set(wanted) - set(self.categories))
        if unknown:
            message = f"category {unknown[0]!r} is not scored by this reward model, which scores {self.categories}"
            raise DomainError("unknown_category", message, {"reward_weights": unknown[0]})
        rows = reward_inputs(self.tokenizer, prompts, responses, self.max_tokens)
        scores: list[dict[str, SegmentScores]] = [{} for _ in responses]
        for chosen in batches_by_length([len(row.ids) for row in rows]):
            batch = reward_batch(self.tokenizer, [rows[index] for index in chosen]).to(device())
            texts = [responses[index] for index in chosen]
            found = self._score_segments(batch, texts, wanted) | self._score_sequences(batch, texts, wanted)
            for key, column in found.items():
                for index, item in zip(chosen, column, strict=True):
                    scores[index][key] = item
        return [{key: row[key] for key in wanted} for row in scores]

    def _score_segments(
        self, batch: RewardBatch, texts: Sequence[str], wanted: Collection[str]
    ) -> dict[str, list[SegmentScores]]:
        densities = self.segment.densities if self.segment else {}
        if self.segment is None or not set(wanted) & set(densities):
            return {}
        rule = self.taxonomy.segmentation
        spans = {d: [tuple(segments(text, d, rule)) for text in texts] for d in set(densities.values())}
        ends = {d: ends_of(rows).to(batch.ids.device) for d, rows in spans.items()}
        logits, read = self.segment(batch, ends)
        result = {}
        for key, density in densities.items():
            signs = torch.where(logits[key] > 0, -1.0, 1.0) * read[density]
            # The cross-entropy of a distribution with itself.
            entropy = binary_cross_entropy_with_logits(logits[key], logits[key].sigmoid(), reduction="none")
            unsure = entropy / math.log(2) * read[density]
            rows = zip(spans[density], signs.tolist(), unsure.clamp(0, 1).tolist(), strict=True)
            result[key] = [
                SegmentScores(density, found, tuple(row[: len(found)]), tuple(bits[: len(found)]))
                for found, row, bits in rows
            ]
        return result

    def _score_sequences(
        self, batch: RewardBatch, texts: Sequence[str], wanted: Collection[str]
    ) -> dict[str, list[SegmentScores]]:
        return {
            key: [
                SegmentScores(Density.SEQUENCE, (Span(0, len(text)),), (standardise(score, reward.mean, reward.std),))
                for text, score in zip(texts, reward.model(batch).tolist(), strict=True)
            ]
            for key, reward in self.sequence.items()
            if key in wanted
        }


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


def save_bundle(bundle: RewardBundle, folder: Path, metrics: Mapping[str, float]) -> None:
    """reward.json and one transformers folder per model, each with its heads in heads.safetensors."""
    folder.mkdir(parents=True)
    if bundle.segment:
        _save_model(bundle.segment, bundle.tokenizer, folder / SEGMENT)
    for key, reward in bundle.sequence.items():
        _save_model(reward.model, bundle.tokenizer, folder / key)
    densities = bundle.segment.densities if bundle.segment else {}
    body = {
        "format": FORMAT,
        "categories": [{"key": key, "density": str(density)} for key, density in densities.items()],
        "segment": SEGMENT if bundle.segment else None,
        "sequence": {key: {"path": key, "mean": r.mean, "std": r.std} for key, r in bundle.sequence.items()},
        "max_tokens": bundle.max_tokens,
        "segmentation": SEGMENTATION_VERSION,
        "taxonomy": taxonomy_to_json(bundle.taxonomy),
        "metrics": dict(metrics),
    }
    (folder / "reward.json").write_text(json.dumps(body, indent=1), encoding="utf-8")


def load_bundle(folder: str | Path) -> RewardBundle:
    """DomainError invalid_model if the folder holds no reward bundle, or one of another segmentation."""
    folder = Path(folder)
    try:
        body = json.loads((folder / "reward.json").read_text(encoding="utf-8"))
        if body["format"] != FORMAT or body["segmentation"] != SEGMENTATION_VERSION:
            raise ValueError(f"format {body['format']}, segmentation {body['segmentation']} are not of this version")
        densities = {item["key"]: Density(item["density"]) for item in body["categories"]}
        segment = None
        if body["segment"]:
            segment = SegmentModel(Encoder(load_encoder(str(folder / body["segment"]))), densities, 0.0)
            _load_heads(segment, folder / body["segment"])
        sequence = {}
        for key, item in body["sequence"].items():
            model = SequenceModel(Encoder(load_encoder(str(folder / item["path"]))), 0.0)
            _load_heads(model, folder / item["path"])
            sequence[key] = SequenceReward(model, item["mean"], item["std"])
        tokenizer = load_tokenizer(str(folder / (body["segment"] or next(iter(body["sequence"])))))
    except (OSError, ValueError, KeyError) as error:
        message = f"{folder} is not a reward bundle: {error!r}"
        raise DomainError("invalid_model", message, {"reward": str(folder)}) from error
    return RewardBundle(tokenizer, taxonomy_from_json(body["taxonomy"]), body["max_tokens"], segment, sequence)


def _heads(model: SegmentModel | SequenceModel) -> nn.Module:
    return model.heads if isinstance(model, SegmentModel) else model.head


def _save_model(model: SegmentModel | SequenceModel, tokenizer: Any, folder: Path) -> None:
    model.encoder.trunk.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    save_file(module_tensors(_heads(model)), folder / "heads.safetensors")


def _load_heads(model: SegmentModel | SequenceModel, folder: Path) -> None:
    load_module_tensors(_heads(model), load_file(folder / "heads.safetensors"))
    model.to(device()).eval()
