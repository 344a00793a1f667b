"""Reads about tokens."""

from django.db.models import QuerySet
from knox.models import AuthToken

from annotator.models import User


def token_list(*, user: User) -> QuerySet[AuthToken]:
    """The person's tokens, newest first."""
    return AuthToken.objects.filter(user=user).order_by("-created")
