"""Who may call an operation at all. Which rows they may then see is the business of `selectors.access`."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from annotator.selectors.access import ADMINS, MEMBERS, RESEARCHERS, Roles

# Beside the roles within a project, which `access_*` checks on the row:
SIGNED_IN: Roles = frozenset({"signed in"})
SITE_OWNERS: Roles = frozenset({"site owner"})

__all__ = ["ADMINS", "MEMBERS", "RESEARCHERS", "SIGNED_IN", "SITE_OWNERS", "Declared", "Roles"]


class Declared(BasePermission):
    """Nobody who has not signed in; and only the site's owners where the operation says SITE_OWNERS."""

    message = "Only the owner of this site may do that."

    def has_permission(self, request: Request, view: APIView) -> bool:
        allowed: Roles = view.allowed  # type: ignore[attr-defined]
        if not request.user.is_authenticated:
            return False
        return allowed != SITE_OWNERS or bool(request.user.is_staff)
