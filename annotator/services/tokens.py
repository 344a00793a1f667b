"""Tokens for programs. Only a digest is stored: the token itself is seen once, by whoever asked for it."""

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from knox.models import AuthToken

from annotator.domain.errors import DomainError
from annotator.domain.scopes import DEFAULT_DAYS, MAX_DAYS, SCOPES
from annotator.models import TokenGrant, User
from annotator.services.audit import audited


@transaction.atomic
def token_issue(
    *,
    user: User,
    scopes: Collection[str] = SCOPES,
    days: int = DEFAULT_DAYS,
    name: str = "",
    second_factor: bool = False,
) -> tuple[AuthToken, str]:
    """The stored row and the token. `second_factor`: whether the person has shown one.

    DomainError invalid_input for no scope, one that is none, or a life that is not 1 to MAX_DAYS days.
    """
    if not scopes or not set(scopes) <= set(SCOPES):
        problem = f"are {sorted(scopes)}; there must be one or more of {', '.join(SCOPES)}"
        raise DomainError("invalid_input", f"scopes: {problem}", {"scopes": problem})
    if not 1 <= days <= MAX_DAYS:
        problem = f"are {days}; a token holds for 1 to {MAX_DAYS}"
        raise DomainError("invalid_input", f"days: {problem}", {"days": problem})
    row, token = AuthToken.objects.create(user=user, expiry=timedelta(days=days))
    kept = [scope for scope in SCOPES if scope in scopes]
    TokenGrant.objects.create(token=row, name=name, scopes=kept, second_factor=second_factor)
    detail = {"scopes": kept, "days": days}
    audited(actor=user, action="token.issue", target=f"token {row.token_key}", detail=detail)
    return row, token


@transaction.atomic
def token_revoke(*, user: User, token_key: str) -> None:
    """DomainError not_found unless the person has such a token."""
    deleted, _ = AuthToken.objects.filter(user=user, token_key=token_key).delete()
    if not deleted:
        raise DomainError("not_found", f"You have no token {token_key}.")
    audited(actor=user, action="token.revoke", target=f"token {token_key}")
