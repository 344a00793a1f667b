"""What providers may have told us while nobody listened."""

from celery import shared_task

from annotator.services.provider_events import reconcile as reconcile_studies


@shared_task(name="studies.reconcile")
def reconcile() -> None:
    reconcile_studies()
