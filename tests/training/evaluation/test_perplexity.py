"""Perplexity under a model, against a computation of its own: no cache, no padding, no batch, token by token."""

import math
from pathlib import Path

import pytest
import torch

from annotator.domain.errors import DomainError
from tests.training.scripts.toy import write_policy
from training.evaluation import perplexity
from training.evaluation.perplexity import load_reader
from training.evaluation.tallies import metric, tallies_of
from training.models import load_policy, load_tokenizer

PROMPTS = ["red cat", "one two three dog is blue", "green"]
RESPONSES = [["is red .", "dog"], ["", "has one , two three cat . blue"], ["zebra", "is is is"]]


def nats_of(folder: str, prompt: str, response: str) -> tuple[float, int]:
    model, tokenizer = load_policy(folder).eval(), load_tokenizer(folder)
    read, written = (tokenizer(text, add_special_tokens=False)["input_ids"] for text in (prompt, response))
    nats = 0.0
    for at, token in enumerate(written):
        with torch.no_grad():
            if model.config.is_encoder_decoder:
                before = torch.tensor([[model.config.decoder_start_token_id, *written[:at]]])
                logits = model(input_ids=torch.tensor([read]), decoder_input_ids=before).logits
            else:
                logits = model(input_ids=torch.tensor([read + written[:at]])).logits
        nats -= math.log(logits[0, -1].double().softmax(dim=0)[token])
    return nats, len(written)


@pytest.mark.parametrize("name", ["llama", "t5"])
@pytest.mark.parametrize("tokens_per_pass", [4096, 1])
def test_it_is_that_of_each_token_alone(
    name: str, tokens_per_pass: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(perplexity, "TOKENS_PER_PASS", tokens_per_pass)
    folder = write_policy(tmp_path / name, name)
    rows = load_reader(folder, 64).counts(PROMPTS, RESPONSES)
    expected = [
        [sum(column) for column in zip(*(nats_of(folder, prompt, text) for text in texts), strict=True)]
        for prompt, texts in zip(PROMPTS, RESPONSES, strict=True)
    ]
    assert [row["perplexity"][1] for row in rows] == [4, 8, 4]
    for row, (nats, tokens) in zip(rows, expected, strict=True):
        assert row["perplexity"] == (pytest.approx(nats, rel=1e-5), tokens)
    total, tokens = (sum(column) for column in zip(*expected, strict=True))
    assert metric("perplexity", tallies_of(rows)["perplexity"]) == pytest.approx(math.exp(total / tokens), rel=1e-5)


def test_without_a_word_there_is_none(tmp_path: Path) -> None:
    rows = load_reader(write_policy(tmp_path / "llama"), 64).counts(PROMPTS, [["", ""]] * 3)
    assert tallies_of(rows) == {}


def test_a_long_prompt_makes_room_and_a_longer_response_is_refused(tmp_path: Path) -> None:
    folder = write_policy(tmp_path / "llama")
    reader = load_reader(folder, 1000)
    reader.model.config.max_position_embeddings = 12  # two of which no model uses
    prompt, response = " ".join(["red", *["cat"] * 20, "dog"]), "is blue ."
    # Seven ids are left for the prompt, of which the last quarter (one) is its end.
    nats, tokens = nats_of(folder, "red cat cat cat cat cat dog", response)
    assert reader.counts([prompt], [[response]])[0]["perplexity"] == (pytest.approx(nats, rel=1e-5), tokens)
    with pytest.raises(DomainError) as caught:
        reader.counts([prompt], [["cat " * 10]])
    assert (caught.value.code, list(caught.value.fields)) == ("invalid_spec", ["evaluate.perplexity_under"])
    assert "reads at most 10 tokens; a response has 10" in caught.value.message


def test_a_prompt_without_tokens_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DomainError, match="has no tokens"):
        load_reader(write_policy(tmp_path / "llama"), 64).counts([""], [["red"]])
