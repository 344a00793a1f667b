"""Keeps a set of child processes running, and brings them all down together."""

import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from annotator.management.embedded import ServerError
from annotator.services.processes import stop

BACKOFF_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)
HEALTHY_SECONDS = 60.0  # who has lived this long starts again at once

Say = Callable[[str], None]


@dataclass
class Child:
    """A process to keep running, or to run `once`. `start` starts it anew and may raise; its output goes to the log of
    its name."""

    name: str
    start: Callable[[], "subprocess.Popen[bytes]"]
    once: bool = False
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    failures: int = 0
    restart_at: float | None = None

    def launch(self) -> None:
        self.started_at = time.monotonic()
        self.process = self.start()
        self.restart_at = None


def revive(children: Sequence[Child], say: Say) -> None:
    """One look at every child: a dead one is announced, and started again when its pause is over."""
    for child in children:
        if child.restart_at is not None and time.monotonic() >= child.restart_at:
            try:
                child.launch()
            except (OSError, ServerError) as error:
                _pause(child, f"{child.name} does not start: {error}", say)
        elif child.restart_at is None and child.process is not None and child.process.poll() is not None:
            if time.monotonic() - child.started_at > HEALTHY_SECONDS:
                child.failures = 0
            reason = f"{child.name} ended with status {child.process.returncode} (see log/{child.name}.log)"
            if not child.once:
                _pause(child, reason, say)
            elif child.process.returncode != 0:
                say(f"{reason}.")
            child.process = None


def _pause(child: Child, reason: str, say: Say) -> None:
    seconds = BACKOFF_SECONDS[min(child.failures, len(BACKOFF_SECONDS) - 1)]
    child.failures += 1
    child.restart_at = time.monotonic() + seconds
    say(f"{reason}; starting it again in {seconds:.0f} s.")


def end(children: Sequence[Child], *, number: int, grace_seconds: float) -> None:
    """Stops every child that runs, within `grace_seconds`; what does not end by itself is killed with its group."""
    running = [child.process for child in children if child.process is not None]
    stop(running, number=number, grace_seconds=grace_seconds)
