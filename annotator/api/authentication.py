"""Who calls: by the token of a program or, to get one, by name and password."""

from typing import Any

from django.contrib.auth import authenticate
from drf_spectacular.authentication import BasicScheme
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication
from rest_framework.authentication import BasicAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed

from annotator.api.lockout import USERNAME_CHARS, locked_out
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


class LockedOut(APIException):
    """Too many wrong passwords from there; `wait` says for how many seconds."""

    status_code = 429
    default_code = "locked_out"

    def __init__(self, wait: int, detail: str) -> None:
        super().__init__(detail)
        self.wait = wait


class PasswordAuthentication(BasicAuthentication):
    """Name and password by HTTP Basic, counted with those at the sign-in page."""

    def authenticate_credentials(self, userid: str, password: str, request: Any = None) -> tuple[User, None]:
        user = None
        if len(userid) <= USERNAME_CHARS and "\0" not in userid + password:
            user = authenticate(request._request, username=userid, password=password)
        if refused := locked_out(request._request, userid):
            raise LockedOut(*refused)
        if not isinstance(user, User):
            raise AuthenticationFailed("That name and password do not belong together.")
        return user, None


class OneQueryTokenScheme(KnoxTokenScheme):
    """The same in the OpenAPI schema."""

    target_class = "annotator.api.authentication.OneQueryTokenAuthentication"


class PasswordScheme(BasicScheme):
    """The same in the OpenAPI schema."""

    target_class = "annotator.api.authentication.PasswordAuthentication"
