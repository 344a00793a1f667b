"""Transformers models by folder or hub name: safetensors only, never code that comes with a model."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from torch import nn
from transformers import (
    MODEL_FOR_CAUSAL_LM_MAPPING,
    MODEL_FOR_MASKED_LM_MAPPING,
    MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING,
    AutoConfig,
    AutoModel,
    AutoModelForCausalLM,
    AutoModelForSeq2SeqLM,
    AutoModelForTextEncoding,
    AutoTokenizer,
)
from transformers.utils import logging

from annotator.domain.errors import DomainError

logging.disable_progress_bar()  # a log is no place for bars
logging.set_verbosity_error()  # what a load leaves out is checked below, and refused if it matters
TAIL_TOKENS = 16  # what a prompt that is too long keeps of its end, where the cue to answer stands


def device() -> torch.device:
    """The accelerator of this process if it has one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def load_config(model: str) -> Any:
    """Configuration of a model. DomainError invalid_model if the folder or hub name holds none."""
    _check_folder(model)
    try:
        return AutoConfig.from_pretrained(model, trust_remote_code=False)
    except (OSError, ValueError, KeyError) as error:
        raise _invalid(model, error) from error


def load_tokenizer(model: str) -> Any:
    """Tokenizer of a model. DomainError invalid_model if there is none or it has no end-of-sequence token."""
    _check_folder(model)
    try:
        tokenizer = AutoTokenizer.from_pretrained(model, trust_remote_code=False)
    except (OSError, ValueError, KeyError) as error:
        raise _invalid(model, error) from error
    if not hasattr(tokenizer, "backend_tokenizer"):
        raise _invalid(model, "its tokenizer has no fast (tokenizers) implementation")
    # Some tokenizer files, those of sentence encoders above all, cut and pad every text to a length of their own.
    tokenizer.backend_tokenizer.no_truncation()
    tokenizer.backend_tokenizer.no_padding()
    return tokenizer


def load_policy(model: str) -> Any:
    """Causal or encoder-decoder language model in float32. DomainError invalid_model if it is neither or lacks
    weights.
    """
    config = load_config(model)
    auto = AutoModelForSeq2SeqLM if config.is_encoder_decoder else AutoModelForCausalLM
    return _load(auto, model)


def load_trunk(model: str) -> Any:
    """The model without its language-model head, in float32, to put a value head on (encoder and decoder for T5)."""
    return _load(AutoModel, model)


def load_encoder(model: str) -> Any:
    """The trunk that reads a text: the encoder alone of an encoder-decoder, else what `load_trunk` gives."""
    seq2seq = type(load_config(model)) in MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING
    return _load(AutoModelForTextEncoding if seq2seq else AutoModel, model)


def longest_input(config: Any) -> int:
    """Ids that a model can read at once; without a bound for relative positions."""
    positions = getattr(config, "max_position_embeddings", None)
    # RoBERTa and its kin count positions from the padding id on.
    return positions - 2 if positions else 2**31


def is_seq2seq(model: Any) -> bool:
    return bool(model.config.is_encoder_decoder)


def is_causal(model: Any) -> bool:
    """Whether each position of a trunk sees only what stands before it."""
    kind = type(model.config)
    return bool(getattr(model.config, "is_decoder", False)) or (
        kind in MODEL_FOR_CAUSAL_LM_MAPPING and kind not in MODEL_FOR_MASKED_LM_MAPPING
    )


def eos_id(tokenizer: Any) -> int:
    """The id that ends a response. DomainError invalid_model if the tokenizer has none."""
    if tokenizer.eos_token_id is None:
        raise _invalid(tokenizer.name_or_path, "its tokenizer has no end-of-sequence token")
    return int(tokenizer.eos_token_id)


def pad_id(tokenizer: Any) -> int:
    """An id to fill rows with. It may be any id, even one in use: masks come from lengths, never from comparing
    with it.
    """
    return int(tokenizer.pad_token_id or 0)


