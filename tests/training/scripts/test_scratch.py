"""A base made from nothing: the same for a seed, from training texts alone, and it learns where tokens come from."""

from pathlib import Path

import pytest
import torch

from tests.training.records import GOOD, make_record, make_records
from training.models import load_encoder, load_policy, load_tokenizer
from training.reward.encoder import Encoder
from training.reward.pretraining import pretrain, read_texts
from training.runs import folder_sha256
from training.scratch import make_model, make_tokenizer
from training.scripts.scratch import make_base, training_texts

RECORDS = make_records(16)
ANSWERED = training_texts([record.example for record in RECORDS], RECORDS)


def test_only_training_examples_are_read() -> None:
    assert len(ANSWERED) == 12
    assert {example.metadata["split"] for example, _ in ANSWERED} == {"train"}
    example, texts = ANSWERED[0]
    assert set(texts) == {response.text for response in RECORDS[0].responses} | {example.reference}


def test_a_base_is_the_same_for_a_seed(tmp_path: Path) -> None:
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        make_base(tmp_path / name, "encoder", ANSWERED, steps=3, seed=seed)
    a, b, c = (folder_sha256(tmp_path / name) for name in "abc")
    assert a == b != c
    load_encoder(str(tmp_path / "a"))


@pytest.mark.parametrize("family", ["causal", "t5"])
def test_a_policy_from_nothing(family: str, tmp_path: Path) -> None:
    make_base(tmp_path / "p", family, ANSWERED, steps=0, seed=0)
    assert load_policy(str(tmp_path / "p")).num_parameters() > 0
    text = f"{GOOD} naïve 😀"
    tokenizer = load_tokenizer(str(tmp_path / "p"))
    assert tokenizer.decode(tokenizer.encode(text, add_special_tokens=False)) == text


def test_where_a_token_comes_from() -> None:
    record = make_record("0", "Which river?")
    other = make_record("1", "What colour?")
    answered = [(record.example, ["A river brings a river."]), *([(other.example, ["Zebras."])] * 9)]
    texts = [text for example, responses in answered for text in (example.prompt, *responses)]
    tokenizer = make_tokenizer(texts, 2000)
    first = read_texts(answered, tokenizer, 300)[0]
    ids = [token for token, char in zip(first.row.ids, first.row.chars, strict=True) if char >= 0]
    held = {tokenizer.decode([token]): row for token, row in zip(ids, first.held, strict=True)}
    assert held[" brings"] == [False, False, False], "every prompt's passages have it, so it says nothing"
    assert len(first.held) == len(ids)


def test_pretraining_learns() -> None:
    questions = [f"What is {name}?" for name in ("amber", "beryl", "coral", "dusk", "ember", "flint")]
    examples = [make_record(str(n), question, "train").example for n, question in enumerate(questions)]
    answered = [(e, [f"It is {q[8:-1]}.", "It is none."]) for e, q in zip(examples, questions, strict=True)]
    tokenizer = make_tokenizer([text for e, texts in answered for text in (e.prompt, *texts)], 800)
    torch.manual_seed(0)
    encoder = Encoder(make_model("encoder", tokenizer, hidden=64, layers=2, positions=300))
    texts = read_texts(answered, tokenizer, 298)
    losses = [loss for _, loss in pretrain(encoder, tokenizer, texts, steps=60, batch_size=6, peak=2e-3, seed=0)]
    assert losses[-1] < 0.1 < losses[0]
