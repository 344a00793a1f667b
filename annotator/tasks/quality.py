"""Quality reports, made by and by."""

from celery import shared_task

from annotator.models import Project
from annotator.services.gold import gold_checks_run
from annotator.services.quality import report_make, reports_make_due


@shared_task(name="quality.report")
def make_report(project_id: int) -> None:
    report_make(project=Project.objects.get(pk=project_id))


@shared_task(name="quality.gold")
def check_gold() -> None:
    gold_checks_run()


@shared_task(name="quality.due")
def make_due_reports() -> None:
    reports_make_due()
