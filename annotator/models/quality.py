"""How good the judgements are: reports on them, known answers to compare them with, and what follows for a person."""

from django.db import models
from django.db.models import Q

from annotator.models.people import Standing


class QualityReport(models.Model):
    """What the judgements of a project were worth at one moment. Rows are only ever added: a trigger refuses the rest.

    A report is what estimated weights come from, so that a dataset can name it.
    """

    project = models.ForeignKey(
        "annotator.Project", models.PROTECT, related_name="quality_reports", db_index=False
    )
    # Within the project, from 1.
    number = models.PositiveIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)
    # How many annotations there were, of which the figures may be about a sample: see figures["covers"].
    annotations = models.PositiveIntegerField()
    # What the members' running totals came to, from which the next report is due.
    submitted = models.PositiveIntegerField()
    taxonomy = models.ForeignKey("annotator.Taxonomy", models.PROTECT, related_name="+", db_index=False)
    # As domain.quality_report describes them.
    figures = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="quality_report_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="quality_report_number_positive"),
        ]

    def __str__(self) -> str:
        return f"report {self.number} of project {self.project_id}"


class GoldKind(models.TextChoices):
    # Judged by somebody who is trusted.
    GOLD = "gold"
    # The text itself says what to answer.
    ATTENTION = "attention"


class GoldOrigin(models.TextChoices):
    ADJUDICATION = "adjudication"
    IMPORT = "import"


class Gold(models.Model):
    """The known answer to an example. It never changes (a trigger refuses it); what replaces it is another row."""

    project = models.ForeignKey("annotator.Project", models.CASCADE, related_name="gold", db_index=False)
    example = models.ForeignKey("annotator.Example", models.CASCADE, related_name="gold", db_index=False)
    kind = models.CharField(max_length=16, choices=GoldKind.choices)
    origin = models.CharField(max_length=16, choices=GoldOrigin.choices)
    # In a feedback record's JSON form.
    judgements = models.JSONField()
    comparisons = models.JSONField(default=list)
    taxonomy = models.ForeignKey("annotator.Taxonomy", models.PROTECT, related_name="+", db_index=False)
    made_by = models.ForeignKey("annotator.User", models.PROTECT, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)
    # No longer handed out; who was measured by it stays so.
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["example"], condition=Q(retired_at__isnull=True), name="gold_of_example_once"
            ),
            # What the composite foreign key of assignments points at.
            models.UniqueConstraint(fields=["id", "example"], name="gold_of_example"),
            models.CheckConstraint(condition=Q(kind__in=GoldKind.values), name="gold_kind_known"),
            models.CheckConstraint(condition=Q(origin__in=GoldOrigin.values), name="gold_origin_known"),
        ]
        indexes = [
            models.Index(fields=["project"], condition=Q(retired_at__isnull=True), name="gold_in_use"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of example {self.example_id}"


class GoldCheck(models.Model):
    """How a person's judgement of a gold example compares with gold, by the bounds of that day."""

    annotation = models.OneToOneField("annotator.Annotation", models.CASCADE, related_name="gold_check")
    gold = models.ForeignKey("annotator.Gold", models.PROTECT, related_name="checks")
    # The kind and the person again, so that one index answers how somebody does.
    kind = models.CharField(max_length=16, choices=GoldKind.choices)
    project = models.ForeignKey("annotator.Project", models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey("annotator.User", models.PROTECT, related_name="+", db_index=False)
    right = models.BooleanField()
    # The fields of domain.scoring.Tally.
    tally = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["project", "user", "kind"], name="gold_check_of_person")]

    def __str__(self) -> str:
        return f"{self.user_id} on gold {self.gold_id}: {'right' if self.right else 'wrong'}"


class StandingChange(models.Model):
    """A person's work in a project was paused, resumed or ended, why, and by whom. Rows are only ever added.

    Membership.standing is what the last of them says.
    """

    project = models.ForeignKey("annotator.Project", models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey("annotator.User", models.PROTECT, related_name="+", db_index=False)
    standing = models.CharField(max_length=16, choices=Standing.choices)
    reason = models.TextField()
    # What a pause by the gold rule rests on, as selectors.gold.gold_failed tells it.
    evidence = models.JSONField(null=True)
    # Null where the rule did it.
    made_by = models.ForeignKey("annotator.User", models.PROTECT, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="standing_change_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="standing_change_reason"),
        ]
        indexes = [models.Index(fields=["project", "user"], name="standing_change_of_person")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.standing}"
