"""Running a transformers model, causal or encoder-decoder, over prompts that several responses share.

Sampling, scoring and the update use these same few functions, so that a log-probability means the same in each.
Every prompt is read once; its key-value cache is then repeated for its samples. That is an ordinary differentiable
operation: gradients equal those of encoding the prompt once per sample.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from inspect import signature
from typing import Any

import torch
from torch import Tensor
from transformers import Cache, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutput

from training.models import is_seq2seq, pad_rows


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
    mask: Tensor  # (N, L + tokens so far) for a causal model, (N, L) for an encoder's prompt
    encoded: Tensor | None  # (N, L, D) encoder states

    def keep(self, rows: Tensor) -> None:
        """Drops every response but the given rows."""
        self.cache.batch_select_indices(rows)
        self.mask = self.mask[rows]
        if self.encoded is not None:
            self.encoded = self.encoded[rows]


def open_context(model: PreTrainedModel, prompts: Prompts, samples: int) -> tuple[Tensor, Context]:
    """Reads each prompt once. Returns the model's output for the first response token, (P·samples, 1, ·), and the
    context of P·samples responses; row i belongs to prompt i // samples.

    The output is logits for a model with a language-model head and hidden states for one without.
    """
    if is_seq2seq(model):
        encoded = model.get_encoder()(input_ids=prompts.ids, attention_mask=prompts.mask.long()).last_hidden_state
        start = torch.full_like(prompts.ids[:, :1], decoder_start(model))
        output = _decode(model, start, prompts.mask, encoded, None)
        encoded = encoded.repeat_interleave(samples, dim=0)
    else:
        encoded = None
        keep_last = {"logits_to_keep": 1} if "logits_to_keep" in signature(model.forward).parameters else {}
        output = _continue(model, prompts.ids, prompts.mask, None, **keep_last)
    past = output.past_key_values
    past.batch_repeat_interleave(samples)
    context = Context(past, prompts.mask.repeat_interleave(samples, dim=0), encoded)
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
