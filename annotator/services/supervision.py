"""One attempt at a job, from claim to publication. The GPU worker spends its life in `job_run`."""

import contextlib
import enum
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, SIGTERM
from uuid import UUID

import orjson
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from annotator.domain.errors import DomainError
from annotator.models.jobs import Job
from annotator.selectors.runs import log_tail, progress_since, run_folder, run_json
from annotator.services.job_states import (
    job_claim,
    job_end_cancelled,
    job_error,
    job_fail,
    job_interrupt,
    job_progress_record,
    job_renew,
)
from annotator.services.publication import job_publish
from annotator.services.trainer import trainer_signal, trainer_start, trainers_end

BAD_INPUT = 2  # exit status of a trainer that wrote error.json; trying again would not help
LOG_LINES = 20

shutdown = threading.Event()  # set when this worker is asked to end


class Ending(enum.Enum):
    EXITED = "exited"
    CANCELLED = "cancelled"
    SHUTDOWN = "shutdown"
    LOST = "lost"


@dataclass
class Watch:
    """What the thread that talks to the database tells the thread that holds the trainer."""

    renewed_at: float  # monotonic seconds, taken before the renewal was sent
    offset: int = 0  # bytes of progress.jsonl recorded so far
    relaying: threading.Lock = field(default_factory=threading.Lock)
    lost: threading.Event = field(default_factory=threading.Event)
    cancelled: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)


def job_run(*, job_id: UUID) -> bool:
    """Run one attempt of a queued job and settle its row; True if it is queued again and wants a hint.

    Does nothing for a job that is not queued: a hint may come twice, late or for a job long done. Nor in a worker that
    is to end, which may still be handed a hint: another worker takes the job when the reaper hints again.
    """
    if shutdown.is_set():
        return False
    watch = Watch(renewed_at=time.monotonic())
    job = job_claim(job_id=job_id)
    if job is None:
        return False
    folder = run_folder(job.pk, job.epoch)
    try:
        trainers_end(folder.parent)
        folder.mkdir(parents=True)
        (folder / "spec.json").write_bytes(orjson.dumps(job.spec, option=orjson.OPT_INDENT_2))
        process = trainer_start(kind=job.kind, folder=folder)
    except OSError as error:
        job_fail(job_id=job.pk, epoch=job.epoch, error=job_error("trainer_not_started", str(error)))
        return False
    keeper = threading.Thread(target=_keep, args=(job, folder, watch), daemon=True)
    keeper.start()
    connection.close()  # hours may pass before this thread needs it again
    try:
        ending = _awaited(process, watch)
        return ending is not Ending.LOST and _settled(job, folder, watch, ending, process.returncode)
    finally:
        watch.over.set()
        trainers_end(folder.parent)
        keeper.join()


def _keep(job: Job, folder: Path, watch: Watch) -> None:
    """Until the attempt is over: renew the lease, relay progress, listen for cancel. Has a connection of its own."""
    while not watch.over.is_set() and not watch.lost.is_set():
        sent_at = time.monotonic()
        try:
            renewed = job_renew(job_id=job.pk, epoch=job.epoch)
            if renewed is None:
                watch.lost.set()
                break
            watch.renewed_at = sent_at
            if renewed.cancel_requested_at is not None:
                watch.cancelled.set()
            _relay(job, folder, watch)
        except DatabaseError:
            connection.close()  # it may be back before the lease is over
        watch.over.wait(settings.JOB_POLL_SECONDS)
    connection.close()


def _relay(job: Job, folder: Path, watch: Watch) -> None:
    with watch.relaying:
        rows, offset = progress_since(folder, watch.offset)
        if rows:
            job_progress_record(job_id=job.pk, epoch=job.epoch, rows=rows)
            watch.offset = offset


def _awaited(process: "subprocess.Popen[bytes]", watch: Watch) -> Ending:
    """Wait for the trainer without touching the database, so that a database which hangs cannot keep it alive.

    A lease which was not renewed in time may belong to someone else: the trainer is killed before that.
    """
    ending, kill_at = Ending.EXITED, float("inf")
    while process.poll() is None:
        now = time.monotonic()
        if watch.lost.is_set() or now > watch.renewed_at + settings.JOB_LEASE_SECONDS:
            trainer_signal(process, SIGKILL)
            process.wait()
            return Ending.LOST
        if ending is Ending.EXITED and (watch.cancelled.is_set() or shutdown.is_set()):
            ending = Ending.CANCELLED if watch.cancelled.is_set() else Ending.SHUTDOWN
            kill_at = now + settings.JOB_GRACE_SECONDS
            trainer_signal(process, SIGTERM)
        if now > kill_at:
            trainer_signal(process, SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=min(0.2, settings.JOB_POLL_SECONDS))
    return ending


def _settled(job: Job, folder: Path, watch: Watch, ending: Ending, code: int) -> bool:
    """Write what became of the attempt, again and again until the database answers; True if the job is queued again.

    Each write is conditional on the epoch, so the repetition of one whose COMMIT succeeded unseen finds nothing to do.
    """
    while True:
        try:
            _relay(job, folder, watch)
            return _settle(job, folder, ending, code)
        except (OperationalError, InterfaceError):
            connection.close()
            if shutdown.wait(settings.JOB_POLL_SECONDS):
                return False  # the lease will run out, and the reaper see to it


def _settle(job: Job, folder: Path, ending: Ending, code: int) -> bool:
    if ending is Ending.CANCELLED:
        job_end_cancelled(job_id=job.pk, epoch=job.epoch)
        return False
    if code == 0:
        try:
            job_publish(job_id=job.pk, epoch=job.epoch, folder=folder)
        except DomainError as error:
            job_fail(job_id=job.pk, epoch=job.epoch, error=job_error(error.code, error.message, error.fields))
        return False
    tail = "\n".join(log_tail(folder, LOG_LINES))
    if code == BAD_INPUT:
        problem = run_json(folder, "error.json") or job_error("bad_input", tail)
        job_fail(job_id=job.pk, epoch=job.epoch, error=problem)
        return False
    blameless = ending is Ending.SHUTDOWN
    message = f"The trainer ended with status {code}. Its log ends:\n{tail}"
    return job_interrupt(job_id=job.pk, epoch=job.epoch, message=message, blameless=blameless)
