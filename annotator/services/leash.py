"""Become the given command, and die with the process that started it.

    python -m annotator.services.leash PARENT_PID COMMAND ...

A trainer which outlived its worker would hold the GPU and write beside its successor. The kernel's parent-death signal
survives `exec`, so it is set here, in the child and before the command starts: setting it between fork and exec
(`preexec_fn`) is not safe in a worker with threads. The signal follows the *thread* that started the child, which must
therefore live as long as the child does. Standard library only, because this runs before every trainer.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # <sys/prctl.h>


def main(parent: int, command: list[str]) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the line above could take effect
        sys.exit(f"the process {parent} is gone")
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
