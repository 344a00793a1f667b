"""What the supervisor does with children that end."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from annotator.management import supervisor
from annotator.management.embedded import ServerError
from annotator.management.supervisor import Child, end, revive
from annotator.services.processes import spawn


def child(tmp_path: Path, code: str, *, once: bool = False) -> Child:
    return Child("toy", lambda: spawn([sys.executable, "-c", code], log=tmp_path / "toy.log"), once=once)


def ended(toy: Child) -> None:
    assert toy.process is not None
    toy.process.wait(20)


def test_a_dead_child_starts_again_after_a_pause_that_grows(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(supervisor, "BACKOFF_SECONDS", (0.0, 60.0))
    said: list[str] = []
    toy = child(tmp_path, "raise SystemExit(3)")
    toy.launch()
    ended(toy)
    revive([toy], said.append)
    assert said == ["toy ended with status 3 (see log/toy.log); starting it again in 0 s."]
    revive([toy], said.append)
    ended(toy)
    revive([toy], said.append)
    assert said[1].endswith("starting it again in 60 s.")
    revive([toy], said.append)
    assert toy.process is None


def test_a_child_that_cannot_start_is_tried_again(monkeypatch) -> None:
    monkeypatch.setattr(supervisor, "BACKOFF_SECONDS", (0.0,))

    def refuse() -> "subprocess.Popen[bytes]":
        raise ServerError("the disk is full")

    said: list[str] = []
    toy = Child("toy", refuse, restart_at=0.0)
    revive([toy], said.append)
    revive([toy], said.append)
    assert said == ["toy does not start: the disk is full; starting it again in 0 s."] * 2


@pytest.mark.parametrize(("status", "lines"), [(0, []), (1, ["toy ended with status 1 (see log/toy.log)."])])
def test_what_runs_once_is_not_started_again(tmp_path: Path, status: int, lines: list[str]) -> None:
    said: list[str] = []
    toy = child(tmp_path, f"raise SystemExit({status})", once=True)
    toy.launch()
    ended(toy)
    for _ in range(3):
        revive([toy], said.append)
    assert said == lines
    assert toy.process is None


def test_a_child_that_ignores_the_signal_is_killed_with_its_group(tmp_path: Path) -> None:
    code = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(99)']); print(p.pid, flush=True);"
        "time.sleep(99)"
    )
    toy = child(tmp_path, code)
    toy.launch()
    while not (grandchild := (tmp_path / "toy.log").read_text().strip()):
        time.sleep(0.05)
    end([toy], number=15, grace_seconds=0.3)
    assert toy.process is not None
    assert toy.process.returncode == -9
    deadline = time.monotonic() + 5
    while running(int(grandchild)):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def running(pid: int) -> bool:
    """A zombie that nobody has reaped yet runs no more."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_child_dies_with_its_parent_by_kill_9(tmp_path: Path) -> None:
    code = (
        "import pathlib, os, signal, sys; from annotator.services.processes import spawn;"
        f"log = pathlib.Path({str(tmp_path / 'log')!r});"
        "p = spawn([sys.executable, '-c', 'import time; time.sleep(99)'], log=log);"
        "print(p.pid, flush=True); import time; time.sleep(1); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == -9, done.stderr
    deadline = time.monotonic() + 5
    while running(int(done.stdout)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
