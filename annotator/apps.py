"""The one Django app of the web side."""

from django.apps import AppConfig


class AnnotatorConfig(AppConfig):
    name = "annotator"
    label = "annotator"
    default_auto_field = "django.db.models.BigAutoField"
