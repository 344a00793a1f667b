"""Reads about projects and the people in them."""

from functools import lru_cache
from typing import Any

import orjson
from django.db.models import QuerySet

from annotator.domain.desk import Desk, desk_from_json
from annotator.domain.taxonomy import Taxonomy as TaxonomyData
from annotator.domain.taxonomy import taxonomy_from_json
from annotator.models import Assignment, AssignmentState, Membership, Project, Taxonomy, User
from annotator.selectors.tallies import annotations_by_day, coverage, marks_by_type, work_by_person


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
    and what this person has done. From tallies: it costs as much at a million annotations as at a thousand."""
    covered, people = coverage(project=project), work_by_person(project=project)
    done = sum(done * examples for (_, done), examples in covered.items())
    leased = Assignment.objects.filter(project=project, state=AssignmentState.ACTIVE, slot__isnull=False).count()
    wanted = sum(slots * examples for (slots, _), examples in covered.items())
    marks = marks_by_type(project=project)
    return {
        "examples": sum(covered.values()),
        "slots": {"open": wanted - done - leased, "leased": leased, "done": done},
        "annotations": sum(work["annotations"] for work in people.values()),
        "annotators": len(people),
        "types": [{**kind, "count": marks[kind["key"]]} for kind in types_named(project=project)],
        "by_day": [{"date": day, "count": count} for day, count in annotations_by_day(project=project)],
        "mine": {"submitted": Membership.objects.get(project=project, user=user).submitted},
    }


def types_named(*, project: Project) -> list[dict[str, str]]:
    """The error types of the current taxonomy in its order: {"key", "name", "category"}."""
    return [
        {"key": kind.key, "name": kind.name, "category": category.key}
        for category in taxonomy_of(taxonomy_current(project=project)).categories
        for kind in category.types
    ]
