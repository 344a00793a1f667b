"""Jobs of a project, and their curves."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from annotator.models.jobs import Job, JobMetric, JobState
from annotator.models.projects import Project

MAX_POINTS = 2000


def job_list(*, project: Project) -> QuerySet[Job]:
    """Newest first."""
    return Job.objects.filter(project=project).select_related("dataset", "created_by").order_by("-created_at")


def queued_job_ids() -> list[UUID]:
    """Oldest first."""
    return list(Job.objects.filter(state=JobState.QUEUED).order_by("created_at").values_list("pk", flat=True))


def job_metrics(*, job: Job, since_step: int = 0) -> list[dict[str, Any]]:
    """[{"step", "phase", "values": {metric: number or None}}] after `since_step`, in order of steps.

    At most 2,000 points, evenly thinned out; the newest is always among them, so that a reader who goes on from the
    last step it saw misses nothing that a curve would show.
    """
    points = JobMetric.objects.filter(job=job, step__gt=since_step).order_by("step")
    steps = list(points.values_list("step", flat=True))
    if len(steps) > MAX_POINTS:
        stride = -(-len(steps) // MAX_POINTS)
        points = points.filter(step__in=steps[::-1][::stride])
    return [{"step": point.step, "phase": point.phase, "values": point.data} for point in points]
