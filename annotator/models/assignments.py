"""Who is to judge what: places to be filled, and people's claims on them."""

from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Cast

# The number of the transaction at work, which PostgreSQL never uses again.
TRANSACTION = Cast(Cast(Func(function="pg_current_xact_id"), models.TextField()), models.BigIntegerField())


class SlotState(models.TextChoices):
    OPEN = "open"
    LEASED = "leased"
    DONE = "done"


class AssignmentState(models.TextChoices):
    ACTIVE = "active"
    SUBMITTED = "submitted"
    EXPIRED = "expired"
    RELEASED = "released"


class Slot(models.Model):
    """One of the n judgements that an example wants. An annotation counts only if it fills a slot."""

    # The project again, so that one partial index answers "the next open slot of this project". Both are held
    # to by one key of both columns, slot_project_of_example.
    project = models.ForeignKey(
        "annotator.Project", models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    example = models.ForeignKey(
        "annotator.Example", models.CASCADE, related_name="slots", db_index=False, db_constraint=False
    )
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=SlotState.choices, default=SlotState.OPEN)
    # Its place in the queue, smallest first, by the project's strategy (domain.strategies); equal ranks by id.
    rank = models.FloatField(db_default=0)
    # The transaction that opened it, or last moved it in the queue. What is newer than a person's last look may lie
    # before the place up to which they have gone through the queue.
    opened_in = models.BigIntegerField(db_default=TRANSACTION)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["example", "number"], name="slot_number_once"),
            models.UniqueConstraint(fields=["id", "example"], name="slot_of_example"),
            models.CheckConstraint(condition=Q(number__gte=1), name="slot_number_positive"),
            models.CheckConstraint(condition=Q(state__in=SlotState.values), name="slot_state_known"),
        ]
        indexes = [
            models.Index(
                fields=["project", "rank", "id"],
                include=["number"],
                condition=Q(state="open"),
                name="slot_open_queue",
            ),
            models.Index(fields=["project", "opened_in"], condition=Q(state="open"), name="slot_open_news"),
        ]

    def __str__(self) -> str:
        return f"{self.example_id}#{self.number} {self.state}"


class Assignment(models.Model):
    """A person's claim on an example. Without a slot it is surplus, kept but not counted, or else a check against
    gold, which looks to its person like any other."""

    # Project, example, slot and gold are held to by keys of two columns each: assignment_project_of_example,
    # assignment_slot_of_example, assignment_gold_of_example.
    project = models.ForeignKey(
        "annotator.Project", models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    example = models.ForeignKey(
        "annotator.Example", models.CASCADE, related_name="assignments", db_index=False, db_constraint=False
    )
    user = models.ForeignKey("annotator.User", models.PROTECT, related_name="assignments", db_index=False)
    slot = models.ForeignKey(
        "annotator.Slot",
        models.PROTECT,
        null=True,
        related_name="assignments",
        db_index=False,
        db_constraint=False,
    )
    gold = models.ForeignKey(
        "annotator.Gold",
        models.PROTECT,
        null=True,
        related_name="assignments",
        db_index=False,
        db_constraint=False,
    )
    # What the person was shown: a submit is checked against these, not against what the project says by then.
    taxonomy = models.ForeignKey("annotator.Taxonomy", models.PROTECT, related_name="+", db_index=False)
    guideline_version = models.CharField(max_length=64)
    desk = models.JSONField(default=dict)
    judged_responses = models.PositiveSmallIntegerField(default=1)
    display_order = models.JSONField(null=True)
    state = models.CharField(max_length=16, choices=AssignmentState.choices, default=AssignmentState.ACTIVE)
    leased_until = models.DateTimeField(null=True)
    # When its person first did something with it; being handed out, perhaps ahead of time, is not a start.
    started_at = models.DateTimeField(null=True)
    release_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["example", "user"], name="assignment_person_once"),
            models.UniqueConstraint(fields=["id", "project"], name="assignment_in_project"),
            models.UniqueConstraint(
                fields=["slot"], condition=Q(state__in=["active", "submitted"]), name="assignment_slot_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=AssignmentState.values), name="assignment_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="active")
                | (Q(leased_until__isnull=False) & (Q(slot__isnull=False) | Q(gold__isnull=False))),
                name="assignment_active_holds_lease",
            ),
            models.CheckConstraint(
                condition=Q(gold__isnull=True) | Q(slot__isnull=True), name="assignment_gold_fills_no_slot"
            ),
        ]
        indexes = [
            models.Index(
                fields=["project", "leased_until"], condition=Q(state="active"), name="assignment_leases"
            ),
            models.Index(fields=["gold"], condition=Q(gold__isnull=False), name="assignment_of_gold"),
            models.Index(
                fields=["user", "project"],
                condition=Q(state__in=["active", "expired"]),
                name="assignment_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.example_id}: {self.state}"

    @property
    def counts(self) -> bool:
        """Whether it fills a place, as its person is told; of a check against gold they are told the same."""
        return self.slot_id is not None or self.gold_id is not None


class Draft(models.Model):
    """What the browser has so far, as it likes it; `revision` grows by one with every save."""

    assignment = models.OneToOneField("annotator.Assignment", models.CASCADE, related_name="draft")
    revision = models.PositiveIntegerField()
    body = models.JSONField()
    saved_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"draft {self.revision} of {self.assignment_id}"


class Flag(models.Model):
    """Something wrong with an example, reported by the person it was given to. Work on it may go on."""

    class Reason(models.TextChoices):
        HARMFUL = "harmful"
        BROKEN = "broken"
        GUIDELINE = "guideline"
        OTHER = "other"

    assignment = models.ForeignKey(
        "annotator.Assignment", models.CASCADE, related_name="flags", db_index=False
    )
    reason = models.CharField(max_length=16, choices=Reason.choices)
    note = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "reason"], name="flag_reason_once"),
            models.CheckConstraint(
                condition=Q(reason__in=["harmful", "broken", "guideline", "other"]), name="flag_reason_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason}: assignment {self.assignment_id}"
