"""The retraining policy of a project: freeze and train again by itself when enough has come in, or enough time gone."""

import logging
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from annotator.domain.errors import DomainError
from annotator.models.annotations import Annotation
from annotator.models.datasets import Dataset, DatasetKind
from annotator.models.jobs import Job, JobKind
from annotator.models.projects import Project
from annotator.services.job_specs import JobRequest
from annotator.services.jobs import job_create

logger = logging.getLogger(__name__)


def retraining_run() -> list[Job]:
    """Start a reward job in every project whose policy says so; the jobs started."""
    wanting = Project.objects.filter(Q(retrain_after_annotations__isnull=False) | Q(retrain_every_hours__isnull=False))
    return [job for project in wanting if (job := retraining_start(project=project)) is not None]


def retraining_start(*, project: Project) -> Job | None:
    """Start a reward job if the project's policy asks for one now.

    The newest annotation names the state that the job is for, and is its idempotency key: the same state starts one
    job, however often and from however many processes this is asked. A job that cannot be started is logged, and tried
    again as long as the policy asks for it.
    """
    newest = Annotation.objects.filter(project=project).order_by("-pk").first()
    key = f"retrain-after-{newest.pk}" if newest else None
    if key is None or not _due(project) or Job.objects.filter(project=project, idempotency_key=key).exists():
        return None
    try:
        request = JobRequest(kind=JobKind.REWARD)
        return job_create(project=project, user=None, request=request, idempotency_key=key)
    except DomainError as error:
        logger.warning("project %s could not be retrained: %s", project.slug, error)
        return None


def _due(project: Project) -> bool:
    """Whether what came in since the last feedback dataset was frozen, or the time gone by, is enough."""
    last = Dataset.objects.filter(project=project, kind=DatasetKind.FEEDBACK).order_by("-created_at").first()
    fresh = Annotation.objects.filter(project=project)
    if last is not None:
        fresh = fresh.filter(created_at__gt=last.created_at)
    count = fresh.count()
    if project.retrain_after_annotations is not None and count >= project.retrain_after_annotations:
        return True
    if project.retrain_every_hours is None or not count:
        return False
    since = last.created_at if last else project.created_at
    return timezone.now() - since >= timedelta(hours=project.retrain_every_hours)
