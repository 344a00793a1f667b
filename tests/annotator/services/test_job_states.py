import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now

from annotator.models import Job, JobMetric
from annotator.services.job_states import (
    job_cancel,
    job_claim,
    job_fail,
    job_interrupt,
    job_progress_record,
    job_renew,
    jobs_reap,
)
from tests.jobs import make_dataset, make_project, start_job

ERROR = {"code": "c", "message": "m", "fields": {}}


@pytest.fixture
def job(db, tmp_path):
    project = make_project(tmp_path)
    make_dataset(project)
    return start_job(project)


def expire(job):
    Job.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=1))


def row(step, **more):
    return {"step": step, "total": 9, "phase": "train", "metrics": {"loss": 1.0}} | more


def test_a_job_is_claimed_once_and_only_while_queued(job):
    claimed = job_claim(job_id=job.pk)
    assert (claimed.state, claimed.epoch, claimed.attempt) == ("running", 1, 1)
    assert claimed.lease_until > claimed.started_at
    assert job_claim(job_id=job.pk) is None
    expire(job)
    assert job_claim(job_id=job.pk) is None, "an expired job goes through the reaper, which counts"


def test_of_many_claims_at_once_one_wins(transactional_db, tmp_path):
    project = make_project(tmp_path)
    make_dataset(project)
    job, won = start_job(project), []
    barrier = threading.Barrier(8)

    def claim():
        barrier.wait()
        won.append(job_claim(job_id=job.pk))
        connection.close()

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [claimed.epoch for claimed in won if claimed] == [1]


def test_only_the_epoch_that_holds_the_job_can_write(job):
    job_claim(job_id=job.pk)
    expire(job)
    assert jobs_reap() == 1
    assert job_renew(job_id=job.pk, epoch=1) is None, "queued again"
    assert job_claim(job_id=job.pk).epoch == 2
    assert job_renew(job_id=job.pk, epoch=1) is None
    assert job_progress_record(job_id=job.pk, epoch=1, rows=[row(1)]) is False
    assert job_fail(job_id=job.pk, epoch=1, error=ERROR) is False
    assert job_interrupt(job_id=job.pk, epoch=1, message="m") is False
    assert job_renew(job_id=job.pk, epoch=2).state == "running"
    assert not JobMetric.objects.exists()


def test_the_reaper_leaves_leases_alone_that_are_not_over(job):
    job_claim(job_id=job.pk)
    assert jobs_reap() == 0


def test_two_attempts_without_a_step_poison_the_job(job):
    job_claim(job_id=job.pk)
    expire(job)
    jobs_reap()
    job_claim(job_id=job.pk)
    expire(job)
    jobs_reap()
    job.refresh_from_db()
    assert (job.state, job.error["code"]) == ("failed", "job_poisoned")
    assert "stopped answering" in job.error["message"]


def test_a_new_step_clears_the_count_and_a_repeated_one_does_not(job):
    for steps, attempt in (([1, 2], 0), ([2], 1), ([3], 0)):
        claimed = job_claim(job_id=job.pk)
        job_progress_record(job_id=job.pk, epoch=claimed.epoch, rows=[row(step) for step in steps])
        job.refresh_from_db()
        assert job.attempt == attempt
        assert job_interrupt(job_id=job.pk, epoch=claimed.epoch, message="m") is True


def test_progress_told_twice_is_kept_once(job):
    job_claim(job_id=job.pk)
    rows = [row(1), row(2), row(2, metrics={"loss": 0.5})]
    for _ in range(3):
        assert job_progress_record(job_id=job.pk, epoch=1, rows=rows) is True
    job.refresh_from_db()
    assert (job.step, job.total, job.phase) == (2, 9, "train")
    assert [(metric.step, metric.data["loss"]) for metric in job.metrics.all()] == [(1, 1.0), (2, 0.5)]


def test_an_interruption_without_blame_does_not_count(job):
    for _ in range(5):
        claimed = job_claim(job_id=job.pk)
        assert job_interrupt(job_id=job.pk, epoch=claimed.epoch, message="m", blameless=True) is True


def test_a_cancelled_job_is_not_queued_again(job):
    job_claim(job_id=job.pk)
    assert job_cancel(job_id=job.pk).cancel_requested_at is not None
    asked_at = job_cancel(job_id=job.pk).cancel_requested_at
    expire(job)
    jobs_reap()
    job.refresh_from_db()
    assert (job.state, job.cancel_requested_at) == ("cancelled", asked_at)
    assert job_cancel(job_id=job.pk).state == "cancelled"
