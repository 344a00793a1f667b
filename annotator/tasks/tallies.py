"""Numbers are right without it: it keeps them quick to add up."""

from celery import shared_task

from annotator.services.tallies import tallies_fold


@shared_task(name="tallies.fold")
def fold() -> None:
    tallies_fold()
