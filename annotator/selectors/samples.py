"""What sample jobs published."""

from uuid import UUID

from django.db.models import QuerySet

from annotator.models.examples import Example
from annotator.models.projects import Project


def sampled_examples(*, project: Project, job_id: UUID | None = None) -> QuerySet[Example]:
    """Examples with their responses, the newest round first and each in the order it was sampled."""
    examples = Example.objects.filter(project=project, round__isnull=False).prefetch_related("responses")
    if job_id is not None:
        examples = examples.filter(round=job_id)
    return examples.order_by("-round__created_at", "pk")
