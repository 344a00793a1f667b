"""Low-rank adapters (Hu et al. 2021): a model that learns in few weights, and is its old self with them switched off.

W' = W + (alpha / rank) B A for every linear layer but the output embedding. B starts at zero, so that nothing changes
before the first step; alpha = 2 rank; no dropout.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from peft import LoraConfig
from peft.tuners.lora import LoraLayer
from transformers import PreTrainedModel

ADAPTER = "policy"


def add_lora(model: PreTrainedModel, rank: int, seed: int) -> None:
    """Freezes the model and gives it trainable adapters; in place."""
    config = LoraConfig(r=rank, lora_alpha=2 * rank, lora_dropout=0.0, target_modules="all-linear")
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model.requires_grad_(False)
        model.add_adapter(config, adapter_name=ADAPTER)


def has_lora(model: PreTrainedModel) -> bool:
    return any(isinstance(module, LoraLayer) for module in model.modules())


@contextmanager
def without_lora(model: PreTrainedModel) -> Iterator[None]:
    """The model as it was before its adapters, for the length of a block."""
    model.disable_adapters()
    try:
        yield
    finally:
        model.enable_adapters()


@torch.no_grad()
def merged(model: PreTrainedModel, fresh: PreTrainedModel) -> PreTrainedModel:
    """`fresh`, the same model without adapters, with what the adapters learned in its own weights."""
    into: dict[str, Any] = dict(fresh.named_modules())
    for name, module in model.named_modules():
        if isinstance(module, LoraLayer):
            layer: Any = module
            into[name].weight += layer.get_delta_weight(ADAPTER).to(into[name].weight)
    return fresh
