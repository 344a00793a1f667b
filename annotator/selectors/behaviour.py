"""What annotators did and said beside their feedback."""

from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from annotator.models import AnnotationLog, Flag, Project
from annotator.selectors.access import not_found


def annotation_log(*, project: Project, record_id: UUID) -> list[dict[str, Any]]:
    """The log of an annotation, [] where none was sent; DomainError not_found if the project has no such record."""
    annotation = project.annotations.filter(record_id=record_id).select_related("log").first()
    if annotation is None:
        raise not_found("annotation", record_id)
    try:
        return annotation.log.entries
    except AnnotationLog.DoesNotExist:
        return []


def flag_list(*, project: Project) -> QuerySet[Flag]:
    """What was reported in the project, newest first, each with the pseudonym of who did."""
    flags = Flag.objects.filter(assignment__project=project, assignment__user__memberships__project=project)
    flags = flags.select_related("assignment__example")
    return flags.annotate(annotator=F("assignment__user__memberships__pseudonym")).order_by("-created_at", "-pk")
