"""Several processes that train one model: torchrun starts them, and each is a rank that takes its share of the rows.

Without torchrun there is one rank, and every function here gives back what it was given.
"""

import ctypes
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import TypeVar

import torch
import torch.distributed as dist
from torch import Tensor

from annotator.domain.errors import DomainError

PR_SET_PDEATHSIG = 1  # <sys/prctl.h>

Rows = TypeVar("Rows", list[int], Tensor)


def join() -> None:
    """Meets the other ranks, if torchrun started this process: NCCL between accelerators, gloo between CPUs.

    A rank dies with torchrun (on Linux): left alone, it would hold its accelerator and write beside its successor.
    """
    if "LOCAL_RANK" not in os.environ or dist.is_initialized():
        return
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")


def rank() -> int:
    return dist.get_rank() if dist.is_initialized() else 0


def ranks() -> int:
    return dist.get_world_size() if dist.is_initialized() else 1


def share(rows: Rows, of: int | None = None) -> Rows:
    """The part of rows that belongs to this rank, or to another: as many each, the first ranks one more."""
    index = rank() if of is None else of
    return rows[len(rows) * index // ranks() : len(rows) * (index + 1) // ranks()]


def together(mine: Tensor, columns: int | None = None) -> Tensor:
    """The rows of every rank, in the order of ranks. mine: (n, ·), n the same on each; where the second size is not,
    zeros make it `columns` on the way."""
    if ranks() == 1:
        return mine
    if columns is not None:
        filled = mine.new_zeros(mine.shape[0], columns, *mine.shape[2:])
        filled[:, : mine.shape[1]] = mine
        mine = filled
    found = [torch.empty_like(mine) for _ in range(ranks())]
    dist.all_gather(found, mine.contiguous())
    return torch.cat(found)


def summed(mine: Tensor) -> Tensor:
    """The sum of what the ranks have."""
    if ranks() > 1:
        dist.all_reduce(mine)
    return mine


def anywhere(flag: bool) -> bool:
    """Whether it is true on any rank."""
    where = "cuda" if torch.cuda.is_available() else "cpu"
    return bool(summed(torch.tensor(int(flag), device=where)).item()) if ranks() > 1 else flag


def wait_for_all() -> None:
    if ranks() > 1:
        dist.barrier()


def launch(kind: str, folder: Path, devices: int) -> int:
    """Runs the script of this kind on a folder as `devices` ranks; returns the exit status of the first that failed, or
    0. DomainError invalid_spec if the machine has not so many accelerators, or cores where it has none.

    torchrun would kill ranks that do not end within 30 seconds of a SIGTERM, in the middle of a step. So it is not told
    of one: what is to stop them is the file that `stop_file` names.
    """
    from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
    from torch.distributed.run import main

    there = torch.cuda.device_count() or os.cpu_count() or 1
    if devices > there:
        problem = f"is {devices}; this machine has {there}"
        raise DomainError("invalid_spec", f"{kind}.devices {problem}", {f"{kind}.devices": problem})
    stop_file(folder).unlink(missing_ok=True)

    def stop(signum: int, frame: FrameType | None) -> None:
        stop_file(folder).touch()

    signal.signal(signal.SIGTERM, stop)
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # as torchrun would, with a warning
    options = ["--standalone", f"--nproc-per-node={devices}", "--signals-to-handle=SIGINT"]
    try:
        main([*options, "-m", f"training.scripts.{kind}", str(folder)])
    except ChildFailedError as error:
        return error.get_first_failure()[1].exitcode
    return 0


def stop_file(folder: Path) -> Path:
    """Whose presence asks every rank of a run to stop."""
    return folder / "stop"
