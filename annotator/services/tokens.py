"""Tokens for programs. Only a digest is stored: the token itself is seen once, by whoever asked for it."""

from datetime import timedelta

from knox.models import AuthToken

from annotator.domain.errors import DomainError
from annotator.models import User


def token_issue(*, user: User, ttl: timedelta | None = None) -> tuple[AuthToken, str]:
    """The stored row and the token; without `ttl` it holds until it is revoked."""
    row, token = AuthToken.objects.create(user=user, expiry=ttl)
    return row, token


def token_revoke(*, user: User, token_key: str) -> None:
    """DomainError not_found unless the person has such a token."""
    deleted, _ = AuthToken.objects.filter(user=user, token_key=token_key).delete()
    if not deleted:
        raise DomainError("not_found", f"You have no token {token_key}.")