def encode_prompts(tokenizer: Any, prompts: Sequence[str], max_tokens: int, *, seq2seq: bool) -> list[list[int]]:
    """Ids of prompts with the special tokens that the model expects, at most `max_tokens` each.

    One that is too long loses its middle: the question at its start and the cue at its end stay. A causal model's
    prompt does not end with the end of sequence, even where the tokenizer would put one.
    """
    rows = tokenizer(list(prompts), add_special_tokens=True)["input_ids"] if prompts else []
    end = tokenizer.eos_token_id
    if not seq2seq:
        rows = [row[:-1] if row and row[-1] == end else row for row in rows]
    return [cut_middle(row, max_tokens) for row in rows]


def encode_responses(tokenizer: Any, responses: Sequence[str], max_tokens: int) -> list[list[int]]:
    """Ids of responses, each ended by the end of sequence unless `max_tokens` cuts it off."""
    rows = tokenizer(list(responses), add_special_tokens=False)["input_ids"] if responses else []
    return [[*row, eos_id(tokenizer)][:max_tokens] for row in rows]


def cut_middle(ids: list[int], max_tokens: int) -> list[int]:
    """At most `max_tokens` ids: the first ones and the last few."""
    if len(ids) <= max_tokens:
        return ids
    tail = min(TAIL_TOKENS, max_tokens // 4)
    return ids[: max_tokens - tail] + ids[len(ids) - tail :]


def pad_rows(rows: Sequence[Sequence[int]], fill: int, *, left: bool = False) -> tuple[torch.Tensor, torch.Tensor]:
    """Rows of ids as (B, T) int64 and their mask (B, T) bool, by length."""
    width = max((len(row) for row in rows), default=0)
    ids = torch.full((len(rows), width), fill, dtype=torch.long)
    mask = torch.zeros((len(rows), width), dtype=torch.bool)
    for index, row in enumerate(rows):
        place = slice(width - len(row), width) if left else slice(0, len(row))
        ids[index, place] = torch.tensor(row, dtype=torch.long)
        mask[index, place] = True
    return ids, mask


def save_artifact(folder: Path, model: nn.Module, tokenizer: Any, title: str, facts: Mapping[str, Any]) -> None:
    """A folder that transformers loads, with a model card that says what it was made from."""
    model.save_pretrained(folder)  # type: ignore[operator]
    tokenizer.save_pretrained(folder)
    write_card(folder, title, facts)


def write_card(folder: Path, title: str, facts: Mapping[str, Any]) -> None:
    """README.md of a model: a title and facts (job, seed, dataset hash, settings, metrics) as a table and JSON."""
    rows = [f"| {name} | {value} |" for name, value in facts.items() if not isinstance(value, dict)]
    tables = [
        f"\n## {name}\n\n```json\n{json.dumps(value, indent=1)}\n```"
        for name, value in facts.items()
        if isinstance(value, dict)
    ]
    text = "\n".join(
        ["---", "library_name: transformers", "---", f"# {title}", "", "| | |", "|---|---|", *rows, *tables]
    )
    (folder / "README.md").write_text(text + "\n", encoding="utf-8")


def _load(auto: Any, model: str) -> Any:
    _check_folder(model)
    try:
        loaded, report = auto.from_pretrained(
            model, trust_remote_code=False, use_safetensors=True, dtype=torch.float32, output_loading_info=True
        )
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise _invalid(model, error) from error
    missing = [key for key in report["missing_keys"] if "pooler" not in key]
    if missing:
        raise _invalid(model, f"it has no weights for {sorted(missing)[0]} and {len(missing) - 1} more")
    return loaded.to(device())


def _check_folder(model: str) -> None:
    if Path(model).is_absolute() and not (Path(model) / "config.json").is_file():
        raise _invalid(model, "it is not a folder with a config.json")


def _invalid(model: str, reason: object) -> DomainError:
    message = f"{model} is not a model that can be used here: {str(reason).strip().splitlines()[0]}"
    return DomainError("invalid_model", message, {"model": model})
