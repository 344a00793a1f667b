"""The second factor, beside what django-otp keeps of it."""

from django.db import models


class RecoveryCode(models.Model):
    """One code on a person's paper, hashed: the code itself is seen once. It goes when it is used."""

    paper = models.ForeignKey("otp_static.StaticDevice", models.CASCADE, related_name="recovery_codes")
    # Argon2's own notation, with its costs and its salt.
    hash = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(hash__startswith="$argon2id$"), name="recovery_code_hashed")
        ]

    def __str__(self) -> str:
        return f"a code of paper {self.paper_id}"
