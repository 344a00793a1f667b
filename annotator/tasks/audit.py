"""The head of the audit log, kept where the database's own administrator cannot change it."""

from celery import shared_task

from annotator.services.audit_anchors import anchor_keep


@shared_task(name="audit.anchor")
def anchor() -> None:
    anchor_keep()
