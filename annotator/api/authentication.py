"""Who calls, by the token of a program."""

from typing import Any

from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from annotator.models import User
from annotator.selectors.tokens import token_owner


class OneQueryTokenAuthentication(TokenAuthentication):
    """Knox's header and tokens; the owner is found with the token, by its digest, and nothing is written."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, Any]:
        owner = token_owner(token=token.decode(errors="replace"))
        if owner is None:
            raise AuthenticationFailed("Invalid token.")
        if not owner.is_active:
            raise AuthenticationFailed("User inactive or deleted.")
        return owner, None


class OneQueryTokenScheme(KnoxTokenScheme):
    """The same in the OpenAPI schema."""

    target_class = "annotator.api.authentication.OneQueryTokenAuthentication"
