from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from tests.training.ppo.tiny import ARCHITECTURES, experience_of, lora_models_of, models_of, spec_of
from training.ppo.learner import Models
from training.ppo.recompute import recompute_layers
from training.ppo.update import accumulate_gradients


def gradients(models: Models) -> tuple[list[Tensor], int]:
    """Of everything that learns, and how many numbers were kept for them."""
    spec, kept = spec_of(), 0
    experience = experience_of(models, spec)
    tokens = experience.rollout.response_mask.sum()

    def pack(x: Tensor) -> Tensor:
        nonlocal kept
        kept += x.numel()
        return x

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda x: x):
        accumulate_gradients(models, experience, torch.arange(6), spec, tokens, {})
    return [x.grad for module in (models.policy, models.value) for x in module.parameters() if x.grad is not None], kept


@pytest.mark.parametrize(("make", "name"), [*((models_of, name) for name in ARCHITECTURES), (lora_models_of, "llama")])
def test_gradients_are_the_same_and_less_is_kept(make: Callable[[str], Models], name: str) -> None:
    expected, kept = gradients(make(name))
    models = make(name)
    recompute_layers(models.learner)
    found, kept_then = gradients(models)
    assert kept_then < 0.6 * kept
    assert max(x.abs().max() for x in expected) > 1e-3
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, atol=1e-6, rtol=1e-5)
