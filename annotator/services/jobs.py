"""Starting a job: one row, once, with everything it will need already checked."""

import uuid

from django.db import transaction
from django.utils import timezone

from annotator.domain.errors import DomainError
from annotator.domain.specs import spec_to_json
from annotator.models.annotations import Annotation
from annotator.models.datasets import Dataset
from annotator.models.jobs import Job, JobKind
from annotator.models.people import User
from annotator.models.projects import Project
from annotator.services.datasets import dataset_freeze
from annotator.services.job_specs import JobRequest, draft_spec, newest_dataset, spec_on_dataset


@transaction.atomic
def job_create(*, project: Project, user: User | None, request: JobRequest, idempotency_key: str | None = None) -> Job:
    """Queue a job; the caller sends the hint once this is committed. The same key and request give the same job.

    A reward job without a dataset freezes one. Jobs of a project are created one after another (its row is locked).
    Raises DomainError: idempotency_mismatch, unknown_dataset, and those of `draft_spec` and `spec_on_dataset`.
    """
    project = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
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
    return Job.objects.create(
        pk=job_id,
        project=project,
        kind=request.kind,
        params={"asked": asked, **model_ids},
        spec=spec_to_json(spec_on_dataset(spec=spec, dataset=dataset)),
        dataset=dataset,
        idempotency_key=idempotency_key,
        created_by=user,
    )


def _dataset(project: Project, user: User | None, request: JobRequest) -> Dataset:
    if request.dataset is not None:
        dataset = Dataset.objects.filter(project=project, pk=request.dataset).first()
        if dataset is None:
            message = f"There is no dataset {request.dataset} in this project."
            raise DomainError("unknown_dataset", message, {"dataset": message})
        return dataset
    if request.kind is not JobKind.REWARD:
        return newest_dataset(project=project, kind=request.kind)
    if not Annotation.objects.filter(project=project).exists():
        raise DomainError("empty_dataset", "Nothing in this project has been annotated yet.")
    name = f"feedback {timezone.now():%Y-%m-%d %H:%M:%S}"
    return dataset_freeze(project=project, user=user, name=name, note="")
