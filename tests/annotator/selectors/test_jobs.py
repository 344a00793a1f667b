from itertools import pairwise

import pytest

from annotator.models import JobMetric
from annotator.selectors.jobs import MAX_POINTS, job_metrics, queued_job_ids
from annotator.services.job_states import job_claim
from tests.jobs import make_dataset, make_project, start_job


@pytest.fixture
def project(db, tmp_path):
    project = make_project(tmp_path)
    make_dataset(project)
    return project


def record(job, steps):
    JobMetric.objects.bulk_create(JobMetric(job=job, step=step, phase="p", data={"loss": step}) for step in steps)


def test_metrics_after_a_step(project):
    job = start_job(project)
    record(job, [1, 2, 3])
    assert job_metrics(job=job, since_step=1) == [
        {"step": 2, "phase": "p", "values": {"loss": 2}},
        {"step": 3, "phase": "p", "values": {"loss": 3}},
    ]
    assert job_metrics(job=job, since_step=3) == []


@pytest.mark.parametrize("count", [MAX_POINTS, MAX_POINTS + 1, 3 * MAX_POINTS + 7])
def test_many_metrics_are_thinned_evenly_and_end_with_the_newest(project, count):
    job = start_job(project)
    record(job, range(1, count + 1))
    steps = [point["step"] for point in job_metrics(job=job)]
    assert MAX_POINTS / 2 <= len(steps) <= MAX_POINTS
    assert steps[-1] == count
    assert len({after - before for before, after in pairwise(steps)}) == 1


def test_queued_jobs_oldest_first(project):
    first, second, third = (start_job(project) for _ in range(3))
    job_claim(job_id=second.pk)
    assert queued_job_ids() == [first.pk, third.pk]
