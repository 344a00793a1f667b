"""Child processes that cannot outlive their parent: started in groups of their own, stopped as groups."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path


def spawn(
    argv: Sequence[str], *, log: Path, env: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Starts `argv` in a session and process group of its own, its output appended to `log`.

    The kernel kills it when the calling *thread* ends, even by kill -9 (see `leash`).
    """
    leash = [sys.executable, "-m", "annotator.services.leash", str(os.getpid())]
    with log.open("ab") as output:
        return subprocess.Popen(
            [*leash, *argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            start_new_session=True,
        )


def stop(
    processes: Sequence[subprocess.Popen[bytes]], *, number: int = signal.SIGTERM, grace_seconds: float
) -> None:
    """Asks each process to end, waits for all of them together, then kills what is left of each group."""
    for process in processes:
        if process.poll() is None:
            process.send_signal(number)
    deadline = time.monotonic() + grace_seconds
    for process in processes:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
