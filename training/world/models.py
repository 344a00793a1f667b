"""The world's models before anything is learned: a tokenizer of its words, a tiny policy and a tiny encoder."""

from random import Random

import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit
from transformers import BertConfig, BertModel, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from training.world.examples import draw_example
from training.world.language import ATTRIBUTES, FILLERS, NAMES

PAD, START, END, UNKNOWN = SPECIAL = ("<pad>", "<s>", "</s>", "<unk>")
HIDDEN, HEADS, POSITIONS = 64, 4, 256
INITIAL_STD = 0.05
MATCHING_SCALE, COPYING_SCALE = 3.0, 4.0


def make_tokenizer() -> PreTrainedTokenizerFast:
    """One token per word or mark of the world's prompts and responses, split at white space, and nothing else."""
    words = set(draw_example(Random(0), "train", 0)["prompt"].split()) | set(NAMES)
    for attribute in ATTRIBUTES:
        words |= {attribute.key, *attribute.verb, *attribute.values}
    for filler in FILLERS:
        words |= set(filler)
    vocabulary = {word: number for number, word in enumerate([*SPECIAL, *sorted(words)])}
    backend = Tokenizer(WordLevel(vocabulary, unk_token=UNKNOWN))
    backend.pre_tokenizer = WhitespaceSplit()
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        bos_token=START,
        cls_token=START,
        eos_token=END,
        sep_token=END,
        pad_token=PAD,
        unk_token=UNKNOWN,
        clean_up_tokenization_spaces=False,
        model_max_length=POSITIONS,
    )


def make_policy(tokenizer: PreTrainedTokenizerFast, seed: int) -> LlamaForCausalLM:
    """An untrained decoder with about 150,000 parameters.

    Its first layer starts by handing on the words it looks at, its second by looking for what it has itself: so the
    way to look up what followed a word before is near, and copying is learned in seconds instead of minutes.
    """
    torch.manual_seed(seed)
    policy = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=HIDDEN,
            intermediate_size=4 * HIDDEN,
            num_hidden_layers=2,
            num_attention_heads=HEADS,
            max_position_embeddings=POSITIONS,
            tie_word_embeddings=True,
            initializer_range=INITIAL_STD,
            pad_token_id=tokenizer.pad_token_id,
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
        )
    )
    first, second = (layer.self_attn for layer in policy.model.layers)
    with torch.no_grad():
        first.v_proj.weight.mul_(COPYING_SCALE)
        first.o_proj.weight.copy_(first.v_proj.weight.T)
        second.q_proj.weight.mul_(MATCHING_SCALE)
        second.k_proj.weight.copy_(second.q_proj.weight)
    return policy


def make_encoder(tokenizer: PreTrainedTokenizerFast, seed: int) -> BertModel:
    """An untrained encoder with about 185,000 parameters.

    In its first layer queries start equal to keys, so that every word begins by looking for itself elsewhere.
    From other starts, comparing an answer with its passage was not learned in a minute.
    """
    torch.manual_seed(seed)
    encoder = BertModel(
        BertConfig(
            vocab_size=len(tokenizer),
            hidden_size=HIDDEN,
            intermediate_size=4 * HIDDEN,
            num_hidden_layers=3,
            num_attention_heads=HEADS,
            max_position_embeddings=POSITIONS,
            type_vocab_size=2,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            initializer_range=INITIAL_STD,
            pad_token_id=tokenizer.pad_token_id,
        ),
        add_pooling_layer=False,
    )
    attention = encoder.encoder.layer[0].attention.self
    with torch.no_grad():
        attention.query.weight.mul_(MATCHING_SCALE)
        attention.key.weight.copy_(attention.query.weight)
    return encoder
