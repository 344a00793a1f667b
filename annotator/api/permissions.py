"""Who may call an operation at all. Which rows they may then see is the business of `selectors.access`."""

from typing import Any

from django_otp import DEVICE_ID_SESSION_KEY
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from annotator.domain.errors import DomainError
from annotator.domain.scopes import ANNOTATE, MANAGE, READ
from annotator.selectors.access import ADMINS, MEMBERS, RESEARCHERS, Roles
from annotator.selectors.second_factor import needs_second_factor
from annotator.selectors.tokens import Grant

# Beside the roles within a project, which `access_*` checks on the row:
SIGNED_IN: Roles = frozenset({"signed in"})
SITE_OWNERS: Roles = frozenset({"site owner"})

# What a token must be for, one of these; where an operation says nothing: to read for GET, to manage for the rest.
Scopes = frozenset[str]
READING: Scopes = frozenset({READ})
OWN_READING: Scopes = frozenset({READ, ANNOTATE})
OWN_WORK: Scopes = frozenset({ANNOTATE})
MANAGING: Scopes = frozenset({MANAGE})
NO_TOKEN: Scopes = frozenset()

__all__ = ["ADMINS", "MEMBERS", "RESEARCHERS", "SIGNED_IN", "SITE_OWNERS", "Declared", "Roles", "Scopes"]


def second_factor_shown(request: Any) -> bool:
    """Whether who asks has shown one: for this session, or when the token was made."""
    if isinstance(grant := getattr(request, "auth", None), Grant):
        return grant.second_factor
    return DEVICE_ID_SESSION_KEY in request.session


def check_second_factor(request: Any) -> None:
    """DomainError second_factor_required for admins and owners who have not shown one, where they must."""
    if not second_factor_shown(request) and needs_second_factor(request.user):
        problem = "Admins and owners show a second factor first. Set it up, or sign in with it, on the page /account."
        raise DomainError("second_factor_required", problem)


class Declared(BasePermission):
    """Nobody who has not signed in, no token that is for something else, only the site's owners where the operation
    says SITE_OWNERS, and none of those who run something before they have shown a second factor, but as annotators.

    DomainError scope_missing, second_factor_required.
    """

    message = "Only the owner of this site may do that."

    def has_permission(self, request: Request, view: APIView) -> bool:
        allowed: Roles = view.allowed  # type: ignore[attr-defined]
        if not request.user.is_authenticated:
            return False
        if isinstance(request.auth, Grant):
            _check_scopes(request.auth.scopes, view.scopes)  # type: ignore[attr-defined]
        # Not asked where every member may: annotators ask for that all day.
        if allowed != MEMBERS and not view.before_second_factor:  # type: ignore[attr-defined]
            check_second_factor(request)
        return allowed != SITE_OWNERS or bool(request.user.is_staff)


def _check_scopes(held: Scopes, asked: Scopes) -> None:
    if held & asked:
        return
    has = f"This token is for {' and '.join(sorted(held))}"
    if not asked:
        raise DomainError("scope_missing", f"{has}; no token can do that. Sign in with a password.")
    raise DomainError("scope_missing", f"{has}; this asks for one that is for {' or '.join(sorted(asked))}.")
