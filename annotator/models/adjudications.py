"""What adjudicators made of several judgements of an example, and who asked whose judgements they were."""

import uuid

from django.db import models
from django.db.models import Q


class AdjudicationState(models.TextChoices):
    DRAFT = "draft"
    SETTLED = "settled"
    # Was settled, and is worked on again.
    REOPENED = "reopened"


class Adjudication(models.Model):
    """One record out of several annotations of an example; `record_id` names it for ever.

    A trigger lets `version` grow by one with each change, and lets what is settled only be reopened.
    """

    project = models.ForeignKey("annotator.Project", models.CASCADE, related_name="adjudications", db_index=False)
    example = models.OneToOneField("annotator.Example", models.CASCADE, related_name="adjudication")
    record_id = models.UUIDField(default=uuid.uuid4)
    state = models.CharField(
        max_length=8, choices=AdjudicationState.choices, default=AdjudicationState.DRAFT
    )
    version = models.PositiveIntegerField(default=1)
    # Who changed it last.
    adjudicator = models.ForeignKey("annotator.User", models.PROTECT, related_name="+", db_index=False)
    taxonomy = models.ForeignKey("annotator.Taxonomy", models.PROTECT, related_name="+", db_index=False)
    # As in an annotation, and as in a feedback record.
    versions = models.JSONField()
    asks = models.JSONField()
    judgements = models.JSONField()
    comparisons = models.JSONField(default=list)
    # [{"annotation": record id, "response", "part", "index", "decision", "reason"}]: what became of a mark.
    decisions = models.JSONField(default=list)
    # [{"annotation": record id, "version"}] in the order of their letters: what it is made of.
    settles = models.JSONField()
    reopen_reason = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "record_id"], name="adjudication_record_once"),
            models.CheckConstraint(
                condition=Q(state__in=AdjudicationState.values), name="adjudication_state_known"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="adjudication_version_positive"),
            models.CheckConstraint(
                condition=Q(state="settled", settled_at__isnull=False)
                | (~Q(state="settled") & Q(settled_at__isnull=True)),
                name="adjudication_settled_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} record of example {self.example_id}"


class AdjudicationReveal(models.Model):
    """Somebody asked who made the judgements of an example, and when. Rows are only ever added."""

    example = models.ForeignKey("annotator.Example", models.PROTECT, related_name="reveals")
    user = models.ForeignKey("annotator.User", models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.user_id} on example {self.example_id}"
