"""What a person goes through before the work: what they agreed to, the lessons, and how they did in them."""

from django.db import models
from django.db.models import Q


class Document(models.TextChoices):
    CONSENT = "consent"
    GUIDELINE = "guideline"


class Agreement(models.Model):
    """A person agreed to one version of a document. Rows are only ever added: a trigger refuses the rest."""

    project = models.ForeignKey("annotator.Project", models.PROTECT, related_name="agreements", db_index=False)
    user = models.ForeignKey("annotator.User", models.PROTECT, related_name="agreements")
    document = models.CharField(max_length=16, choices=Document.choices)
    version = models.CharField(max_length=64)
    # The text that was agreed to: the project keeps only the newest.
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "user", "document", "version"], name="agreement_once"),
            models.CheckConstraint(condition=Q(document__in=Document.values), name="agreement_document_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} to {self.document} {self.version}"


class SurveyReply(models.Model):
    """What a person says about themselves, to the questions of the project's survey: data of the project."""

    project = models.ForeignKey("annotator.Project", models.PROTECT, related_name="survey_replies", db_index=False)
    user = models.ForeignKey("annotator.User", models.PROTECT, related_name="survey_replies")
    # {question key: what was answered}; {} where they would rather not say.
    answers = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "user"], name="survey_reply_once")]

    def __str__(self) -> str:
        return f"{self.user_id} on project {self.project_id}"


class LessonPart(models.TextChoices):
    TUTORIAL = "tutorial"
    QUALIFICATION = "qualification"


class Lesson(models.Model):
    """A text with gold marks. Its body never changes (a trigger refuses it); what replaces it is another row."""

    project = models.ForeignKey("annotator.Project", models.PROTECT, related_name="lessons", db_index=False)
    part = models.CharField(max_length=16, choices=LessonPart.choices)
    # Its place in the part, from 1.
    number = models.PositiveSmallIntegerField()
    # As domain.lessons writes it.
    body = models.JSONField()
    # No longer part of the course, and kept because somebody took it.
    retired = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "part", "number"], condition=Q(retired=False), name="lesson_number_once"
            ),
            models.CheckConstraint(condition=Q(part__in=LessonPart.values), name="lesson_part_known"),
            models.CheckConstraint(condition=Q(number__gte=1), name="lesson_number_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.number}"


class LessonAttempt(models.Model):
    """A person's marks on a lesson. Rows are only ever added: a trigger refuses the rest."""

    lesson = models.ForeignKey("annotator.Lesson", models.PROTECT, related_name="attempts", db_index=False)
    user = models.ForeignKey("annotator.User", models.PROTECT, related_name="lesson_attempts", db_index=False)
    client_id = models.UUIDField()
    body_sha256 = models.CharField(max_length=64)
    # Which try at the qualification it belongs to, from 1; null in the tutorial, which may be repeated at will.
    sitting = models.PositiveSmallIntegerField(null=True)
    judgements = models.JSONField()
    # The fields of domain.scoring.Tally.
    tally = models.JSONField()
    active_seconds = models.FloatField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "client_id"], name="lesson_attempt_once"),
            models.UniqueConstraint(fields=["lesson", "user", "sitting"], name="lesson_once_in_a_sitting"),
            models.CheckConstraint(
                condition=Q(sitting__isnull=True) | Q(sitting__gte=1), name="lesson_attempt_sitting_positive"
            ),
            models.CheckConstraint(
                condition=Q(active_seconds__isnull=True) | Q(active_seconds__gte=0),
                name="lesson_attempt_seconds_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} on lesson {self.lesson_id}"


class Qualification(models.Model):
    """How a person's try at the qualification ended, by the thresholds of that day. Rows are only ever added."""

    project = models.ForeignKey(
        "annotator.Project", models.PROTECT, related_name="qualifications", db_index=False
    )
    user = models.ForeignKey("annotator.User", models.PROTECT, related_name="qualifications")
    sitting = models.PositiveSmallIntegerField()
    span_f1 = models.FloatField()
    type_accuracy = models.FloatField()
    missing_f1 = models.FloatField()
    passed = models.BooleanField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "user", "sitting"], name="qualification_sitting_once"),
            models.UniqueConstraint(
                fields=["project", "user"], condition=Q(passed=True), name="qualification_passed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}, sitting {self.sitting}: {'passed' if self.passed else 'failed'}"
