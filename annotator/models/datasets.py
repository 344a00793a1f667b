"""A dataset: an immutable folder of JSON lines and a manifest with their hashes."""

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models


class DatasetKind(models.TextChoices):
    FEEDBACK = "feedback"
    EXAMPLES = "examples"


class Dataset(models.Model):
    """A finished snapshot. Its name means these bytes: a trigger refuses to change or delete the row.

    Where somebody's data had to go, a revision without them takes its place; of the old one only the row is left.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey("annotator.Project", models.PROTECT, related_name="datasets", db_index=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=DatasetKind.choices)
    note = models.TextField(blank=True, default="")
    manifest = models.JSONField()
    sha256 = models.CharField(max_length=64)
    revises = models.OneToOneField(
        "annotator.Dataset", models.PROTECT, null=True, related_name="revision"
    )
    erased_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        "annotator.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="dataset_name_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=DatasetKind.values), name="dataset_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        """The folder with manifest.json, examples.jsonl and, for feedback, feedback.jsonl."""
        return Path(settings.DATASETS_DIR) / str(self.id)
