"""Who may call an operation at all. Which rows they may then see is the business of `selectors.access`."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from annotator.domain.errors import DomainError
from annotator.domain.scopes import ANNOTATE, MANAGE, READ
from annotator.selectors.access import ADMINS, MEMBERS, RESEARCHERS, Roles
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


class Declared(BasePermission):
    """Nobody who has not signed in, no token that is for something else, and only the site's owners where the operation
    says SITE_OWNERS.

    DomainError scope_missing.
    """

    message = "Only the owner of this site may do that."

    def has_permission(self, request: Request, view: APIView) -> bool:
        allowed: Roles = view.allowed  # type: ignore[attr-defined]
        if not request.user.is_authenticated:
            return False
        if isinstance(request.auth, Grant):
            _check_scopes(request.auth.scopes, view.scopes)  # type: ignore[attr-defined]
        return allowed != SITE_OWNERS or bool(request.user.is_staff)


def _check_scopes(held: Scopes, asked: Scopes) -> None:
    if held & asked:
        return
    has = f"This token is for {' and '.join(sorted(held))}"
    if not asked:
        raise DomainError("scope_missing", f"{has}; no token can do that. Sign in with a password.")
    raise DomainError("scope_missing", f"{has}; this asks for one that is for {' or '.join(sorted(asked))}.")
