"""Starting a job: one row, once, with everything it will need already checked."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.utils import timezone

from annotator.domain.errors import DomainError
from annotator.domain.specs import spec_to_json
from annotator.models.annotations import Annotation, MissingMark, Span
from annotator.models.datasets import Dataset
from annotator.models.jobs import Job, JobKind
from annotator.models.people import User
from annotator.models.projects import Project
from annotator.services.audit import audited
from annotator.services.datasets import dataset_freeze
from annotator.services.job_specs import JobRequest, draft_spec, newest_dataset, spec_on_dataset


def job_create(*, project: Project, user: User | None, request: JobRequest, idempotency_key: str | None = None) -> Job:
    """Queue a job; the caller sends the hint. The same key and request give the same job.

    A reward job without a dataset freezes one, so this must not be called inside a transaction. Jobs of a project are
    created one after another, under an advisory lock. Raises DomainError: idempotency_mismatch, unknown_dataset, and
    those of `draft_spec` and `spec_on_dataset`.
    """
    with _one_at_a_time(project):
        project = Project.objects.get(pk=project.pk)
        asked = request.to_json()
        if idempotency_key is not None:
            earlier = Job.objects.filter(project=project, idempotency_key=idempotency_key).first()
            if earlier is not None:
                if earlier.kind != request.kind or earlier.params["asked"] != asked:
                    raise DomainError("idempotency_mismatch", "This idempotency key was used for another job.")
                return earlier
        job_id = uuid.uuid4()
        spec, model_ids = draft_spec(project=project, job_id=job_id, request=request)
        dataset = _dataset(project, user, request)
        with transaction.atomic():
            job = Job.objects.create(
                pk=job_id,
                project=project,
                kind=request.kind,
                params={"asked": asked, **model_ids},
                spec=spec_to_json(spec_on_dataset(spec=spec, dataset=dataset)),
                dataset=dataset,
                idempotency_key=idempotency_key,
                created_by=user,
            )
            detail = {"kind": request.kind.value, "dataset": str(dataset.pk)}
            audited(actor=user, action="job.create", project=project, target=f"job {job.pk}", detail=detail)
        return job


@contextmanager
def _one_at_a_time(project: Project) -> Iterator[None]:
    """A lock of the session, because freezing a dataset is a transaction of its own. It ends with the connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('job_create'), %s)", [project.pk])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('job_create'), %s)", [project.pk])


def _dataset(project: Project, user: User | None, request: JobRequest) -> Dataset:
    if request.dataset is not None:
        dataset = Dataset.objects.filter(project=project, pk=request.dataset).first()
        if dataset is None:
            message = f"There is no dataset {request.dataset} in this project."
            raise DomainError("unknown_dataset", message, {"dataset": message})
        return dataset
    if request.kind is not JobKind.REWARD:
        return newest_dataset(project=project, kind=request.kind)
    marked = [Span.objects, MissingMark.objects]
    if Annotation.objects.filter(project=project).exists() and not any(
        marks.filter(judgement__annotation__project=project).exists() for marks in marked
    ):
        raise DomainError(
            "single_class_dataset", "Every annotation of this project is clean: there is no error to learn."
        )
    return dataset_freeze(project=project, user=user, name=f"feedback {timezone.now():%Y-%m-%d %H:%M:%S.%f}")
