"""A project: one question put to annotators about one stream of examples."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from annotator.domain.strategies import STRATEGIES


class Project(models.Model):
    slug = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    overlap = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1)])
    judged_responses = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1)])
    require_corrections = models.BooleanField(default=False)
    strategy = models.CharField(
        max_length=24, choices=[(each, each) for each in STRATEGIES], default="breadth_first"
    )
    # Grows whenever many slots come or move at once; people then go through the queue from its start.
    queue_version = models.IntegerField(default=1, db_default=1)
    # The example up to which the slots stand where overlap and strategy want them; null: all do.
    arranged_to = models.BigIntegerField(null=True)
    lease_minutes = models.PositiveIntegerField(default=30, validators=[MinValueValidator(1)])
    guideline_version = models.CharField(max_length=64, default="1")
    guideline = models.TextField(blank=True, default="")
    # What annotators are asked for, and how: domain.desk says what may stand here. What is absent is the default.
    desk = models.JSONField(default=dict, blank=True)
    # Folder or hub name of the models that the first jobs of the project start from.
    base_policy = models.CharField(max_length=500, blank=True, default="")
    base_reward = models.CharField(max_length=500, blank=True, default="")
    # {job kind: {spec field: value}}: what a job of this project uses where its request says nothing.
    job_defaults = models.JSONField(default=dict, blank=True)
    # The retraining policy: null means "never by itself".
    retrain_after_annotations = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)]
    )
    retrain_every_hours = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)]
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(overlap__gte=1), name="project_overlap_positive"),
            models.CheckConstraint(condition=Q(judged_responses__gte=1), name="project_judged_positive"),
            models.CheckConstraint(condition=Q(lease_minutes__gte=1), name="project_lease_positive"),
            models.CheckConstraint(condition=Q(strategy__in=list(STRATEGIES)), name="project_strategy_known"),
        ]

    def __str__(self) -> str:
        return self.slug


class Taxonomy(models.Model):
    """One version of a project's error categories and types; the newest row is the current one."""

    project = models.ForeignKey(
        "annotator.Project", models.CASCADE, related_name="taxonomies", db_index=False
    )
    version = models.CharField(max_length=64)
    body = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "version"], name="taxonomy_version_once")]

    def __str__(self) -> str:
        return self.version
