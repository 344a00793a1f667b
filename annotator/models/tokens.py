"""What the token of a program may be used for. The token itself, as a digest, is knox's."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from annotator.domain.scopes import SCOPES


class TokenGrant(models.Model):
    """Beside each token; one without holds for nothing."""

    token = models.OneToOneField("knox.AuthToken", models.CASCADE, primary_key=True, related_name="grant")
    # What the person calls it.
    name = models.CharField(max_length=100, default="")
    scopes = ArrayField(models.CharField(max_length=16))
    # Whether it was issued to somebody who had shown a second factor.
    second_factor = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scopes__contained_by=list(SCOPES), scopes__len__gt=0), name="token_scopes_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.token_id}: {' '.join(self.scopes)}"
