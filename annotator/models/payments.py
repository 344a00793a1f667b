"""What people of a study are owed and have been paid."""

import uuid

from django.db import models
from django.db.models import Q


class PaymentKind(models.TextChoices):
    # For the whole study, for the qualification alone, for the texts of somebody who stopped, and beyond.
    REWARD = "reward"
    SCREEN_OUT = "screen_out"
    PART = "part"
    BONUS = "bonus"
    # What is missing from the target per hour.
    TOP_UP = "top_up"


class PaymentState(models.TextChoices):
    PROPOSED = "proposed"
    APPROVED = "approved"
    # Handed to the provider, and it is not known yet what became of it: never sent a second time from here.
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Payment(models.Model):
    """An amount for a person. What was approved by whom, and what the provider made of it, stays."""

    participation = models.ForeignKey("annotator.Participation", models.PROTECT, related_name="payments")
    kind = models.CharField(max_length=16, choices=PaymentKind.choices)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=500, blank=True, default="")
    state = models.CharField(max_length=16, choices=PaymentState.choices, default=PaymentState.PROPOSED)
    # By which the same payment, asked for twice, is one.
    request_id = models.UUIDField(default=uuid.uuid4, unique=True)
    # The provider's name of it.
    reference = models.CharField(max_length=200, blank=True, default="")
    problem = models.CharField(max_length=500, blank=True, default="")
    # Null: proposed by Redpen itself.
    made_by = models.ForeignKey("annotator.User", models.PROTECT, null=True, related_name="+", db_index=False)
    approved_by = models.ForeignKey("annotator.User", models.PROTECT, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "kind"],
                condition=Q(kind__in=["reward", "screen_out", "part"]) & ~Q(state="cancelled"),
                name="payment_for_work_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=PaymentKind.values), name="payment_kind_known"),
            models.CheckConstraint(condition=Q(state__in=PaymentState.values), name="payment_state_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="payment_currency_iso"),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "cancelled"]) | Q(approved_by__isnull=False),
                name="payment_approved_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.amount} {self.currency}: {self.state}"
