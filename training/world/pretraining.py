"""Pre-training of the world's encoder: telling replaced words from original ones (Clark et al. 2020, ELECTRA).

It plays the part that pre-training plays for the paper's reward models: it sees a clean corpus only, no errors
that anyone made and no judgement of anyone, and learns to compare an answer with its question and passage.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits
from transformers import BertModel, PreTrainedTokenizerFast

from training.world.language import CLAUSE_END, SENTENCE_END

REPLACED, INSERTED, FROM_ITSELF = 0.3, 0.4, 0.4
WARMUP_STEPS, MAX_GRAD_NORM = 50, 1.0

Word = tuple[str, bool]


class Corruptor:
    """Corrupts answers of a corpus with what other answers of it hold; a word it put there is paired with True.

    A word may become another that follows the same word somewhere in the corpus, and clauses may be added from
    other answers about the same person or from the answer itself.
    """

    def __init__(self, corpus: Sequence[dict], rng: Random) -> None:
        self.rng = rng
        self.followers: dict[str, list[str]] = defaultdict(list)
        self.answers: dict[str, list[str]] = defaultdict(list)
        for example in corpus:
            words = example["reference"].split()
            self.answers[words[0]].append(example["reference"])
            for before, word in pairwise(words):
                self.followers[before].append(word)

    def __call__(self, reference: str) -> list[Word]:
        pieces = [self._replace(piece) for piece in _pieces(reference)]
        while self.rng.random() < INSERTED:
            other = reference
            if self.rng.random() >= FROM_ITSELF:
                other = self.rng.choice(self.answers[reference.split()[0]])
            piece = [(word, True) for word in self.rng.choice(_pieces(other))]
            pieces.insert(self.rng.randint(1, len(pieces)), piece)
        return [word for piece in pieces for word in piece]

    def _replace(self, piece: list[str]) -> list[Word]:
        words = [(piece[0], False)]
        for before, word in pairwise(piece):
            drawn = self.rng.choice(self.followers[before]) if self.rng.random() < REPLACED else word
            words.append((drawn, drawn != word))
        return words


def pretrain_encoder(
    encoder: BertModel,
    tokenizer: PreTrainedTokenizerFast,
    corpus: Sequence[dict],
    *,
    steps: int,
    batch_size: int,
    learning_rate: float,
    rng: Random,
    report: Callable[[int, float], None],
) -> None:
    """Train `encoder` in place on `steps` batches of `corpus`, examples with a clean reference.

    A line is corrupted anew each time. `report` is given the step and the mean loss since it was last called, ten times
    in all.
    """
    corrupt = Corruptor(corpus, rng)
    head = nn.Linear(encoder.config.hidden_size, 1)
    parameters = [*encoder.parameters(), *head.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=learning_rate, betas=(0.9, 0.98), weight_decay=0.01)
    encoder.train()
    losses: list[float] = []
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate * min((step + 1) / WARMUP_STEPS, 2 * (1 - step / steps), 1.0)
        drawn = rng.choices(corpus, k=batch_size)
        ids, types, replaced = _batch(tokenizer, [(e["prompt"], corrupt(e["reference"])) for e in drawn])
        mask = (ids != tokenizer.pad_token_id).long()
        hidden = encoder(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state
        labelled = replaced >= 0
        loss = binary_cross_entropy_with_logits(head(hidden)[..., 0][labelled], replaced[labelled])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, MAX_GRAD_NORM)
        optimizer.step()
        losses.append(loss.item())
        if len(losses) == max(steps // 10, 1):
            report(step + 1, sum(losses) / len(losses))
            losses.clear()
    encoder.eval()


def _batch(tokenizer: PreTrainedTokenizerFast, rows: Sequence[tuple[str, list[Word]]]) -> tuple[Tensor, Tensor, Tensor]:
    """Token ids (B, T), types (B, T; 1 from the answer on) and labels (B, T; 1.0 replaced, 0.0 not, -1.0 no label)."""
    start, end = tokenizer.cls_token_id, tokenizer.sep_token_id
    ids, types, labels = [], [], []
    for prompt, words in rows:
        before = [start, *tokenizer.convert_tokens_to_ids(prompt.split()), end]
        answer = tokenizer.convert_tokens_to_ids([word for word, _ in words])
        ids.append(torch.tensor([*before, *answer, end]))
        types.append(torch.tensor([0] * len(before) + [1] * (len(answer) + 1)))
        labels.append(torch.tensor([-1.0] * len(before) + [float(put) for _, put in words] + [-1.0]))
    pad = nn.utils.rnn.pad_sequence
    return (
        pad(ids, batch_first=True, padding_value=tokenizer.pad_token_id),
        pad(types, batch_first=True),
        pad(labels, batch_first=True, padding_value=-1.0),
    )


def _pieces(text: str) -> list[list[str]]:
    """The clauses of `text` as words, each with its closing mark."""
    pieces: list[list[str]] = [[]]
    for word in text.split():
        pieces[-1].append(word)
        if word in (CLAUSE_END, SENTENCE_END):
            pieces.append([])
    return [piece for piece in pieces if piece]
