"""Any transformers sequence classifier as a source: the probability of one of its labels, or its one number.

reward.json: {"source": "classifier", "model": folder or hub name, "label": name or number (the only one, if left out),
"categories": [{"key", "density"}], "sequence": {}, "bad": false, "reads_prompt": false, "max_tokens": 512}. A relative
model is looked for in the reward folder.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForSequenceClassification

from training.models import device, load_tokenizer, pad_id, pad_rows
from training.reward.bundle import batches_by_length
from training.reward.sources.sequences import SequenceSource, sequence_source


@dataclass(frozen=True)
class Classifier:
    """label: the index whose probability is the score; None for a model with one output, which is the score itself."""

    model: Any
    tokenizer: Any
    label: int | None
    reads_prompt: bool
    max_tokens: int

    @torch.inference_mode()
    def __call__(self, prompts: Sequence[str], texts: Sequence[str]) -> list[float]:
        pairs = (list(prompts), list(texts)) if self.reads_prompt else (list(texts),)
        rows = self.tokenizer(*pairs, truncation=True, max_length=self.max_tokens)["input_ids"] if texts else []
        scores = [0.0] * len(rows)
        for chosen in batches_by_length([len(row) for row in rows]):
            ids, mask = pad_rows([rows[index] for index in chosen], pad_id(self.tokenizer))
            logits = self.model(input_ids=ids.to(device()), attention_mask=mask.long().to(device())).logits.float()
            found = logits[:, 0] if self.label is None else logits.softmax(dim=1)[:, self.label]
            for index, score in zip(chosen, found.tolist(), strict=True):
                scores[index] = score
        return scores


def load(folder: Path, body: Mapping[str, Any]) -> SequenceSource:
    """OSError or ValueError for a model that cannot be loaded, or a label that it has not."""
    inside = folder / body["model"]
    path = str(inside) if inside.is_dir() else body["model"]
    auto: Any = AutoModelForSequenceClassification
    model = auto.from_pretrained(path, trust_remote_code=False, use_safetensors=True).to(device()).eval()
    label = _label(model.config, body.get("label"))
    classifier = Classifier(
        model, load_tokenizer(path), label, bool(body.get("reads_prompt", False)), int(body.get("max_tokens", 512))
    )
    return sequence_source(classifier, body, bad=False)


def _label(config: Any, label: str | int | None) -> int | None:
    names = {name: int(index) for index, name in config.id2label.items()}
    if label is None and len(names) == 1:
        return None
    found = names.get(label) if isinstance(label, str) else label
    if found is None or not 0 <= found < len(names):
        raise ValueError(f"label is {label!r}; the model has {', '.join(names)}")
    return found
