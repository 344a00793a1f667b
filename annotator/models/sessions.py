"""Where people are signed in."""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class Session(AbstractBaseSession):
    """Django's session, and whose it is, so that a person's sessions can be shown to them and ended."""

    user = models.ForeignKey("annotator.User", models.CASCADE, null=True, related_name="sessions")
    # Such as "Firefox on Linux".
    browser = models.CharField(max_length=100, default="")
    signed_in_at = models.DateTimeField(null=True)
    # When it was last in use, to a few minutes.
    seen_at = models.DateTimeField(auto_now=True)

    class Meta(AbstractBaseSession.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"session of user {self.user_id}"
