"""Sums of the tallies. Each costs what its people and hours cost, however many annotations there are."""

from collections import Counter
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Max, Min, Sum
from django.db.models.functions import TruncDate

from annotator.models import MarkTally, Project, WorkTally

COVERAGE = """
SELECT slots, done, sum(examples)::bigint
FROM (
    SELECT slots, done, examples FROM annotator_coveragetally WHERE project_id = %(project)s
    UNION ALL
    SELECT slots, done, examples FROM annotator_coverage_moves() WHERE project_id = %(project)s
) AS rows
GROUP BY slots, done HAVING sum(examples) <> 0 ORDER BY slots, done
"""


def coverage(*, project: Project) -> dict[tuple[int, int], int]:
    """(slots, of which done) -> how many examples have so many; examples without slots are left out."""
    with connection.cursor() as cursor:
        cursor.execute(COVERAGE, {"project": project.pk})
        return {(slots, done): examples for slots, done, examples in cursor.fetchall()}


def work_by_person(*, project: Project) -> dict[int, dict[str, Any]]:
    """User id -> annotations, counted, timed, milliseconds, and the hours of the first and the last; who has none is
    left out."""
    rows = WorkTally.objects.filter(project=project).values("user").annotate(
        annotations=Sum("annotations"),
        counted=Sum("counted"),
        timed=Sum("timed"),
        milliseconds=Sum("milliseconds"),
        first=Min("hour"),
        last=Max("hour"),
    )  # fmt: skip
    return {row["user"]: {**row} for row in rows if row["annotations"]}


def counted_by_hour(*, project: Project) -> list[tuple[datetime, int]]:
    """The hours in which judgements came in that count, the oldest first, with how many."""
    rows = WorkTally.objects.filter(project=project).values_list("hour").annotate(total=Sum("counted"))
    return list(rows.exclude(total=0).order_by("hour"))


def annotations_by_day(*, project: Project) -> list[tuple[date, int]]:
    """The days (UTC) on which annotations came in, the oldest first, with how many."""
    days = WorkTally.objects.filter(project=project).annotate(day=TruncDate("hour")).values_list("day")
    return list(days.annotate(total=Sum("annotations")).exclude(total=0).order_by("day"))


def marks_by_person(*, project: Project) -> Counter[int]:
    """User id -> marks."""
    return Counter(dict(MarkTally.objects.filter(project=project).values_list("user").annotate(Sum("marks"))))


def marks_by_type(*, project: Project) -> Counter[str]:
    """Key of a type -> marks."""
    return Counter(dict(MarkTally.objects.filter(project=project).values_list("type").annotate(Sum("marks"))))
