"""The SFT script, for both families: the loss is on the response alone, and a killed run resumes bit for bit."""

import json
import math
import signal
import time
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.training.records import make_records
from tests.training.scripts.toy import error_of, finish_here, result_of, start, steps_of
from tests.training.snapshots import write_snapshot
from training.models import encode_prompts, encode_responses, load_policy, load_tokenizer
from training.scratch import make_folder
from training.scripts.sft import Demonstrations, response_logprobs

FAMILIES = ["causal", "t5"]
EXAMPLES = [record.example for record in make_records(24)]


@pytest.fixture(scope="module", params=FAMILIES)
def fields(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    root = tmp_path_factory.mktemp(request.param)
    texts = [example.prompt for example in EXAMPLES] + [example.reference or "" for example in EXAMPLES]
    make_folder(root / "model", request.param, texts, vocabulary=500, hidden=32, layers=1, positions=256, seed=0)
    return {
        "model": str(root / "model"), "dataset": write_snapshot(root / "dataset", [], EXAMPLES),
        "epochs": 10, "batch_size": 6, "learning_rate": 1e-2, "max_prompt_tokens": 80, "checkpoint_every": 4,
    }  # fmt: skip


def write(folder: Path, fields: dict[str, Any]) -> Path:
    folder.mkdir(parents=True)
    (folder / "spec.json").write_text(json.dumps({"kind": "sft", "job": "test", "threads": 1} | fields))
    return folder


def weights(run: Path) -> bytes:
    return (run / "artifact" / "model.safetensors").read_bytes()


def test_it_learns_and_resumes_bit_for_bit(fields: dict[str, Any], tmp_path: Path) -> None:
    whole = write(tmp_path / "whole" / "1", fields)
    assert finish_here("sft", whole) == 0
    assert result_of(whole)["metrics"]["loss"] < 1.5 < math.log(500)
    first = write(tmp_path / "killed" / "1", fields)
    process = start("sft", first)
    while len(steps_of(first)) < 10 and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    second = write(tmp_path / "killed" / "2", fields)
    assert finish_here("sft", second) == 0
    assert 1 < min(steps_of(second)) <= max(steps_of(first)) + 1
    assert weights(second) == weights(whole)


def test_the_loss_is_that_of_each_response_alone(fields: dict[str, Any]) -> None:
    """Neither the prompt nor other rows of the batch nor padding count, and the end of sequence does."""
    policy, tokenizer = load_policy(fields["model"]).eval(), load_tokenizer(fields["model"])
    seq2seq = policy.config.is_encoder_decoder
    prompts = encode_prompts(tokenizer, ["What is blue?", "Why?"], 50, seq2seq=seq2seq)
    responses = encode_responses(tokenizer, ["The walls.", "The old harbour city of Tarn."], 50)
    data = Demonstrations(prompts, responses)
    together = response_logprobs(policy, tokenizer, data, [0, 1])
    alone = [response_logprobs(policy, tokenizer, data, [index]) for index in (0, 1)]
    assert [len(row) for row in alone] == [len(row) for row in responses]
    assert torch.allclose(together, torch.cat(alone), atol=1e-5)
    by_hand = 0.0
    for index, token in enumerate(responses[0]):
        before = torch.tensor([responses[0][:index]], dtype=torch.long)
        prompt = torch.tensor([prompts[0]])
        if seq2seq:
            start_id = torch.tensor([[policy.config.decoder_start_token_id]])
            logits = policy(input_ids=prompt, decoder_input_ids=torch.cat([start_id, before], dim=1)).logits
        else:
            logits = policy(input_ids=torch.cat([prompt, before], dim=1)).logits
        by_hand += logits[0, -1].log_softmax(-1)[token].item()
    assert math.isclose(alone[0].sum().item(), by_hand, abs_tol=1e-3)


def test_nothing_to_imitate(fields: dict[str, Any], tmp_path: Path) -> None:
    records = make_records(8)
    bare = [type(e)(**{n: getattr(e, n) for n in ("id", "prompt", "question")}) for e in (r.example for r in records)]
    run = write(tmp_path / "1", fields | {"dataset": write_snapshot(tmp_path / "d", [], bare)})
    assert finish_here("sft", run) == 2
    assert error_of(run)["code"] == "empty_dataset"
