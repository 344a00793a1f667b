"""Running a transformers model, causal or encoder-decoder, over prompts that several responses share.

Sampling, scoring and the update use these same few functions, so that a log-probability means the same in each.
Every prompt is read once; its key-value cache is then repeated for its samples. That is an ordinary differentiable
operation: gradients equal those of encoding the prompt once per sample.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from inspect import signature
from typing import Any

import torch
from torch import Tensor, nn
from transformers import Cache, EncoderDecoderCache, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutput

from training.models import is_seq2seq, pad_rows

CROSS_ATTENTION = ("EncDecAttention", "encoder_attn")  # what T5 and BART, and who descends from them, call it


@dataclass(frozen=True)
class Prompts:
    """A batch of P tokenised prompts padded to L tokens. Only `mask` says what is padding, never a token id."""

    ids: Tensor  # (P, L)
    mask: Tensor  # (P, L) bool

    @classmethod
    def pad(cls, prompts: list[list[int]], model: PreTrainedModel) -> "Prompts":
        """Pads on the left for a causal model, whose response follows, and on the right for an encoder's.

        Raises ValueError for a prompt without tokens: there would be no state to choose the first token in.
        """
        if not prompts or not all(prompts):
            raise ValueError("prompts: each prompt needs at least one token")
        ids, mask = pad_rows(prompts, 0, left=not is_seq2seq(model))
        return cls(ids.to(model.device), mask.to(model.device))

    def select(self, rows: Tensor) -> "Prompts":
        """The given prompts, without columns that are padding for all of them."""
        ids, mask = self.ids[rows], self.mask[rows]
        used = mask.any(dim=0)
        return Prompts(ids[:, used], mask[:, used])


@dataclass
class Context:
    """What the next tokens of N responses are conditioned on. Changed in place by `extend`."""

    cache: Cache
    mask: Tensor  # (N, L + tokens so far) for a causal model, (N or P, L) for an encoder's prompt
    encoded: Tensor | None = None  # (N or P, L, D) encoder states
    prompt: Tensor | None = None  # (N,) which of P prompts a response is to, while siblings share what it gave

    def keep(self, rows: Tensor) -> None:
        """Drops every response but the given rows."""
        read = rows if self.prompt is None else self.prompt[rows]  # siblings may be more and fewer now
        self.prompt = None
        if isinstance(self.cache, EncoderDecoderCache):
            self.cache.self_attention_cache.batch_select_indices(rows)
            self.cache.cross_attention_cache.batch_select_indices(read)
        else:
            self.cache.batch_select_indices(rows)
        self.mask = self.mask[read]
        if self.encoded is not None:
            self.encoded = self.encoded[read]


def open_context(model: PreTrainedModel, prompts: Prompts, samples: int) -> tuple[Tensor, Context]:
    """Reads each prompt once. Returns the model's output for the first response token, (P·samples, 1, ·), and the
    context of P·samples responses; row i belongs to prompt i // samples.

    The output is logits for a model with a language-model head and hidden states for one without.
    """
    if not is_seq2seq(model):
        keep_last = {"logits_to_keep": 1} if "logits_to_keep" in signature(model.forward).parameters else {}
        output = _continue(model, prompts.ids, prompts.mask, None, **keep_last)
        output.past_key_values.batch_repeat_interleave(samples)
        context = Context(output.past_key_values, prompts.mask.repeat_interleave(samples, dim=0))
        return output[0][:, -1:].repeat_interleave(samples, dim=0), context
    encoded = model.get_encoder()(input_ids=prompts.ids, attention_mask=prompts.mask.long()).last_hidden_state
    start = torch.full_like(prompts.ids[:, :1], decoder_start(model))
    output = _decode(model, start, prompts.mask, encoded, None)
    cache = output.past_key_values
    context = Context(cache, prompts.mask, encoded)
    cache.self_attention_cache.batch_repeat_interleave(samples)
    prompt = torch.arange(len(prompts.ids), device=prompts.ids.device).repeat_interleave(samples)
    if share_cross_attention(model):
        context.prompt = prompt
    else:
        cache.cross_attention_cache.batch_repeat_interleave(samples)
        context.mask, context.encoded = prompts.mask[prompt], encoded[prompt]
    return output[0][:, -1:].repeat_interleave(samples, dim=0), context


def extend(model: PreTrainedModel, context: Context, tokens: Tensor) -> Tensor:
    """Appends tokens (N, t) to the responses and returns the model's output after each, (N, t, ·).

    Padding needs no mask here: it comes after the last real token, and no token sees a later one.
    """
    if context.encoded is not None:
        output = _decode(model, tokens, context.mask, context.encoded, context.cache)
    else:
        context.mask = torch.cat([context.mask, torch.ones_like(tokens, dtype=torch.bool)], dim=1)
        output = _continue(model, tokens, context.mask, context.cache)
    return output[0]  # type: ignore[no-any-return]


def share_cross_attention(model: nn.Module) -> bool:
    """Lets the siblings of a prompt ask its keys together, as if they were one response with all their tokens: no token
    of a response sees another in cross-attention. In place; False for a model whose cross-attention is not known."""
    found = [module for name, module in model.named_modules() if name.rpartition(".")[2] in CROSS_ATTENTION]
    for module in found:
        if not hasattr(module, "alone"):
            module.alone = module.forward
            setattr(module, "forward", _siblings_abreast(module.forward))  # noqa: B010 (a method is assigned to)
    return bool(found)


def _siblings_abreast(alone: Callable[..., Any]) -> Callable[..., Any]:
    def forward(*given: Any, **named: Any) -> Any:
        hidden, *rest = given or [named.pop("hidden_states")]
        prompts = len(named["key_value_states"])
        if len(hidden) == prompts:
            return alone(hidden, *rest, **named)
        for name in ("mask", "attention_mask"):
            if named.get(name) is not None:
                named[name] = named[name][:, :, :1]  # whatever asks, it may see the same of a prompt
        output, *more = alone(hidden.reshape(prompts, -1, hidden.shape[-1]), *rest, **named)
        return output.view_as(hidden), *more

    return forward


def outputs_per_state(model: PreTrainedModel, prompts: Prompts, samples: int, tokens: Tensor) -> Tensor:
    """The model's output in the state before each of the tokens (N, t) and in the one after the last: (N, t + 1, ·)."""
    first, context = open_context(model, prompts, samples)
    return torch.cat([first, extend(model, context, tokens)], dim=1) if tokens.shape[1] else first


