"""Who calls, by the token of a program."""

from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from annotator.models import User
from annotator.selectors.tokens import Grant, token_owner


class OneQueryTokenAuthentication(TokenAuthentication):
    """Knox's header and tokens; owner and grant are found with the token, by its digest, and nothing is written."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, Grant]:
        found = token_owner(token=token.decode(errors="replace"))
        if found is None:
            raise AuthenticationFailed("Invalid token.")
        owner, grant = found
        if not owner.is_active:
            raise AuthenticationFailed("User inactive or deleted.")
        return owner, grant


class OneQueryTokenScheme(KnoxTokenScheme):
    """The same in the OpenAPI schema."""

    target_class = "annotator.api.authentication.OneQueryTokenAuthentication"
