"""Keeping the tallies short, and counting them anew."""

from django.db import connection

from annotator.models import Project


def tallies_fold() -> None:
    """Make the rows of each key that grew one row. Numbers stay as they are; submits go on meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT annotator_tallies_fold()")


def tallies_rebuild(*, project: Project) -> None:
    """Count the project again. Only what triggers do not see makes that differ, such as TRUNCATE."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT annotator_tallies_rebuild(%s)", [project.pk])
