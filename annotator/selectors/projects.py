"""Reads about projects and the people in them."""

from functools import lru_cache
from typing import Any

import orjson
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate

from annotator.domain.desk import Desk, desk_from_json
from annotator.domain.taxonomy import Taxonomy as TaxonomyData
from annotator.domain.taxonomy import taxonomy_from_json
from annotator.models import (
    Annotation,
    Assignment,
    Example,
    Membership,
    MissingMark,
    Project,
    Slot,
    SlotState,
    Span,
    Taxonomy,
    User,
)


def membership_list(*, user: User) -> QuerySet[Membership]:
    """The person's memberships with their projects, by project name."""
    return Membership.objects.filter(user=user).select_related("project").order_by("project__name", "project_id")


def taxonomy_current(*, project: Project) -> Taxonomy:
    """The newest taxonomy of the project."""
    return Taxonomy.objects.filter(project=project).latest("pk")


def taxonomy_of(row: Taxonomy) -> TaxonomyData:
    """The taxonomy as the domain knows it."""
    return taxonomy_parsed(orjson.dumps(row.body))


def desk_of(row: Project | Assignment) -> Desk:
    """The desk of the project, or the one that the assignment's person was given, as the domain knows it."""
    return desk_parsed(orjson.dumps(row.desk))


@lru_cache(maxsize=256)
def taxonomy_parsed(body: str | bytes) -> TaxonomyData:
    """The taxonomy from its JSON. What is stored was checked; reading it takes too long to do it for every request."""
    return taxonomy_from_json(orjson.loads(body))


@lru_cache(maxsize=1024)
def desk_parsed(body: str | bytes) -> Desk:
    """The desk from its JSON; as taxonomy_parsed."""
    return desk_from_json(orjson.loads(body))


def earned(*, project: Project, membership: Membership) -> float | None:
    """What the person has earned in the project; None where texts are not paid for one by one."""
    return None if desk_of(project).pay is None else float(membership.earned)


def project_progress(*, project: Project, user: User) -> dict[str, Any]:
    """How far the project is: examples, slots by state, annotations, annotators, marks by type, annotations by day,
    and what this person has done."""
    slots = dict(Slot.objects.filter(project=project).values_list("state").annotate(Count("pk")))
    annotations = Annotation.objects.filter(project=project)
    by_day = annotations.annotate(day=TruncDate("created_at")).values_list("day").annotate(Count("pk")).order_by("day")
    totals = annotations.aggregate(annotations=Count("pk"), annotators=Count("assignment__user", distinct=True))
    return {
        "examples": Example.objects.filter(project=project).count(),
        "slots": {str(state): slots.get(state, 0) for state in SlotState.values},
        **totals,
        "types": _marks_by_type(project),
        "by_day": [{"date": day, "count": count} for day, count in by_day],
        "mine": {"submitted": Membership.objects.get(project=project, user=user).submitted},
    }


def _marks_by_type(project: Project) -> list[dict[str, Any]]:
    counts: dict[str, int] = {}
    for model in (Span, MissingMark):
        marks = model._default_manager.filter(Q(judgement__annotation__project=project)).order_by()
        for key, count in marks.values_list("type").annotate(Count("pk")):
            counts[key] = counts.get(key, 0) + count
    taxonomy = taxonomy_of(taxonomy_current(project=project))
    return [
        {"key": kind.key, "name": kind.name, "category": category.key, "count": counts.get(kind.key, 0)}
        for category in taxonomy.categories
        for kind in category.types
    ]
