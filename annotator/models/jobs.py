"""A job: the row is the truth about a training run, whatever queues and processes say."""

import uuid

from django.db import models
from django.db.models import Q


class JobKind(models.TextChoices):
    SFT = "sft"
    REWARD = "reward"
    PPO = "ppo"
    SAMPLE = "sample"
    EVALUATE = "evaluate"


class JobState(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(models.Model):
    """`epoch` counts the claims: whoever holds an older one may publish nothing.

    A finished job stays finished, and an epoch never falls: a trigger refuses both.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey("annotator.Project", models.PROTECT, related_name="jobs")
    kind = models.CharField(max_length=16, choices=JobKind.choices)
    state = models.CharField(max_length=16, choices=JobState.choices, default=JobState.QUEUED)
    # What was asked for, and the spec file made of it.
    params = models.JSONField(default=dict)
    spec = models.JSONField(default=dict)
    dataset = models.ForeignKey("annotator.Dataset", models.PROTECT, null=True, related_name="jobs")
    idempotency_key = models.CharField(max_length=200, null=True)
    epoch = models.PositiveIntegerField(default=0)
    attempt = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    cancel_requested_at = models.DateTimeField(null=True)
    host = models.CharField(max_length=200, blank=True, default="")
    pid = models.PositiveIntegerField(null=True)
    step = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    phase = models.CharField(max_length=64, blank=True, default="")
    result = models.JSONField(null=True)
    error = models.JSONField(null=True)
    created_by = models.ForeignKey(
        "annotator.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "idempotency_key"], name="job_idempotency_key_once"),
            models.CheckConstraint(condition=Q(kind__in=JobKind.values), name="job_kind_known"),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_known"),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(lease_until__isnull=False), name="job_leased"
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | Q(error__isnull=False), name="job_failure_explained"
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(state="queued"), name="job_queue"),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="job_leases"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id} {self.state}"


class JobMetric(models.Model):
    """One step of a job's curves; a resumed attempt writes over the steps it repeats."""

    job = models.ForeignKey("annotator.Job", models.CASCADE, related_name="metrics", db_index=False)
    step = models.PositiveIntegerField()
    phase = models.CharField(max_length=64, blank=True, default="")
    data = models.JSONField()

    class Meta:
        ordering = ["step"]
        constraints = [models.UniqueConstraint(fields=["job", "step"], name="job_metric_step_once")]

    def __str__(self) -> str:
        return f"{self.job_id} step {self.step}"
