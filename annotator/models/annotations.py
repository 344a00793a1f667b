"""One person's judgement of one example, down to the characters they marked."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least


class Source(models.TextChoices):
    HUMAN = "human"
    IMPORTED = "imported"
    SIMULATED = "simulated"
    # Imported, and made of several people's.
    ADJUDICATED = "adjudicated"


class Annotation(models.Model):
    """`record_id` names it for ever: the client makes it before it submits, an import brings it along."""

    # Both held to by one key of both columns, annotation_project_of_assignment.
    project = models.ForeignKey(
        "annotator.Project", models.CASCADE, related_name="annotations", db_index=False, db_constraint=False
    )
    assignment = models.OneToOneField(
        "annotator.Assignment", models.CASCADE, related_name="annotation", db_constraint=False
    )
    record_id = models.UUIDField()
    # Of the body it was submitted with, by which a repeated submit is known; an edit leaves it.
    body_sha256 = models.CharField(max_length=64)
    # Grows by one with every edit.
    version = models.PositiveIntegerField(default=1, db_default=1)
    source = models.CharField(max_length=16, choices=Source.choices)
    # {"taxonomy", "guideline", "segmentation"}: the versions it was made under.
    versions = models.JSONField()
    display_order = models.JSONField(null=True)
    weight = models.FloatField(default=1.0)
    started_at = models.DateTimeField(null=True)
    # Null where an import does not tell; `created_at` says when this store got it.
    submitted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    active_seconds = models.FloatField(null=True)
    raw = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "record_id"], name="annotation_record_once"),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="annotation_source_known"),
            models.CheckConstraint(
                condition=Q(active_seconds__isnull=True) | Q(active_seconds__gte=0),
                name="annotation_seconds_positive",
            ),
        ]
        indexes = [models.Index(fields=["project", "created_at", "id"], name="annotation_by_arrival")]

    def __str__(self) -> str:
        return str(self.record_id)


class Judgement(models.Model):
    """What was found in one response. Without marks it says: read, and found clean."""

    annotation = models.ForeignKey(
        "annotator.Annotation", models.CASCADE, related_name="judgements", db_index=False
    )
    response = models.ForeignKey("annotator.Response", models.PROTECT, related_name="judgements")
    corrected_text = models.TextField(null=True)
    # {question key: what was answered}, of the questions on the desk that applied.
    answers = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["annotation", "response"], name="judgement_response_once")
        ]

    def __str__(self) -> str:
        return f"{self.annotation_id} on response {self.response_id}"


class Span(models.Model):
    """Characters [start, end) of the response, in code points. A trigger compares `quote` with the text."""

    judgement = models.ForeignKey("annotator.Judgement", models.CASCADE, related_name="spans")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = models.TextField()
    type = models.CharField(max_length=64)
    antecedent_start = models.PositiveIntegerField(null=True)
    antecedent_end = models.PositiveIntegerField(null=True)
    evidence = models.JSONField(default=list)
    explanation = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(start__gte=0, end__gt=F("start")), name="span_not_empty"),
            models.CheckConstraint(
                condition=Q(antecedent_start__isnull=True, antecedent_end__isnull=True)
                | Q(
                    antecedent_start__isnull=False,
                    antecedent_start__gte=0,
                    antecedent_end__isnull=False,
                    antecedent_end__gt=F("antecedent_start"),
                ),
                name="span_antecedent_not_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"[{self.start}, {self.end}) {self.type}"


class MissingMark(models.Model):
    """Something the response should have said; `evidence` points at the sentences that say it."""

    judgement = models.ForeignKey("annotator.Judgement", models.CASCADE, related_name="missing")
    type = models.CharField(max_length=64)
    evidence = models.JSONField(default=list)
    note = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.type


class Comparison(models.Model):
    """Which of two responses is better, by their index in the example; a pair is compared once."""

    class Preferred(models.TextChoices):
        FIRST = "first"
        SECOND = "second"
        TIE = "tie"

    annotation = models.ForeignKey(
        "annotator.Annotation", models.CASCADE, related_name="comparisons", db_index=False
    )
    first = models.PositiveSmallIntegerField()
    second = models.PositiveSmallIntegerField()
    preferred = models.CharField(max_length=8, choices=Preferred.choices)
    # By how much, 1 to 3; null on a tie, and where it was not asked.
    strength = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                F("annotation"),
                Least("first", "second"),
                Greatest("first", "second"),
                name="comparison_pair_once",
            ),
            models.CheckConstraint(condition=~Q(first=F("second")), name="comparison_of_two"),
            models.CheckConstraint(
                condition=Q(preferred__in=["first", "second", "tie"]), name="comparison_preferred"
            ),
            models.CheckConstraint(
                condition=Q(strength__isnull=True) | (Q(strength__range=(1, 3)) & ~Q(preferred="tie")),
                name="comparison_strength",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} v {self.second}: {self.preferred}"


class AnnotationLog(models.Model):
    """What its person did on the way to an annotation, command by command: behavioural data, never feedback."""

    annotation = models.OneToOneField("annotator.Annotation", models.CASCADE, related_name="log")
    entries = models.JSONField()

    def __str__(self) -> str:
        return f"log of {self.annotation_id}"
