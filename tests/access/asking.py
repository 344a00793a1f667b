"""Asking, and leaving no trace of it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db import transaction
from django.urls import URLPattern, URLResolver
from rest_framework.test import APIClient

from annotator.api import urls
from tests.annotator.http import API

LEFT_OUT = (401, 403, 404, 405)


class Unexpected(Exception):
    """An answer that is not as the table says."""


@dataclass
class Tally:
    """How many answers were looked at, and each that was not as it should be; `stops`: Unexpected at the first."""

    stops: ClassVar[bool] = False
    name: str
    cells: int = 0
    wrong: list[str] = field(default_factory=list)

    def check(self, what: str, got: Any, wanted: Any) -> bool:
        self.cells += 1
        if got != wanted:
            if self.stops:
                raise Unexpected(what)
            self.wrong.append(f"{self.name}: {what}: {got}, not {wanted}")
        return bool(got == wanted)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written within is taken back: no cell of the table depends on another."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(client: APIClient, method: str, path: str, body: Any = None, **options: Any) -> Any:
    """The answer to a request of the API, whose traces are gone."""
    return ask_page(client, method, f"{API}/{path}", body, **options)


def ask_page(client: APIClient, method: str, path: str, body: Any = None, **options: Any) -> Any:
    if method in ("get", "head", "options", "delete"):
        options = {**({"data": body} if body else {}), **options}
    else:
        options = {"data": {} if body is None else body, "format": "json", **options}
    # A client keeps what it is given, such as the end of its session; the next cell is to find it as it was.
    cookies = client.cookies.copy()
    with undone():
        answer = getattr(client, method)(path, **options)
        if answer.streaming:
            list(answer.streaming_content)
    client.cookies = cookies
    return answer


def seen(answer: Any) -> int | str:
    """What the table says of such an answer."""
    if answer.status_code in LEFT_OUT or answer.status_code >= 500:
        return answer.status_code
    if answer.status_code == 302 and answer.url.startswith("/sign-in"):
        return "in"
    return "ok"


def routes(patterns: Any = None) -> list[tuple[str, Any]]:
    """(address, view) of every pattern; without any, those of the API."""
    found = []
    for pattern in urls.urlpatterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            found += [(f"{pattern.pattern}{address}", view) for address, view in routes(pattern.url_patterns)]
        elif isinstance(pattern, URLPattern):
            found.append((str(pattern.pattern), pattern.callback))
    return found


def braced(address: str) -> str:
    """<int:project_id> as {project_id}."""
    return re.sub(r"<\w+:(\w+)>", r"{\1}", address)
