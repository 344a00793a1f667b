"""Every settings import passes through here, so the Celery app is configured before any task is declared."""

from annotator.config.celery import app as celery_app

__all__ = ["celery_app"]
