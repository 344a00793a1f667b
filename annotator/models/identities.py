"""Accounts at another site by which people sign in here."""

from django.db import models


class SsoIdentity(models.Model):
    """Who the person is to that site: its own name for them, which never changes; an e-mail address may."""

    user = models.ForeignKey("annotator.User", models.CASCADE, related_name="sso_identities")
    issuer = models.CharField(max_length=500)
    subject = models.CharField(max_length=255)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="sso_identity_once")]

    def __str__(self) -> str:
        return f"{self.subject} at {self.issuer}"
