"""Pre-training of an encoder from scratch on texts alone: where does each token of a response come from?

It stands in for the pre-training of a hub model where none is at hand. For every token of a response the encoder
tells whether the question, the passages and the response so far hold it too; tokens that are common everywhere say
nothing and count as held by none. Comparing a response with its question, its passages and itself is what a reward
model needs most, and a few hundred judged responses do not teach it.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from annotator.domain.records import Example
from training.batching import epoch_batches, learning_rate, make_optimizer, step_optimizer
from training.models import device
from training.reward.encoder import Encoder
from training.reward.inputs import Reading, RewardInput, reward_batch, reward_inputs

COMMON = 0.2  # a token that this share of the prompts hold says nothing about where it comes from
SOURCES = 3  # the question, the passages, the response so far


@dataclass(frozen=True, slots=True)
class Text:
    """A response as the reward models read it, and for each of its tokens whether each of the SOURCES holds it."""

    row: RewardInput
    held: list[list[bool]]


def read_texts(answered: Sequence[tuple[Example, Sequence[str]]], tokenizer: Any, max_tokens: int) -> list[Text]:
    """answered: examples to train on with their responses."""

    def tokens(text: str) -> frozenset[int]:
        return frozenset(tokenizer.backend_tokenizer.encode(f" {text}", add_special_tokens=False).ids)

    counts = Counter(token for example, _ in answered for token in tokens(example.prompt))
    common = frozenset(token for token, count in counts.items() if count > COMMON * len(answered))
    texts = []
    for example, responses in answered:
        question = tokens(example.question) - common
        passages = tokens(" ".join(part for p in example.passages for part in (p.title, *p.sentences))) - common
        for row in reward_inputs(Reading(tokenizer, max_tokens), [example.prompt] * len(responses), responses):
            seen: set[int] = set()
            held = []
            for token, char in zip(row.ids, row.chars, strict=True):
                if char >= 0:
                    held.append([token in question, token in passages, token in seen])
                    seen |= {token} - common
            texts.append(Text(row, held))
    return texts


def pretrain(
    encoder: Encoder, tokenizer: Any, texts: Sequence[Text], *, steps: int, batch_size: int, peak: float, seed: int
) -> Iterator[tuple[int, float]]:
    """Train the encoder in place; yields (steps finished, loss)."""
    head = nn.Linear(encoder.hidden_size, SOURCES).to(device())
    optimizer = make_optimizer([*encoder.parameters(), *head.parameters()])
    lengths = [len(text.row.ids) for text in texts]
    per_epoch = math.ceil(len(texts) / batch_size)
    encoder.train()
    for step in range(steps):
        epoch, position = divmod(step, per_epoch)
        chosen = [texts[index] for index in epoch_batches(lengths, batch_size, seed, epoch)[position]]
        batch = reward_batch(tokenizer, [text.row for text in chosen]).to(device())
        held = torch.tensor([token for text in chosen for token in text.held], dtype=torch.float32, device=device())
        loss = functional.binary_cross_entropy_with_logits(head(encoder(batch)[batch.chars >= 0]), held)
        step_optimizer(optimizer, loss, learning_rate(peak, step, steps))
        yield step + 1, float(loss.detach())
    encoder.eval()
