"""Activation checkpointing (Chen et al. 2016): layers forget what they computed, and compute it again for the gradient.

The one of transformers does without the cache of keys and values, which is how responses see their prompt here. So that
a layer adds to the cache what it added before, and once, it finds it the second time as it was the first.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint
from transformers import Cache, EncoderDecoderCache


def layers_of(model: nn.Module) -> list[nn.Module]:
    """The layers of a transformers model, or of several in one module: what they do not want to be split."""
    names = {name for part in model.modules() for name in getattr(part, "_no_split_modules", None) or ()}
    return [module for module in model.modules() if type(module).__name__ in names]


def recompute_layers(model: nn.Module) -> None:
    """Lets every layer forget its activations in passes with gradients; in place."""
    for layer in layers_of(model):
        setattr(layer, "forward", _recomputed(layer.forward))  # noqa: B010 (a method is assigned to)


def _recomputed(forward: Callable[..., Any]) -> Callable[..., Any]:
    def run(*given: Any, **named: Any) -> Any:
        if not torch.is_grad_enabled():
            return forward(*given, **named)
        caches = [x for x in (*given, *named.values()) if isinstance(x, Cache)]
        before = [state for cache in caches for state in _states(cache)]

        def again(*given: Any) -> Any:
            for holder, state in before:
                vars(holder).update({name: x.copy() if isinstance(x, dict | list) else x for name, x in state.items()})
            return forward(*given, **named)

        return checkpoint(again, *given, use_reentrant=False, preserve_rng_state=False)

    return run


def _states(cache: Cache) -> list[tuple[Any, dict[str, Any]]]:
    """What the cache and its parts hold now; no tensor is ever changed in place."""
    if isinstance(cache, EncoderDecoderCache):
        parts = [*_states(cache.self_attention_cache), *_states(cache.cross_attention_cache)]
        return [*parts, (cache, {"is_updated": cache.is_updated.copy()})]
    return [(cache, {"layers": cache.layers.copy()}), *((layer, vars(layer).copy()) for layer in cache.layers)]
