"""How long a browser stays signed in: while it is in use, and never longer than SESSION_HOURS."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from annotator.services.sessions import session_seen


class SessionLife:
    """Middleware, between the session and whoever asks who is signed in to it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            session_seen(request.session)
        return self.get_response(request)
