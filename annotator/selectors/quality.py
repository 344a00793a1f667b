"""Reports on the quality of a project's judgements, and what they are made from."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Sum

from annotator.models import Annotation, Membership, Project, QualityReport

# Annotations that a report is computed from, at most: some 5 s of arithmetic on one core.
SAMPLE_LIMIT = 6000
# A report is due after so many new annotations, or after this share of what the last one covered.
DUE_AFTER, DUE_SHARE = 50, 0.05

COVERED = """
SELECT count(*), count(DISTINCT annotation.user_id), count(DISTINCT annotation.example_id)
FROM annotator_assignment annotation
WHERE project_id = %s AND state = 'submitted' AND gold_id IS NULL
"""

# By a hash of their number, so that a report is about the same examples as the one before and more.
JUDGED = """
SELECT example_id, count(*) FROM annotator_assignment
WHERE project_id = %s AND state = 'submitted' AND gold_id IS NULL
GROUP BY example_id ORDER BY (count(*) >= 2) DESC, md5(example_id::text) LIMIT %s
"""

SHARED = """
SELECT count(*) FROM (
    SELECT FROM annotator_assignment WHERE project_id = %s AND state = 'submitted' AND gold_id IS NULL
    GROUP BY example_id HAVING count(*) >= 2
) shared
"""


def report_latest(project: Project) -> QualityReport | None:
    """The newest report; its `figures` are the JSON of domain.quality_report.Figures."""
    return QualityReport.objects.filter(project=project).order_by("-number").first()


def report_numbered(project: Project, number: int) -> QualityReport | None:
    """The report of that number."""
    return QualityReport.objects.filter(project=project, number=number).first()


def reports_over_time(project: Project) -> list[dict[str, Any]]:
    """Every report from the first on, without what fills a page of its own: {"number", "made_at", "annotations",
    "covers" (domain.quality_report.Covers), "overall" and "comparisons" (measure -> Figure), "categories" (category ->
    measure -> Figure)}."""
    agreement = "figures__agreement__"
    rows = QualityReport.objects.filter(project=project).order_by("number")
    return [
        {"number": number, "made_at": made_at, "annotations": annotations, "covers": covers}
        | {"overall": overall, "categories": categories, "comparisons": comparisons}
        for number, made_at, annotations, covers, overall, categories, comparisons in rows.values_list(
            *("number", "made_at", "annotations", "figures__covers"),
            *(f"{agreement}overall", f"{agreement}categories", f"{agreement}comparisons"),
        )
    ]


def report_due(project: Project) -> bool:
    """Whether so much has been submitted since the last report, or is there without one, that there should be one."""
    last = report_latest(project)
    if last is None:
        return Annotation.objects.filter(project=project)[:DUE_AFTER].count() == DUE_AFTER
    return submitted_count(project) - last.submitted >= max(DUE_AFTER, DUE_SHARE * last.annotations)


def submitted_count(project: Project) -> int:
    """How much has been submitted, from the running totals of the members; imports are not among them."""
    return Membership.objects.filter(project=project).aggregate(total=Sum("submitted"))["total"] or 0


def covered_counts(project: Project) -> dict[str, int]:
    """Annotations, annotators, examples, and shared examples (see domain.quality_report.Covers)."""
    with connection.cursor() as cursor:
        cursor.execute(COVERED, [project.pk])
        annotations, annotators, examples = cursor.fetchone()
        cursor.execute(SHARED, [project.pk])
        (shared,) = cursor.fetchone()
    return {"annotations": annotations, "annotators": annotators, "examples": examples, "shared": shared}


def examples_sampled(project: Project, limit: int) -> Sequence[tuple[int, int]]:
    """Examples, with how many judged them, of together at most `limit` annotations; first those that several did."""
    with connection.cursor() as cursor:
        cursor.execute(JUDGED, [project.pk, limit])
        rows = cursor.fetchall()
    chosen, total = [], 0
    for example, judges in rows:
        total += judges
        if total > limit:
            break
        chosen.append((example, judges))
    return chosen
