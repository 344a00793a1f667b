"""The Celery app. It carries hints only: what must not be lost is a row in PostgreSQL."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.config.settings")

app = Celery("redpen")
app.config_from_object("django.conf:settings", namespace="CELERY")
for name in ("audit", "jobs", "payments", "quality", "queue", "sign_in", "studies", "tallies"):
    app.autodiscover_tasks(["annotator.tasks"], related_name=name)
