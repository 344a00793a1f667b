"""Who there is, and what each may do in which project."""

import secrets

from django.contrib.auth.models import AbstractUser
from django.db import models


class Role(models.TextChoices):
    ANNOTATOR = "annotator"
    RESEARCHER = "researcher"
    ADMIN = "admin"


class Standing(models.TextChoices):
    WORKING = "working"
    # Gets no more texts until an admin has looked at the work.
    PAUSED = "paused"
    # An admin has ended the person's work here.
    ENDED = "ended"


class User(AbstractUser):
    """An account. `is_staff` marks the site owner, who creates projects."""

    # What such an account submits is kept apart from people's work (source "simulated").
    is_simulated = models.BooleanField(default=False)


def new_pseudonym() -> str:
    """A name that says nothing about the person: 'p-' and eight hexadecimal digits."""
    return f"p-{secrets.token_hex(4)}"


class Membership(models.Model):
    """A person in a project: role, and the pseudonym under which their work leaves it."""

    project = models.ForeignKey(
        "annotator.Project", models.CASCADE, related_name="memberships", db_index=False
    )
    user = models.ForeignKey("annotator.User", models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices)
    pseudonym = models.CharField(max_length=200, default=new_pseudonym)
    # Running totals of this person's submits, surplus included, so that no request has to add them up. What was
    # earned is in the currency of the project's desk, each text at the price of its day.
    submitted = models.PositiveIntegerField(default=0)
    active_seconds = models.FloatField(default=0)
    earned = models.DecimalField(max_digits=14, decimal_places=4, default=0)
    # At how many submits their work here is done, as the study says that brought them; null: there is no end.
    text_limit = models.PositiveIntegerField(null=True)
    # How far this person has gone through the queue of open slots: whatever lies before (queue_rank, queue_slot) is
    # not for them, or was opened by a transaction not before `queue_horizon`. So the search for the next slot never
    # walks again over what they have judged. It starts over when the project's queue has another version.
    queue_version = models.IntegerField(db_default=0)
    queue_rank = models.FloatField(db_default=0)
    queue_slot = models.BigIntegerField(db_default=0)
    queue_horizon = models.BigIntegerField(db_default=0)
    # When they took back what they had done, or who they are was erased; nothing of theirs from before may be frozen.
    withdrawn_at = models.DateTimeField(null=True)
    # Whether they get texts; the rows of StandingChange say why.
    standing = models.CharField(max_length=16, choices=Standing.choices, db_default=Standing.WORKING)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "user"], name="membership_once"),
            models.UniqueConstraint(fields=["project", "pseudonym"], name="membership_pseudonym_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
            models.CheckConstraint(
                condition=models.Q(standing__in=Standing.values), name="membership_standing_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pseudonym} ({self.role})"
