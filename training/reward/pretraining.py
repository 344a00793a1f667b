"""Pre-training of an encoder from scratch on texts alone: where does each token of a response come from?

It stands in for the pre-training of a hub model where none is at hand. For every token of a response the encoder
tells whether it was put there (as in ELECTRA, Clark et al. 2020, arXiv 2003.10555, by what follows the token before
it elsewhere), and, for tokens rare enough to say something, whether the question, the passages or the response so
far hold it too. That is what a reward model needs most, comparing a response with its question, its passages and
itself, and a few hundred judged responses do not teach it.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from annotator.domain.records import Example
from training.batching import epoch_batches, learning_rate, make_optimizer, step_optimizer
from training.models import device
from training.reward.encoder import Encoder
from training.reward.inputs import RewardInput, reward_batch, reward_inputs

REPLACED = 0.2  # share of tokens
COMMON = 0.2  # a token that this share of the prompts hold says nothing about where it comes from
QUESTIONS = 4  # replaced, in the question, in the passages, earlier in the response


@dataclass(frozen=True, slots=True)
class Text:
    """A response as the reward models read it, and the rare tokens of its question and of its passages."""

    row: RewardInput
    question: frozenset[int]
    passages: frozenset[int]


@dataclass(frozen=True, slots=True)
class Corpus:
    """following: for each token of the responses every token that comes after it, as often as it does."""

    texts: list[Text]
    following: dict[int, list[int]]
    common: frozenset[int]


def read_corpus(answered: Sequence[tuple[Example, Sequence[str]]], tokenizer: Any, max_tokens: int) -> Corpus:
    """answered: examples to train on with their responses."""

    def tokens(text: str) -> frozenset[int]:
        return frozenset(tokenizer.backend_tokenizer.encode(f" {text}", add_special_tokens=False).ids)

    counts = Counter(token for example, _ in answered for token in tokens(example.prompt))
    common = frozenset(token for token, count in counts.items() if count > COMMON * len(answered))
    texts = []
    following: dict[int, list[int]] = defaultdict(list)
    for example, responses in answered:
        question = tokens(example.question) - common
        passages = tokens(" ".join(part for p in example.passages for part in (p.title, *p.sentences))) - common
        for row in reward_inputs(tokenizer, [example.prompt] * len(responses), responses, max_tokens):
            texts.append(Text(row, question, passages))
            for before, token in pairwise(_response(row)):
                following[before].append(token)
    return Corpus(texts, dict(following), common)


def _response(row: RewardInput) -> list[int]:
    return [token for token, char in zip(row.ids, row.chars, strict=True) if char >= 0]


def corrupt(text: Text, corpus: Corpus, rng: Random) -> tuple[RewardInput, list[list[bool]]]:
    """The row with some tokens of its response replaced, and for each token of the response the QUESTIONS' answers."""
    ids = list(text.row.ids)
    answers: list[list[bool]] = []
    seen: set[int] = set()
    for index, char in enumerate(text.row.chars):
        if char < 0:
            continue
        if rng.random() < REPLACED:
            ids[index] = rng.choice(corpus.following.get(ids[index - 1], [ids[index]]))
        token = ids[index]
        rare = token not in corpus.common
        answers.append(
            [token != text.row.ids[index], token in text.question, token in text.passages, rare and token in seen]
        )
        seen.add(token)
    return RewardInput(ids, text.row.chars), answers


def pretrain(
    encoder: Encoder, tokenizer: Any, corpus: Corpus, *, steps: int, batch_size: int, peak: float, seed: int
) -> Iterator[tuple[int, float]]:
    """Train the encoder in place; yields (steps finished, loss)."""
    rng = Random(seed)
    head = nn.Linear(encoder.hidden_size, QUESTIONS).to(device())
    optimizer = make_optimizer([*encoder.parameters(), *head.parameters()])
    lengths = [len(text.row.ids) for text in corpus.texts]
    per_epoch = math.ceil(len(lengths) / batch_size)
    encoder.train()
    for step in range(steps):
        epoch, position = divmod(step, per_epoch)
        chosen = epoch_batches(lengths, batch_size, seed, epoch)[position]
        loss = _loss(encoder, head, tokenizer, [corrupt(corpus.texts[index], corpus, rng) for index in chosen])
        step_optimizer(optimizer, loss, learning_rate(peak, step, steps))
        yield step + 1, float(loss.detach())
    encoder.eval()


def _loss(
    encoder: Encoder, head: nn.Module, tokenizer: Any, drawn: Sequence[tuple[RewardInput, list[list[bool]]]]
) -> Tensor:
    batch = reward_batch(tokenizer, [row for row, _ in drawn]).to(device())
    target = torch.tensor([answer for _, answers in drawn for answer in answers], dtype=torch.float32, device=device())
    return functional.binary_cross_entropy_with_logits(head(encoder(batch)[batch.chars >= 0]), target)
