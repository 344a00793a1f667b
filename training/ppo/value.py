"""The value model: a trunk of its own and a scalar head, V(s_t) read from the state before token t is chosen."""

from copy import deepcopy
from pathlib import Path
from typing import Any

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


def value_from_policy(policy: PreTrainedModel) -> ValueModel:
    """A value model whose trunk starts as a copy of the policy's. Raises ValueError if the policy lacks its weights."""
    auto: Any = AutoModel
    trunk = auto.from_config(deepcopy(policy.config), dtype=policy.dtype).to(policy.device)
    missing = trunk.load_state_dict(policy.base_model.state_dict(), strict=False).missing_keys
    if missing:
        raise ValueError(f"policy: {type(policy).__name__} has no weights for {missing[0]} of its own trunk")
    return ValueModel(trunk)
