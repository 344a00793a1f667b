"""Making quality reports."""

from django.db import connection, transaction
from django.db.models import Max

from annotator.domain.quality_report import Covers, figures_to_json
from annotator.models import Example, Project, QualityReport
from annotator.quality.marks import in_taxonomy
from annotator.quality.report import report_figures
from annotator.selectors.projects import taxonomy_current, taxonomy_of
from annotator.selectors.quality import (
    SAMPLE_LIMIT,
    covered_counts,
    examples_sampled,
    report_due,
    submitted_count,
)
from annotator.selectors.records import feedback_records

# The first half of the key of an advisory lock, whose second half is the project.
REPORT_LOCK = 0x7265


def report_make(*, project: Project, limit: int = SAMPLE_LIMIT) -> QualityReport | None:
    """A new report on what the project's judgements are worth as of now; None if one is being made just then.

    It is computed from at most `limit` annotations, so that it takes less than a minute however large the project is,
    and says so. Reads in a REPEATABLE READ transaction of its own, under an advisory lock: call it outside of any
    transaction.
    """
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [REPORT_LOCK, project.pk])
            if not cursor.fetchone()[0]:
                return None
        row, counts = taxonomy_current(project=project), covered_counts(project)
        taxonomy = taxonomy_of(row)
        chosen = examples_sampled(project, limit)
        covers = Covers(
            **counts,
            sampled_annotations=sum(judges for _, judges in chosen),
            sampled_shared=sum(judges >= 2 for _, judges in chosen),
            limit=limit,
        )
        examples = [example for example, _ in chosen]
        every = feedback_records(project=project, examples=examples)
        records = [in_taxonomy(record, taxonomy) for record in every]
        rows = dict(Example.objects.filter(pk__in=examples).values_list("external_id", "pk"))
        figures = report_figures(records, taxonomy, covers, rows)
        last = QualityReport.objects.filter(project=project).aggregate(last=Max("number"))["last"] or 0
        return QualityReport.objects.create(
            project=project,
            number=last + 1,
            annotations=counts["annotations"],
            submitted=submitted_count(project),
            taxonomy=row,
            figures=figures_to_json(figures),
        )


def reports_make_due() -> list[QualityReport]:
    """A report for every project that is due one; those made."""
    made = [report_make(project=project) for project in Project.objects.all() if report_due(project)]
    return [report for report in made if report]
