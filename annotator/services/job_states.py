"""The life of a job's row: queued, running, and one of three ends. Every step is one conditional write.

Whoever runs a job holds its epoch and, by the database's clock, its lease. A write on behalf of an attempt names the
epoch and happens only while the row still says that this attempt is running; it returns False (or None) otherwise, and
then the caller must let go.
"""

import os
import socket
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, Greatest, Now

from annotator.models.jobs import Job, JobMetric, JobState
from annotator.models.people import User
from annotator.services.audit import audited

MAX_FRUITLESS_ATTEMPTS = 2

JobError = dict[str, Any]


def job_error(code: str, message: str, fields: dict[str, str] | None = None) -> JobError:
    return {"code": code, "message": message, "fields": fields or {}}


def _held(job_id: UUID, epoch: int) -> QuerySet[Job]:
    return Job.objects.filter(pk=job_id, epoch=epoch, state=JobState.RUNNING)


def _lease_end() -> Any:
    return Now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


@transaction.atomic
def job_claim(*, job_id: UUID) -> Job | None:
    """Take a queued job for this process, under a new epoch; None if it is not queued or another was faster.

    `attempt` counts the claims since the last step made: see `job_interrupt`.
    """
    claimed = Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(
        state=JobState.RUNNING,
        epoch=F("epoch") + 1,
        attempt=F("attempt") + 1,
        lease_until=_lease_end(),
        host=socket.gethostname(),
        pid=os.getpid(),
        started_at=Coalesce(F("started_at"), Now()),
    )
    # The row stays locked until the end of this transaction: what is read is what was written.
    return Job.objects.get(pk=job_id) if claimed else None


def job_renew(*, job_id: UUID, epoch: int) -> Job | None:
    """Extend the lease; the row as it is now, or None if the job is no longer this attempt's."""
    renewed = _held(job_id, epoch).update(lease_until=_lease_end())
    return _held(job_id, epoch).first() if renewed else None


@transaction.atomic
def job_progress_record(*, job_id: UUID, epoch: int, rows: list[dict[str, Any]]) -> bool:
    """Keep lines of progress.jsonl as metrics; a step told before is written over.

    A step beyond all earlier ones shows that the attempt gets somewhere and sets `attempt` back.
    """
    job = _held(job_id, epoch).select_for_update().first()
    if job is None:
        return False
    by_step = {row["step"]: row for row in rows}
    JobMetric.objects.bulk_create(
        [
            JobMetric(job=job, step=step, phase=row.get("phase") or "", data=_values(row))
            for step, row in sorted(by_step.items())
        ],
        update_conflicts=True,
        unique_fields=["job", "step"],
        update_fields=["phase", "data"],
        batch_size=1000,
    )
    if max(by_step) > job.step:
        job.step, job.attempt = max(by_step), 0
    job.total, job.phase = rows[-1].get("total"), rows[-1].get("phase") or ""
    job.save(update_fields=["step", "attempt", "total", "phase"])
    return True


def _values(row: dict[str, Any]) -> dict[str, Any]:
    """The metrics of a step, and the time at which it ended (seconds since 1970) where it says so."""
    clock = {"time": row["time"]} if "time" in row else {}
    return (row.get("metrics") or {}) | clock


def job_fail(*, job_id: UUID, epoch: int, error: JobError) -> bool:
    """End the job for good: trying again would not help."""
    return bool(_end(_held(job_id, epoch), JobState.FAILED, error=error))


def job_end_cancelled(*, job_id: UUID, epoch: int) -> bool:
    return bool(_end(_held(job_id, epoch), JobState.CANCELLED))


def _end(jobs: QuerySet[Job], state: JobState, **values: Any) -> int:
    return jobs.update(state=state, lease_until=None, finished_at=Now(), **values)


@transaction.atomic
def job_interrupt(*, job_id: UUID, epoch: int, message: str, blameless: bool = False) -> bool:
    """Queue the job again after an attempt that neither finished nor failed; True if it is queued.

    One that was asked to cancel ends cancelled. After two attempts in a row without a new step it fails as poisoned,
    with `message`: a third would end the same way. A blameless interruption (the worker had to go) does not count.
    """
    job = _held(job_id, epoch).select_for_update().first()
    return job is not None and _requeue(job, message, blameless)


def _requeue(job: Job, message: str, blameless: bool) -> bool:
    """The caller holds the lock of the row."""
    row = Job.objects.filter(pk=job.pk)
    if job.cancel_requested_at is not None:
        _end(row, JobState.CANCELLED)
        return False
    if not blameless and job.attempt >= MAX_FRUITLESS_ATTEMPTS:
        text = f"{job.attempt} attempts in a row ended without a new step. {message}"
        _end(row, JobState.FAILED, error=job_error("job_poisoned", text))
        return False
    attempt = Greatest(F("attempt") - 1, 0) if blameless else F("attempt")
    row.update(state=JobState.QUEUED, lease_until=None, attempt=attempt)
    return True


@transaction.atomic
def jobs_reap() -> int:
    """Interrupt every running job whose lease is over: its worker is dead, frozen or cut off. Returns how many."""
    expired = Job.objects.filter(state=JobState.RUNNING, lease_until__lt=Now()).select_for_update(skip_locked=True)
    jobs = list(expired)
    for job in jobs:
        _requeue(job, f"Its worker on {job.host} (process {job.pid}) stopped answering.", blameless=False)
    return len(jobs)


@transaction.atomic
def job_cancel(*, job_id: UUID, actor: User | None = None) -> Job:
    """Cancel a queued job at once; ask the worker of a running one to stop it. A finished job stays as it is."""
    job = Job.objects.select_for_update(of=("self",)).select_related("project").get(pk=job_id)
    state = job.state
    if job.state == JobState.QUEUED:
        _end(Job.objects.filter(pk=job_id), JobState.CANCELLED, cancel_requested_at=Now())
    elif job.state == JobState.RUNNING:
        Job.objects.filter(pk=job_id, cancel_requested_at=None).update(cancel_requested_at=Now())
    job.refresh_from_db()
    detail = {"state": state}
    audited(actor=actor, action="job.cancel", project=job.project, target=f"job {job.pk}", detail=detail)
    return job
