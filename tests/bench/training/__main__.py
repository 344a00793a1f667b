"""How fast a step of PPO is, beside a plain trainer with the published code's habits and beside TRL.

    make bench-training [DATA=qa-feedback file] [ONLY=short|t5|causal]

A T5 beside the plain trainer (plain.py says what its habits are); a Llama-like causal model beside TRL 1.12.0, the last
release with a PPOTrainer, which is installed from PyPI into an environment of its own with the same torch and
transformers. All sides have the same prompts, weights, number of sampled tokens, epochs and microbatches, float32, one
thread and the same settings of the allocator; each runs in a process of its own, a warm-up step of one epoch first. On
the CPU, also where there is a GPU. Without DATA the prompts are made, as long as those of qa-feedback.

Before that, and after TRL, the sides are held against each other: see check.py. Prints a table; writes
.redpen/reports/bench-training.json and a picture. Fails where they differ or one did not run, never on slowness.
ONLY=short: models of a few thousand weights and no TRL, to see that it runs.
"""

import argparse
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench.store.peers.environments import environment
from tests.bench.training import side
from tests.bench.training.materials import SHORT, Plan, make
from tests.bench.training.report import Report
from tests.bench.training.side import ROOT, module

# The versions that Redpen itself is pinned to, of what both sides compute with.
SHARED = ("torch", "transformers", "tokenizers", "safetensors", "accelerate", "datasets", "numpy")


def trl_pins() -> list[str]:
    pinned = (ROOT / "constraints.txt").read_text().splitlines()
    return ["trl==1.12.0", *(line for line in pinned if line.partition("==")[0] in SHARED)]


def t5(folder: Path, report: Report) -> None:
    threads = report.plan.threads
    check(folder, report, "check-plain")
    for name, kind in (("plain-t5", "plain"), ("ours-t5", "ours")):
        report.sides[name] = side.run(module(sys.executable, kind), folder, name, threads)


def causal(folder: Path, report: Report) -> None:
    threads = report.plan.threads
    if report.plan != SHORT:
        python = environment("trl", trl_pins()) / "python"
        report.sides["trl"] = side.run(module(python, "trl_ppo"), folder, "trl", threads)
        check(folder, report, "check-trl")
    report.sides["ours-causal"] = side.run(module(sys.executable, "ours"), folder, "ours-causal", threads)


def check(folder: Path, report: Report, name: str) -> None:
    found = side.run(module(sys.executable, "check"), folder, name, report.plan.threads)
    report.checked(name, found["apart"], found["tolerance"])


PARTS: dict[str, Callable[[Path, Report], None]] = {"t5": t5, "causal": causal}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--only", choices=["short", *PARTS])
    options = parser.parse_args(arguments)
    report = Report(SHORT if options.only == "short" else Plan())
    with tempfile.TemporaryDirectory(prefix="redpen-bench-") as folder:
        make(Path(folder), report.plan, options.data)
        for part, run in PARTS.items():
            if options.only in (None, "short", part):
                try:
                    run(Path(folder), report)
                except Exception as error:
                    traceback.print_exc()
                    report.problems[part] = f"{type(error).__name__}: {error}"
    report.show()
    report.write()
    return 1 if report.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
