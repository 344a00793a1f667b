"""Policy and value model as one module, alone or the same on every rank.

DDP and FSDP2 look after what happens in the forward pass of the module that they were given, and nothing else. PPO's
passes read a prompt and continue it, of one model or both; so the one forward pass there is takes what to do.

Not through accelerate, which wraps the same two: it shards between accelerators only, so that two processes on CPUs
could not show that a sharded run does what an unsharded one does.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, TypeVar

import torch
from torch import nn
from torch.distributed.fsdp import FSDPModule, fully_shard
from torch.nn.parallel import DistributedDataParallel
from transformers import PreTrainedModel

from training import distributed
from training.ppo.lora import without_lora
from training.ppo.recompute import layers_of, recompute_layers
from training.ppo.value import ValueModel

T = TypeVar("T")


class Learner(nn.Module):
    """Models that `work` is done with, in a forward pass of them all."""

    def __init__(self, *models: nn.Module) -> None:
        super().__init__()
        self.models = nn.ModuleList(models)

    def forward(self, work: Callable[..., T]) -> T:
        return work(*self.models)


def spread(learner: nn.Module, parallel: str) -> nn.Module:
    """The learner for several ranks, with the weights of the first; itself where there is one."""
    if distributed.ranks() == 1:
        return learner
    if parallel == "ddp":
        if not any(parameter.requires_grad for parameter in learner.parameters()):
            return learner
        return DistributedDataParallel(learner, broadcast_buffers=False, find_unused_parameters=True)
    for layer in layers_of(learner):
        fully_shard(layer)
    fully_shard(learner)
    return learner


@contextmanager
def unsharded(model: nn.Module) -> Iterator[None]:
    """Inside a forward pass of a sharded learner: all of the model's weights on every rank for the length of a block,
    which sampling wants, because it asks for them at each token."""
    sharded = [module for module in model.modules() if isinstance(module, FSDPModule)]
    for module in sharded:
        module.set_reshard_after_forward(False, recurse=False)
        module.unshard()
    try:
        yield
    finally:
        for module in sharded:
            module.set_reshard_after_forward(True, recurse=False)
            module.reshard()


def without_sync(learner: nn.Module) -> AbstractContextManager[Any]:
    """Gradients stay with their rank, for the passes before the last of an optimizer step. Sharded ones cannot."""
    return learner.no_sync() if isinstance(learner, DistributedDataParallel) else nullcontext()


@dataclass
class Models:
    """What PPO trains, and the frozen policy it must stay close to: none where the policy has adapters, and is that
    policy without them.

    All passes go through `learner`, which has policy and value model, and `frozen`, which has the reference: on several
    ranks they are what keeps weights together. `ask_policy`, `ask_value` and `ask_reference` give what some work makes
    of that model, without gradients.
    """

    policy: PreTrainedModel
    reference: PreTrainedModel | None
    value: ValueModel
    end_tokens: frozenset[int]
    learner: nn.Module = field(init=False)
    frozen: nn.Module | None = field(init=False)

    def __post_init__(self) -> None:
        self.learner = Learner(self.policy, self.value)
        self.frozen = None if self.reference is None else Learner(self.reference)

    def prepare(self, parallel: str = "ddp", *, activation_checkpointing: bool = False) -> None:
        """Dropout off everywhere; no gradients for the reference; spread over the ranks."""
        if activation_checkpointing:
            recompute_layers(self.learner)
        if self.frozen is not None:
            self.frozen = spread(self.frozen.eval().requires_grad_(False), parallel)
        self.learner = spread(self.learner.eval(), parallel)

    def ask_policy(self, work: Callable[[PreTrainedModel], T]) -> T:
        return _ask(self.learner, 0, work)

    def ask_value(self, work: Callable[[ValueModel], T]) -> T:
        return _ask(self.learner, 1, work)

    def ask_reference(self, work: Callable[[PreTrainedModel], T]) -> T:
        if self.frozen is not None:
            return _ask(self.frozen, 0, work)

        def plain(policy: PreTrainedModel) -> T:
            with without_lora(policy):
                return work(policy)

        return self.ask_policy(plain)


@torch.no_grad()
def _ask(learner: nn.Module, index: int, work: Callable[[Any], T]) -> T:
    def whole(*models: nn.Module) -> T:
        with unsharded(models[index]):
            return work(models[index])

    return learner(whole)  # type: ignore[no-any-return]
