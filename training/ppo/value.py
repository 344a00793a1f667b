"""The value model: a trunk of its own and a scalar head, V(s_t) read from the state before token t is chosen."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from transformers import AutoModel, PreTrainedModel

from training.ppo.forward import Prompts, outputs_per_state


class ValueModel(nn.Module):
    """A transformers model without language-model head, causal or encoder-decoder, and a linear head that starts at
    zero, so that the first advantages are the rewards to go."""

    def __init__(self, trunk: PreTrainedModel) -> None:
        super().__init__()
        self.trunk = trunk
        self.head = nn.Linear(trunk.config.hidden_size, 1, device=trunk.device, dtype=trunk.dtype)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, prompts: Prompts, samples: int, tokens: Tensor) -> Tensor:
        """Values (N, t + 1) of the states before each of the tokens (N, t) and after the last."""
        hidden = outputs_per_state(self.trunk, prompts, samples, tokens)
        return self.head(hidden).squeeze(-1).float()  # type: ignore[no-any-return]

    def save(self, folder: Path) -> None:
        """The trunk as a transformers folder, with head.safetensors beside it."""
        self.trunk.save_pretrained(folder)
        save_file(
            {name: tensor.contiguous() for name, tensor in self.head.state_dict().items()}, folder / "head.safetensors"
        )


def start_as(value: ValueModel, encoder: nn.Module) -> None:
    """Gives the value model the weights of a reward model's encoder that are its own too: all of a causal one's, the
    encoder's half of an encoder-decoder's. ValueError if there is none, or if one has another shape."""
    given = dict(encoder.named_parameters())
    mine = dict(value.trunk.named_parameters())
    shared = given.keys() & mine.keys()
    if not shared:
        raise ValueError(f"{type(encoder).__name__} and {type(value.trunk).__name__} have no weights in common")
    with torch.no_grad():
        for name in shared:
            if given[name].shape != mine[name].shape:
                raise ValueError(f"{name} has shape {tuple(given[name].shape)}, not {tuple(mine[name].shape)}")
            mine[name].copy_(given[name])


def value_from_policy(policy: PreTrainedModel) -> ValueModel:
    """A value model whose trunk starts as a copy of the policy's. Raises ValueError if the policy lacks its weights."""
    auto: Any = AutoModel
    trunk = auto.from_config(deepcopy(policy.config), dtype=policy.dtype).to(policy.device)
    missing = trunk.load_state_dict(policy.base_model.state_dict(), strict=False).missing_keys
    if missing:
        raise ValueError(f"policy: {type(policy).__name__} has no weights for {missing[0]} of its own trunk")
    return ValueModel(trunk)
