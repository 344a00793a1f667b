"""Links by which somebody becomes a member of a project."""

import uuid

from django.db import models
from django.utils.timezone import now

from annotator.models.people import Role


class Invitation(models.Model):
    """Whoever opens its link first, and has or makes an account, gets the role. What stands in the link is not kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey("annotator.Project", models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=16, choices=Role.choices)
    created_by = models.ForeignKey("annotator.User", models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey("annotator.User", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="invitation_role_known"),
            models.CheckConstraint(
                condition=models.Q(used_at=None, used_by=None) | models.Q(used_at__isnull=False, used_by__isnull=False),
                name="invitation_used_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation to {self.project_id} as {self.role}"

    @property
    def open(self) -> bool:
        return self.used_at is None and self.expires_at > now()
