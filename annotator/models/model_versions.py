"""A model version: what a job published, what it was made of, and whether it is in use."""

import uuid

from django.db import models
from django.db.models import Q


class ModelKind(models.TextChoices):
    POLICY = "policy"
    REWARD = "reward"


class ModelStage(models.TextChoices):
    CANDIDATE = "candidate"
    ACTIVE = "active"
    ARCHIVED = "archived"


class ModelVersion(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(
        "annotator.Project", models.PROTECT, related_name="model_versions", db_index=False
    )
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=ModelKind.choices)
    stage = models.CharField(max_length=16, choices=ModelStage.choices, default=ModelStage.CANDIDATE)
    path = models.CharField(max_length=1000)
    sha256 = models.CharField(max_length=64)
    metrics = models.JSONField(default=dict)
    dataset = models.ForeignKey("annotator.Dataset", models.PROTECT, null=True, related_name="model_versions")
    job = models.OneToOneField("annotator.Job", models.PROTECT, null=True, related_name="model_version")
    parents = models.ManyToManyField("self", symmetrical=False, related_name="children", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    promoted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="model_version_name_once"),
            models.UniqueConstraint(
                fields=["project", "kind"], condition=Q(stage="active"), name="model_version_active_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=ModelKind.values), name="model_version_kind_known"),
            models.CheckConstraint(
                condition=Q(stage__in=ModelStage.values), name="model_version_stage_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.kind}, {self.stage})"
