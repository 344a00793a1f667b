"""How requests must come to the API. Pages that came without TLS are sent on by Django (SECURE_SSL_REDIRECT)."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponseBase

from annotator.api.errors import https_required


def api_over_https(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: where pages are sent on to https, the API refuses what came without. A program that was sent on
    would go on sending its token in clear, request after request, and nobody would notice."""
    if not settings.SECURE_SSL_REDIRECT:
        raise MiddlewareNotUsed

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not request.is_secure() and request.path_info.lstrip("/").partition("/")[0] == "api":
            return https_required()
        return get_response(request)

    return answer
