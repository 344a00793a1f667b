"""Models of a project."""

from django.db.models import QuerySet

from annotator.models.model_versions import ModelVersion
from annotator.models.projects import Project


def model_version_list(*, project: Project) -> QuerySet[ModelVersion]:
    """Newest first."""
    models = ModelVersion.objects.filter(project=project).select_related("dataset").prefetch_related("parents")
    return models.order_by("-created_at")
