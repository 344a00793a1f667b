"""Make a synthetic world: what a project needs to go through the whole loop without a download.

    python -m training.scripts.world OUT [--seed 0] [--short]

Writes to the folder OUT: base/ (a policy that has read a clean corpus), encoder/ (an encoder that has learned to
spot replaced words in it), demonstrations.jsonl (noisy answers to imitate), prompts.jsonl (for rounds and PPO),
evaluation.jsonl (prompts of split test, for nothing but the final comparison) and taxonomy.json.
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from random import Random

import torch

from annotator.domain.segments import SEGMENTATION_VERSION
from annotator.domain.taxonomy import taxonomy_to_json
from training.world.examples import draw_example, noisy_answer
from training.world.models import make_encoder, make_policy, make_tokenizer
from training.world.plan import FULL, SHORT, Plan, fine_tuning
from training.world.pretraining import pretrain_encoder
from training.world.taxonomy import WORLD_TAXONOMY

BATCH_SIZE = 16
LEARNING_RATE_POLICY, LEARNING_RATE_ENCODER = 3e-3, 2e-3


def make_world(out: Path, seed: int, plan: Plan) -> None:
    """Write the world to `out`, made if need be. Policy and encoder learn at the same time, on a thread each."""
    out.mkdir(parents=True, exist_ok=True)
    rng = Random(seed)
    corpus = [draw_example(rng, "train", number) for number in range(plan.corpus)]
    write_texts(out, rng, plan)
    tokenizer = make_tokenizer()
    with tempfile.TemporaryDirectory(dir=out) as scratch:
        policy = start_policy(Path(scratch), tokenizer, corpus, seed)
        try:
            torch.set_num_threads(1)
            encoder = make_encoder(tokenizer, seed)
            pretrain_encoder(
                encoder,
                tokenizer,
                corpus,
                steps=plan.encoder_steps,
                batch_size=BATCH_SIZE,
                learning_rate=LEARNING_RATE_ENCODER,
                rng=rng,
                report=lambda step, loss: print(f"encoder: step {step}, loss {loss:.3f}", flush=True),
            )
            if policy.wait():
                sys.exit("pre-training the policy failed; what it said is above")
        finally:
            policy.kill()
        save(encoder, tokenizer, out / "encoder")
        shutil.rmtree(out / "base", ignore_errors=True)
        shutil.move(Path(scratch) / "run" / "artifact", out / "base")


def write_texts(out: Path, rng: Random, plan: Plan) -> None:
    """demonstrations.jsonl, prompts.jsonl, evaluation.jsonl and taxonomy.json."""
    demonstrations = [draw_example(rng, "train", number) for number in range(plan.demonstrations)]
    for example in demonstrations:
        example["reference"] = noisy_answer(example, rng)
    counts = {**plan.rounds, "train": plan.prompts}
    prompts = [draw_example(rng, split, number) for split, count in counts.items() for number in range(count)]
    # Numbered from where the prompts of split test end, so that no id comes twice.
    evaluation = [draw_example(rng, "test", counts["test"] + number) for number in range(plan.evaluation)]
    for name, examples in {"demonstrations": demonstrations, "prompts": prompts, "evaluation": evaluation}.items():
        write_lines(out / f"{name}.jsonl", examples)
    (out / "taxonomy.json").write_text(json.dumps(taxonomy_to_json(WORLD_TAXONOMY), indent=1), encoding="utf-8")


def start_policy(scratch: Path, tokenizer, corpus: list[dict], seed: int) -> "subprocess.Popen[bytes]":
    """Start training a policy from scratch on the clean corpus, as a run of the product's own SFT script."""
    save(make_policy(tokenizer, seed), tokenizer, scratch / "untrained")
    spec = {
        "kind": "sft",
        "job": "base",
        "seed": seed,
        "model": str(scratch / "untrained"),
        "dataset": write_snapshot(scratch / "corpus", corpus),
        **fine_tuning(batch_size=BATCH_SIZE, learning_rate=LEARNING_RATE_POLICY),
    }
    (scratch / "run").mkdir()
    (scratch / "run" / "spec.json").write_text(json.dumps(spec), encoding="utf-8")
    return subprocess.Popen([sys.executable, "-m", "training.scripts.sft", str(scratch / "run")])


def write_snapshot(folder: Path, examples: list[dict]) -> dict[str, str]:
    """A dataset snapshot of examples without feedback; returns the reference that a spec holds."""
    folder.mkdir()
    write_lines(folder / "examples.jsonl", ({**example, "split": example["metadata"]["split"]} for example in examples))
    manifest = {
        "format": 1,
        "name": folder.name,
        "kind": "examples",
        "taxonomy": taxonomy_to_json(WORLD_TAXONOMY),
        "versions": {"segmentation": SEGMENTATION_VERSION},
        "files": {"examples.jsonl": hashlib.sha256((folder / "examples.jsonl").read_bytes()).hexdigest()},
    }
    body = json.dumps(manifest).encode()
    (folder / "manifest.json").write_bytes(body)
    return {"path": str(folder.resolve()), "sha256": hashlib.sha256(body).hexdigest()}


def write_lines(path: Path, lines: Iterable[dict]) -> None:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def save(model, tokenizer, folder: Path) -> None:
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--short", action="store_true", help="less of everything: worse models, sooner")
    args = parser.parse_args()
    make_world(args.out, args.seed, SHORT if args.short else FULL)


if __name__ == "__main__":
    main()
