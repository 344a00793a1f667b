"""Hints for jobs. Each may come twice, late or never: the row of the job is the truth, and the reaper repeats hints."""

import logging
from uuid import UUID

import redis
from celery import shared_task
from celery.signals import worker_shutting_down
from django.conf import settings
from kombu.exceptions import OperationalError

from annotator.selectors.jobs import queued_job_ids
from annotator.services import supervision
from annotator.services.job_states import jobs_reap
from annotator.services.retraining import retraining_run

QUEUE = "gpu"  # where the settings route jobs.run

logger = logging.getLogger(__name__)


@shared_task(name="jobs.run")
def run_job(job_id: str) -> None:
    if supervision.job_run(job_id=UUID(job_id)):
        hint(UUID(job_id))


@shared_task(name="jobs.reap")
def reap_jobs() -> None:
    """Queue again what lost its worker, and send the hints that were lost with Redis.

    Hints are sent only when none is waiting, so that they do not pile up behind a long job.
    """
    jobs_reap()
    waiting = queued_job_ids()
    if waiting and not _hints_waiting():
        for job_id in waiting:
            hint(job_id)


@shared_task(name="jobs.retrain")
def retrain() -> None:
    for job in retraining_run():
        hint(job.pk)


def hint(job_id: UUID) -> None:
    """Tell the GPU workers of a queued job, whose row is committed. If Redis is away, the reaper will tell them."""
    try:
        run_job.apply_async((str(job_id),), retry_policy={"max_retries": 1})
    except OperationalError as error:
        logger.warning("no hint for job %s: %s", job_id, error)


def _hints_waiting() -> int:
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
        return int(client.llen(QUEUE))


@worker_shutting_down.connect
def _stop_trainer(**_: object) -> None:
    supervision.shutdown.set()
