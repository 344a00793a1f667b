"""Exit codes and files of a run folder."""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.errors import DomainError
from training.runs import Run, Stopped, folder_sha256, main

SPEC = {"kind": "sft", "job": "7", "model": "/m", "seed": 3, "threads": 1}


@pytest.fixture
def execute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that runs `main` on a spec and returns the exit code and the JSON file it left."""
    handler = signal.getsignal(signal.SIGTERM)

    def run(spec: Any, train: Callable[[Run], dict[str, float]]) -> tuple[int, Any]:
        (tmp_path / "spec.json").write_text(spec if isinstance(spec, str) else json.dumps(spec))
        monkeypatch.setattr(sys, "argv", ["sft", str(tmp_path)])
        code = 0
        try:
            main("sft", train)
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        left = [path for name in ("result.json", "error.json") if (path := tmp_path / name).exists()]
        return code, json.loads(left[0].read_text()) if left else None

    yield run
    signal.signal(signal.SIGTERM, handler)


def test_a_result_names_its_artifact_and_hash(execute: Any, tmp_path: Path) -> None:
    def train(run: Run) -> dict[str, float]:
        run.artifact.mkdir()
        (run.artifact / "a").write_text("x")
        run.progress(1, 2, "sft", {"loss": 0.5, "nothing": float("nan")})
        return {"loss": 0.5}

    code, result = execute(SPEC, train)
    assert code == 0
    assert result == {
        "kind": "sft", "metrics": {"loss": 0.5}, "artifact": "artifact",
        "artifact_sha256": folder_sha256(tmp_path / "artifact"),
    }  # fmt: skip
    (line,) = (tmp_path / "progress.jsonl").read_text().splitlines()
    assert {k: v for k, v in json.loads(line).items() if k != "time"} == {
        "step": 1, "total": 2, "phase": "sft", "metrics": {"loss": 0.5, "nothing": None},
    }  # fmt: skip


def test_bad_input_is_exit_2_with_its_reason(execute: Any) -> None:
    def train(run: Run) -> dict[str, float]:
        raise DomainError("empty_dataset", "nothing in it", {"dataset": "empty"})

    assert execute(SPEC, train) == (
        2, {"code": "empty_dataset", "message": "nothing in it", "fields": {"dataset": "empty"}},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        ({**SPEC, "learning_rte": 1}, "sft.learning_rte"),
        ({**SPEC, "batch_size": 0}, "sft.batch_size"),
        ({"kind": "reward", "job": "7", "model": "/m"}, "kind"),
        ("{", None),
    ],
)
def test_a_bad_spec_is_exit_2_and_names_the_field(execute: Any, spec: Any, field: str | None) -> None:
    code, error = execute(spec, lambda run: {})
    assert (code, error["code"]) == (2, "invalid_spec")
    assert field is None or field in error["fields"]


def test_sigterm_asks_for_a_stop(execute: Any) -> None:
    def train(run: Run) -> dict[str, float]:
        assert not run.stop_requested
        os.kill(os.getpid(), signal.SIGTERM)
        assert run.stop_requested
        raise Stopped

    assert execute(SPEC, train) == (143, None)


def test_a_crash_is_no_bad_input(execute: Any) -> None:
    def train(run: Run) -> dict[str, float]:
        raise RuntimeError("the device is gone")

    with pytest.raises(RuntimeError):
        execute(SPEC, train)