def in_16_bits(bf16: bool, device: torch.device) -> AbstractContextManager[Any]:
    """Passes whose matrix products are of bfloat16, if so: weights, softmax and sums keep 32 bits."""
    return torch.autocast(device.type, torch.bfloat16, enabled=bf16)


def decoder_start(model: PreTrainedModel) -> int:
    """The token an encoder-decoder model's response begins with. Raises ValueError if its configuration has none."""
    for config in (model.config, getattr(model, "generation_config", None)):
        token = getattr(config, "decoder_start_token_id", None)
        if token is not None:
            return int(token)
    raise ValueError(f"decoder_start_token_id: {type(model).__name__} has none in its configuration")


def _continue(model: PreTrainedModel, tokens: Tensor, mask: Tensor, cache: Cache | None, **more: Any) -> Any:
    if "position_ids" in signature(model.forward).parameters:
        more["position_ids"] = (mask.cumsum(dim=1) - 1).clamp(min=0)[:, -tokens.shape[1] :]
    return model(input_ids=tokens, attention_mask=mask.long(), past_key_values=cache, use_cache=True, **more)


def _decode(model: PreTrainedModel, tokens: Tensor, mask: Tensor, encoded: Tensor, cache: Cache | None) -> Any:
    return model(
        encoder_outputs=BaseModelOutput(last_hidden_state=encoded),
        attention_mask=mask.long(),
        decoder_input_ids=tokens,
        past_key_values=cache,
        use_cache=True,
    )
