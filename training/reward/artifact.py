"""A reward bundle as a folder: reward.json, and one transformers folder per model with its heads beside it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file
from torch import nn

from annotator.domain.errors import DomainError
from annotator.domain.segments import SEGMENTATION_VERSION, Density
from annotator.domain.taxonomy import taxonomy_from_json, taxonomy_to_json
from training.checkpoints import load_module_tensors, module_tensors
from training.models import device, load_encoder, load_tokenizer
from training.reward.bundle import RewardBundle, SequenceReward
from training.reward.encoder import Encoder
from training.reward.segment import SegmentModel
from training.reward.sequence import SequenceModel

FORMAT = 2
SEGMENT = "segment"


def save_bundle(bundle: RewardBundle, folder: Path, metrics: Mapping[str, float]) -> None:
    """reward.json says what is scored, and all that is known of each model: its calibration, its scale, its metrics."""
    folder.mkdir(parents=True)
    names = [SEGMENT if len(bundle.segments) == 1 else "-".join(model.densities) for model in bundle.segments]
    for name, model in zip(names, bundle.segments, strict=True):
        _save_model(model, model.heads, bundle.tokenizer, folder / name)
    for key, reward in bundle.sequence.items():
        _save_model(reward.model, reward.model.head, bundle.tokenizer, folder / key)
    body = {
        "format": FORMAT,
        "source": "models",
        "categories": [
            {
                "key": key,
                "density": str(density),
                "path": name,
                "passages": key not in model.without_passages,
                "representation": model.encoder.representation,
                "temperature": model.temperatures[key],
            }
            for name, model in zip(names, bundle.segments, strict=True)
            for key, density in model.densities.items()
        ],
        "sequence": {
            key: {"path": key, "mean": reward.mean, "std": reward.std, "passages": reward.passages}
            for key, reward in bundle.sequence.items()
        },
        "form": bundle.form,
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
        if body["format"] not in (1, FORMAT) or body["segmentation"] != SEGMENTATION_VERSION:
            raise ValueError(f"format {body['format']}, segmentation {body['segmentation']} are not of this version")
        by_path: dict[str, list[dict[str, Any]]] = {}
        for item in body["categories"]:
            by_path.setdefault(item.get("path", SEGMENT), []).append(item)
        models = [_load_segment(folder / path, items) for path, items in by_path.items()]
        sequence = {}
        for key, item in body["sequence"].items():
            model = SequenceModel(Encoder(load_encoder(str(folder / item["path"]))), 0.0)
            _load_heads(model, model.head, folder / item["path"])
            sequence[key] = SequenceReward(model, item["mean"], item["std"], item.get("passages", True))
        tokenizer = load_tokenizer(str(folder / next(iter([*by_path, *body["sequence"]]))))
    except (OSError, ValueError, KeyError, StopIteration) as error:
        message = f"{folder} is not a reward bundle: {error!r}"
        raise DomainError("invalid_model", message, {"reward": str(folder)}) from error
    taxonomy = taxonomy_from_json(body["taxonomy"])
    return RewardBundle(tokenizer, taxonomy, body["max_tokens"], models, sequence, body.get("form", "sign"))


def _load_segment(folder: Path, items: list[dict[str, Any]]) -> SegmentModel:
    model = SegmentModel(
        Encoder(load_encoder(str(folder)), items[0].get("representation", "pooled")),
        {item["key"]: Density(item["density"]) for item in items},
        0.0,
        [item["key"] for item in items if not item.get("passages", True)],
        {item["key"]: item.get("temperature", 1.0) for item in items},
    )
    _load_heads(model, model.heads, folder)
    return model


def _save_model(model: SegmentModel | SequenceModel, heads: nn.Module, tokenizer: Any, folder: Path) -> None:
    model.encoder.trunk.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    save_file(module_tensors(heads), folder / "heads.safetensors")


def _load_heads(model: SegmentModel | SequenceModel, heads: nn.Module, folder: Path) -> None:
    load_module_tensors(heads, load_file(folder / "heads.safetensors"))
    model.to(device()).eval()
