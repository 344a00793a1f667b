"""The trainer process of a job: started in its run folder, stopped with all its children."""

import os
import signal
import subprocess
import time
from pathlib import Path

from django.conf import settings

from annotator.services.processes import spawn

MARK = "REDPEN_RUN"
# A trainer reads a folder and writes a folder; it has no use for the web side's doors.
WITHHELD = (
    *("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SECRET_KEY_FALLBACKS"),
    *("PROLIFIC_TOKEN", "PROLIFIC_WEBHOOK_SECRET", "OIDC_CLIENT_SECRET"),
)


def trainer_start(*, kind: str, folder: Path) -> subprocess.Popen[bytes]:
    """Start the trainer of `kind` on run folder `folder`, its output appended to log.txt there.

    It dies with the calling thread, and carries its folder in its environment, so that `trainers_end` can find it and
    every process it starts. Raises OSError.
    """
    command = [part.format(kind=kind) for part in settings.TRAINER_COMMAND]
    environment = {name: value for name, value in os.environ.items() if name not in WITHHELD}
    environment |= {MARK: str(folder), "PYTHONUNBUFFERED": "1"}
    # Threads that spin while they wait made a small model 9 times slower where others wanted the cores too.
    environment.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    return spawn([*command, str(folder)], log=folder / "log.txt", env=environment)


def trainer_signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send a signal to the trainer and its children; nothing happens if it has ended."""
    if process.poll() is None:
        os.killpg(process.pid, number)


def trainers_end(job_folder: Path) -> int:
    """Kill every process of this host that still works under `job_folder`; returns how many there were.

    A worker that was frozen rather than killed leaves its trainer alive, and torchrun may leave its children: none may
    be there when the next attempt starts. Returns once they are gone (at most 5 seconds).
    """
    mark = f"{MARK}={job_folder}{os.sep}".encode()
    found = [pid for pid in _processes() if any(v.startswith(mark) for v in _environment(pid))]
    for pid in found:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and any(_environment(pid) for pid in found):
        time.sleep(0.02)
    return len(found)


def _processes() -> list[int]:
    return [int(entry.name) for entry in os.scandir("/proc") if entry.name.isdigit()]


def _environment(pid: int) -> list[bytes]:
    """The environment a process was started with; empty if it has ended or belongs to someone else."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0") if pid != os.getpid() else []
    except OSError:
        return []
