"""Payments on their way. The rows are the truth: a hint that is lost is repeated by beat."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from annotator.models import Study
from annotator.selectors.pay import studies_to_pay
from annotator.services.sending import payments_send

# Until beat comes again anyway.
RESUME_SECONDS = 60

logger = logging.getLogger(__name__)


@shared_task(name="payments.send")
def send(study_id: int) -> None:
    payments_send(study=Study.objects.select_related("project").get(pk=study_id))


@shared_task(name="payments.resume")
def resume() -> None:
    for study in studies_to_pay():
        hint(study.pk)


def hint(study_id: int) -> None:
    """Have a study's payments sent, whose approval is committed. If Redis is away, beat will see to it."""
    try:
        send.apply_async((study_id,), expires=RESUME_SECONDS, retry_policy={"max_retries": 1})
    except OperationalError as error:
        logger.warning("no hint for the payments of study %s: %s", study_id, error)
