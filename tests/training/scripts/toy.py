"""A policy, a reward bundle and a dataset of random weights and words, as folders for the scripts."""

import importlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import torch
from transformers import LlamaConfig, LlamaForCausalLM, LlamaModel, T5Config, T5ForConditionalGeneration

from annotator.domain.records import Example
from annotator.domain.segments import Density
from annotator.domain.taxonomy import PAPER_TAXONOMY
from tests.training.ppo.tiny import word_tokenizer
from tests.training.snapshots import write_snapshot
from training.reward.artifact import save_bundle
from training.reward.bundle import RewardBundle, SequenceReward
from training.reward.encoder import Encoder
from training.reward.segment import SegmentModel
from training.reward.sequence import SequenceModel
from training.runs import main

WORDS = ["red", "blue", "green", "one", "two", "three", "cat", "dog", "is", "has", ",", "."]
REPOSITORY = Path(__file__).parents[3]


def write_policy(folder: Path, name: str = "llama", seed: int = 0) -> str:
    torch.manual_seed(seed)
    special = {"vocab_size": len(WORDS) + 3, "pad_token_id": 0, "eos_token_id": 1}
    if name == "llama":
        model = LlamaForCausalLM(LlamaConfig(**_sizes(), **special, bos_token_id=None))
    else:
        sizes = {"d_model": 16, "d_kv": 8, "d_ff": 32, "num_layers": 1, "num_heads": 2}
        model = T5ForConditionalGeneration(T5Config(**sizes, **special, decoder_start_token_id=0))
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.normal_(std=0.2)
    model.save_pretrained(folder)
    word_tokenizer(WORDS).save_pretrained(folder)
    return str(folder)


def write_bundle(folder: Path, seed: int = 1) -> str:
    torch.manual_seed(seed)
    config = LlamaConfig(**_sizes(), vocab_size=len(WORDS) + 3, pad_token_id=0, eos_token_id=1, bos_token_id=None)
    densities = {"relevance": Density.SUB_SENTENCE, "factuality": Density.SENTENCE}
    segment = SegmentModel(Encoder(LlamaModel(config)), densities, 0.0)
    sequence = {"completeness": SequenceReward(SequenceModel(Encoder(LlamaModel(config)), 0.0), 0.1, 0.5)}
    save_bundle(RewardBundle(word_tokenizer(WORDS), PAPER_TAXONOMY, 64, [segment], sequence), folder, {})
    return str(folder)


def write_dataset(folder: Path, prompts: int = 9, reference: str | None = None) -> dict[str, str]:
    examples = [
        Example(
            id=f"example {n}", prompt=" ".join(WORDS[(n + i) % 10] for i in range(2 + n % 4)), question=f"question {n}",
            passages=(), reference=reference, metadata={"split": "train"}, raw={},
        )
        for n in range(prompts)
    ]  # fmt: skip
    return write_snapshot(folder, (), examples)


def write_run(folder: Path, kind: str, **fields: Any) -> Path:
    folder.mkdir(parents=True)
    sampling = {"samples_per_prompt": 3, "max_prompt_tokens": 8, "max_new_tokens": 10, "temperature": 1.0, "top_k": 0}
    spec = {"kind": kind, "job": "test", "threads": 1, "split": "train"} | sampling | fields
    (folder / "spec.json").write_text(json.dumps(spec))
    return folder


def ppo_fields(folder: Path) -> dict[str, Any]:
    """A PPO spec on a policy, a bundle and a dataset written under the folder."""
    return {
        "policy": write_policy(folder / "policy"), "reward": write_bundle(folder / "bundle"),
        "dataset": write_dataset(folder / "dataset"), "steps": 8, "prompts_per_step": 4, "epochs": 2, "minibatches": 2,
        "kl_coef": 0.05, "learning_rate": 1e-3, "value_learning_rate": 1e-3, "warmup_steps": 2, "checkpoint_every": 2,
        "reward_weights": {"relevance": 0.5, "factuality": 0.3, "completeness": 0.3},
    }  # fmt: skip


def start(kind: str, run: Path) -> subprocess.Popen[str]:
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", f"training.scripts.{kind}", str(run)]
    return subprocess.Popen(
        command, cwd=REPOSITORY, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def finish(kind: str, run: Path) -> tuple[int, str]:
    """Runs a script to its end. Returns its exit code and what it printed."""
    process = start(kind, run)
    output, _ = process.communicate(timeout=120)
    return process.returncode, output


def finish_here(kind: str, run: Path) -> int:
    """Runs a script in this process, which saves starting another one. Returns its exit code."""
    script = importlib.import_module(f"training.scripts.{kind}")
    handler, arguments = signal.getsignal(signal.SIGTERM), sys.argv
    sys.argv = [kind, str(run)]
    try:
        main(kind, getattr(script, kind))
    except SystemExit as stopped:
        return int(stopped.code or 0)
    finally:
        sys.argv = arguments
        signal.signal(signal.SIGTERM, handler)
    return 0


def result_of(run: Path) -> dict[str, Any]:
    return json.loads((run / "result.json").read_text())


def error_of(run: Path) -> dict[str, Any]:
    return json.loads((run / "error.json").read_text())


def steps_of(run: Path) -> list[int]:
    path = run / "progress.jsonl"
    return [json.loads(line)["step"] for line in path.read_text().splitlines()] if path.exists() else []


def _sizes() -> dict[str, int]:
    return {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
