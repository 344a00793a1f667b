"""Child processes that cannot outlive their parent."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(parent_pid: int, death_signal: int = signal.SIGKILL) -> Callable[[], None]:
    """A `preexec_fn`: the kernel sends `death_signal` to the child when the *thread* that spawned it ends, even by
    kill -9. Elsewhere than on Linux it does nothing."""

    def prepare() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
            if os.getppid() != parent_pid:  # the parent died before the line above
                os._exit(1)

    return prepare


def spawn(argv: Sequence[str], *, log: Path, env: Mapping[str, str] | None = None, cwd: Path | None = None,
          death_signal: int = signal.SIGKILL) -> subprocess.Popen[bytes]:
    """Starts `argv` in a session and process group of its own, its output appended to `log`."""
    with log.open("ab") as output:
        return subprocess.Popen(
            list(argv), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd=cwd,
            env=None if env is None else dict(env), start_new_session=True,
            preexec_fn=die_with_parent(os.getpid(), death_signal),
        )


def signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    """Sends a signal to every process of the group that `spawn` made; a group that has gone is no error."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        pass


def stop(processes: Sequence[subprocess.Popen[bytes]], *, number: int = signal.SIGTERM, grace_seconds: float) -> None:
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
        signal_group(process, signal.SIGKILL)
        process.wait()
