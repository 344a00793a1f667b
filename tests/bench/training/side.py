"""A side of the comparison in a process of its own, and what it measures there.

    python -m tests.bench.training.MODULE FOLDER [arguments]

A side writes the seconds of its steps by phase into a file of the folder, and how much memory its process has had.
"""

import json
import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.memory import peak_mb

ROOT = Path(__file__).resolve().parents[3]
PHASES = ("rollout", "score", "reward", "update")
CPU = "processor"  # seconds of it in a whole step: on a machine that others compute on too, less noisy than the clock's
# glibc gives large blocks back to the system and asks for them again: half as slow again, for whoever computes in them.
ALLOCATOR = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "-1"}


@dataclass
class Laps:
    """Seconds by what they were spent on, of one step."""

    seconds: dict[str, float] = field(default_factory=dict)
    at: float = field(default_factory=time.perf_counter)

    def lap(self, phase: str) -> None:
        now = time.perf_counter()
        self.seconds[phase] = self.seconds.get(phase, 0.0) + now - self.at
        self.at = now


def environment(threads: int) -> dict[str, str]:
    """The same for every side."""
    own = {"OMP_NUM_THREADS": str(threads), "TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"}
    return {**os.environ, **ALLOCATOR, **own}


def run(command: Sequence[str | Path], folder: Path, name: str, threads: int) -> dict[str, Any]:
    """What the side wrote into FOLDER/NAME.json. Raises RuntimeError with the end of what a failed one printed."""
    print(f"{name} …", flush=True)
    log = folder / f"{name}.log"
    cores = sorted(os.sched_getaffinity(0))[:threads]
    with log.open("w") as file:
        done = subprocess.run(
            [*command, name, folder],
            cwd=ROOT,
            env=environment(threads),
            stdout=file,
            stderr=file,
            # As many cores as threads: what is done beside something else costs its time too.
            preexec_fn=lambda: os.sched_setaffinity(0, cores),
        )
    if done.returncode:
        raise RuntimeError(f"{name} ended with {done.returncode}: {log.read_text()[-2000:]}")
    found: dict[str, Any] = json.loads((folder / f"{name}.json").read_text())
    return found


def module(python: str | Path, name: str) -> list[str | Path]:
    """The command that runs a module of this package."""
    return [python, "-m", f"tests.bench.training.{name}"]


def write(folder: Path, name: str, steps: Sequence[dict[str, float]], weights: dict[str, int]) -> None:
    """weights: how many each model has."""
    found = {"steps": list(steps), "peak_mb": peak_mb(), "weights": weights}
    (folder / f"{name}.json").write_text(json.dumps(found))
