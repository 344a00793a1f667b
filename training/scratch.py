"""Tiny models from nothing: a byte-level tokenizer trained on given texts and a randomly initialised transformer."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from torch import nn
from transformers import (
    BertConfig,
    BertModel,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
    T5Config,
    T5ForConditionalGeneration,
)

Family = Literal["encoder", "causal", "t5"]
MATCHING_GAIN, PLACE_SCALE = 1.25, 0.25
PAD, START, END, SEPARATOR = "<pad>", "<s>", "</s>", "<sep>"


def make_tokenizer(texts: Iterable[str], vocabulary: int) -> Any:
    """Byte-level BPE with at most `vocabulary` entries (at least 260: all bytes and the special ones)."""
    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[PAD, START, END, SEPARATOR],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    backend.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=backend, pad_token=PAD, bos_token=START, eos_token=END, sep_token=SEPARATOR
    )


def make_model(family: Family, tokenizer: Any, hidden: int, layers: int, positions: int) -> Any:
    """A model of a family with random weights from torch's generator; heads of 32, feed-forward of 4 x hidden."""
    shared = {"vocab_size": len(tokenizer), "pad_token_id": tokenizer.pad_token_id}
    shared |= {"bos_token_id": tokenizer.bos_token_id, "eos_token_id": tokenizer.eos_token_id}
    heads = max(1, hidden // 32)
    if family == "t5":
        config = T5Config(
            **shared,
            d_model=hidden,
            d_kv=hidden // heads,
            d_ff=4 * hidden,
            num_layers=layers,
            num_heads=heads,
            feed_forward_proj="gated-gelu",
            dropout_rate=0.0,
            decoder_start_token_id=tokenizer.pad_token_id,
        )
        return T5ForConditionalGeneration(config)
    sizes = {"hidden_size": hidden, "num_hidden_layers": layers, "num_attention_heads": heads}
    sizes |= {"intermediate_size": 4 * hidden, "max_position_embeddings": positions}
    if family == "causal":
        return LlamaForCausalLM(LlamaConfig(**shared, **sizes, tie_word_embeddings=True))
    config = BertConfig(**shared, **sizes, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
    encoder = BertModel(config, add_pooling_layer=False)
    _start_by_matching(encoder)
    return encoder


@torch.no_grad()
def _start_by_matching(encoder: BertModel) -> None:
    """Let every token begin by looking for itself elsewhere: queries equal to keys, places nearly alike.

    Comparing a response with its passages is slow to be learned from a random start and is most of what errors are
    told by. Equal queries and keys are where trained attention tends to (Trockman and Kolter 2023, arXiv
    2305.09828).
    """
    encoder.embeddings.position_embeddings.weight.mul_(PLACE_SCALE)
    encoder.embeddings.token_type_embeddings.weight.mul_(PLACE_SCALE)
    for layer in encoder.encoder.layer:
        attention = layer.attention.self
        nn.init.orthogonal_(attention.query.weight, gain=MATCHING_GAIN)
        attention.key.weight.copy_(attention.query.weight)


def make_folder(
    folder: Path,
    family: Family,
    texts: Iterable[str],
    *,
    vocabulary: int,
    hidden: int,
    layers: int,
    positions: int,
    seed: int,
) -> None:
    """A folder that transformers loads, the same for the same arguments."""
    torch.manual_seed(seed)
    tokenizer = make_tokenizer(texts, vocabulary)
    make_model(family, tokenizer, hidden, layers, positions).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
