"""A run folder: spec in, progress and checkpoints on the way, artifact and result out.

`python -m training.scripts.<kind> RUN_DIR` exits with 0 (result.json), 2 (bad input: error.json, not worth a
retry), 143 (stopped by SIGTERM after a checkpoint) or anything else (a crash: try again). What a script prints is
its log.
"""

import hashlib
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import torch

from annotator.domain.errors import DomainError
from annotator.domain.specs import parse_spec
from training import distributed

BAD_INPUT, STOPPED = 2, 143


class Stopped(Exception):
    """The run was asked to stop and has written its checkpoint."""


@dataclass
class Run:
    """One attempt (epoch) of one job. `stop_requested` turns true on SIGTERM; loops look at it between steps."""

    folder: Path
    spec: Any
    stop_requested: bool = False

    def asked_to_stop(self) -> bool:
        """Whether all ranks are to stop after this step, one of them having been asked to."""
        return distributed.anywhere(self.stop_requested or distributed.stop_file(self.folder).exists())

    @property
    def artifact(self) -> Path:
        return self.folder / "artifact"

    def log(self, message: str) -> None:
        if distributed.rank():
            return
        print(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {message}", flush=True)

    def progress(self, step: int, total: int, phase: str, metrics: dict[str, float]) -> None:
        """Append one line to progress.jsonl. Metrics that are not finite become null: JSON has no NaN."""
        if distributed.rank():
            return
        finite = {name: float(value) if np.isfinite(value) else None for name, value in metrics.items()}
        line = {"step": step, "total": total, "phase": phase, "time": time.time(), "metrics": finite}
        with (self.folder / "progress.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def main(kind: str, train: Callable[[Run], dict[str, float]]) -> None:
    """Run `train` on the folder named by the command line and exit by the rules above. `train` returns the final
    metrics.
    """
    if len(sys.argv) != 2:
        sys.exit(f"usage: python -m training.scripts.{kind} RUN_DIR")
    folder = Path(sys.argv[1])
    try:
        distributed.join()
        run = open_run(folder, kind)
        if getattr(run.spec, "devices", 1) > distributed.ranks() == 1:
            sys.exit(distributed.launch(kind, folder, run.spec.devices))
        metrics = train(run)
    except DomainError as error:
        write_json(folder / "error.json", {"code": error.code, "message": error.message, "fields": error.fields or {}})
        print(f"error: {error.message}", file=sys.stderr, flush=True)
        sys.exit(BAD_INPUT)
    except Stopped:
        run.log("stopped: a checkpoint was written")
        sys.exit(STOPPED)
    if distributed.rank():
        return
    artifact = run.artifact.is_dir()
    result = {
        "kind": kind,
        "metrics": metrics,
        "artifact": "artifact" if artifact else None,
        "artifact_sha256": folder_sha256(run.artifact) if artifact else None,
    }
    write_json(folder / "result.json", result)


def open_run(folder: Path, kind: str) -> Run:
    """Read spec.json, seed every generator, fix the thread count and listen for SIGTERM."""
    try:
        body = json.loads((folder / "spec.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DomainError("invalid_spec", f"{folder / 'spec.json'} cannot be read: {error}") from error
    spec = parse_spec(body)
    if spec.kind != kind:
        raise DomainError("invalid_spec", f"spec.json is for kind {spec.kind!r}, not {kind!r}", {"kind": spec.kind})
    run = Run(folder, spec)

    def stop(signum: int, frame: FrameType | None) -> None:
        run.stop_requested = True

    signal.signal(signal.SIGTERM, stop)
    if spec.threads is not None:
        torch.set_num_threads(spec.threads)
    seed_everything(spec.seed)
    return run


def seed_everything(seed: int) -> None:
    """Seed python, numpy and torch, and ask torch for its deterministic algorithms where it has them."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True, warn_only=True)
    # Filling fresh memory costs time, and nothing here reads what it has not written.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]


def write_json(path: Path, value: Any) -> None:
    """Write aside, fsync, rename: the file is there whole or not at all."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")  # every rank may have an error to write
    with aside.open("w", encoding="utf-8") as file:
        json.dump(value, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    aside.rename(path)


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def folder_sha256(folder: Path) -> str:
    """Hash of a folder's content: over its sorted relative paths and their hashes."""
    total = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        total.update(f"{path.relative_to(folder).as_posix()} {file_sha256(path)}\n".encode())
    return total.hexdigest()
