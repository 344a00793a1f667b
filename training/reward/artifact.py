"""A reward bundle as a folder: reward.json, and one transformers folder per model with its heads beside it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from annotator.domain.errors import DomainError
from annotator.domain.segments import SEGMENTATION_VERSION, Density
from annotator.domain.taxonomy import taxonomy_from_json, taxonomy_to_json
from training.checkpoints import load_module_tensors, module_tensors
from training.models import device, load_encoder, load_tokenizer
from training.reward.bundle import RewardBundle, SequenceReward
from training.reward.coverage import RESPONSE_SIZE
from training.reward.encoder import Encoder
from training.reward.linear import Linear
from training.reward.relations import SEGMENT_RELATIONS
from training.reward.segment import SegmentModel
from training.reward.sequence import SequenceModel

FORMAT = 3
SEGMENT = "segment"


def save_bundle(bundle: RewardBundle, folder: Path, metrics: Mapping[str, float]) -> None:
    """reward.json says what is scored, and all that is known of each model: its calibration, its scale, its metrics."""
    folder.mkdir(parents=True)
    names = [SEGMENT if len(bundle.segments) == 1 else "-".join(model.densities) for model in bundle.segments]
    for name, model in zip(names, bundle.segments, strict=True):
        _save_model(model, bundle.tokenizer, folder / name)
    for key, reward in bundle.sequence.items():
        _save_model(reward.model, bundle.tokenizer, folder / key)
    body = {
        "format": FORMAT,
        "source": "models",
        "categories": [
            {
                "key": key,
                "density": str(density),
                "path": name,
                "passages": key not in model.without_passages,
                "representation": model.encoder.representation if model.encoder else None,
                "linear": key in model.linear,
                "temperature": model.temperatures[key],
            }
            for name, model in zip(names, bundle.segments, strict=True)
            for key, density in model.densities.items()
        ],
        "sequence": {
            key: {
                "path": key,
                "mean": reward.mean,
                "std": reward.std,
                "passages": reward.passages,
                "ties": reward.model.ties,
                "temperature": reward.model.temperature,
                "encoder": reward.model.encoder is not None,
                "linear": reward.model.linear is not None,
            }
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
        if body["format"] != FORMAT or body["segmentation"] != SEGMENTATION_VERSION:
            raise ValueError(f"format {body['format']}, segmentation {body['segmentation']} are not of this version")
        by_path: dict[str, list[dict[str, Any]]] = {}
        for item in body["categories"]:
            by_path.setdefault(item["path"], []).append(item)
        models = [_load_segment(folder / path, items) for path, items in by_path.items()]
        sequence = {
            key: SequenceReward(model, item["mean"], item["std"], item["passages"])
            for key, item in body["sequence"].items()
            for model in [_load_sequence(folder / item["path"], item)]
        }
        read = [path for path, items in by_path.items() if items[0]["representation"]]
        read += [item["path"] for item in body["sequence"].values() if item["encoder"]]
        tokenizer = load_tokenizer(str(folder / read[0])) if read else None
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        message = f"{folder} is not a reward bundle: {error!r}"
        raise DomainError("invalid_model", message, {"reward": str(folder)}) from error
    taxonomy = taxonomy_from_json(body["taxonomy"])
    return RewardBundle(tokenizer, taxonomy, body["max_tokens"], models, sequence, body["form"])


def _load_segment(folder: Path, items: list[dict[str, Any]]) -> SegmentModel:
    representation = items[0]["representation"]
    model = SegmentModel(
        Encoder(load_encoder(str(folder)), representation) if representation else None,
        {item["key"]: Density(item["density"]) for item in items},
        0.0,
        [item["key"] for item in items if not item["passages"]],
        {item["key"]: item["temperature"] for item in items},
        {item["key"]: Linear(len(SEGMENT_RELATIONS)) for item in items if item["linear"]},
    )
    _load_rest(model, folder)
    return model


def _load_sequence(folder: Path, item: dict[str, Any]) -> SequenceModel:
    encoder = Encoder(load_encoder(str(folder))) if item["encoder"] else None
    linear = Linear(RESPONSE_SIZE) if item["linear"] else None
    model = SequenceModel(encoder, 0.0, linear, item["ties"], item["temperature"])
    _load_rest(model, folder)
    return model


def _save_model(model: SegmentModel | SequenceModel, tokenizer: Any, folder: Path) -> None:
    folder.mkdir()
    if model.encoder:
        model.encoder.trunk.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
    save_file(_rest(module_tensors(model)), folder / "heads.safetensors")


def _load_rest(model: SegmentModel | SequenceModel, folder: Path) -> None:
    load_module_tensors(model, module_tensors(model) | load_file(folder / "heads.safetensors"))
    model.to(device()).eval()


def _rest(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """All but the encoder's, which stand in a transformers folder."""
    return {name: tensor for name, tensor in tensors.items() if not name.startswith("encoder.")}
