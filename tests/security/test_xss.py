"""A part of what `make xss` stores, seen in a real browser."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import browser_type_launch_args  # noqa: F401, a fixture
from tests.security.xss import TEMPLATES, payloads, seen, stored, wrong
from tests.served import signed_in

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

COUNT = len(TEMPLATES)


@pytest.fixture
def context_of(live_server: Any, browser: Browser) -> Iterator[Any]:
    contexts = []

    def opened(user: Any) -> Any:
        contexts.append(signed_in(browser, live_server.url, user, reduced_motion="reduce"))
        return contexts[-1]

    yield opened
    for context in contexts:
        context.close()


def test_no_text_becomes_script(context_of: Any) -> None:
    assert len(set(payloads(200))) == 200
    assert wrong(seen(context_of, stored(payloads(COUNT))), COUNT) == []


def test_a_text_that_became_script_would_be_seen(context_of: Any) -> None:
    """The same eyes, on a page that draws a payload as HTML."""
    world = stored(payloads(3))

    def careless(user: Any) -> Any:
        context = context_of(user)
        page = '<!doctype html><body>XSS1 <img src="x" onerror="window.ran=1;alert(1)"></body>'
        context.route("**/console/xss", lambda route: route.fulfill(body=page, content_type="text/html"))
        policed = {"Content-Security-Policy": "default-src 'none'"}
        context.route(
            "**/console/xss/items",
            lambda route: route.fulfill(body=page, content_type="text/html", headers=policed),
        )
        return context

    found = seen(careless, world)
    assert found["dialogs"]
    assert found["ran"]
    assert found["refused"]
