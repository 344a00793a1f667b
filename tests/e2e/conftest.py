"""A real browser in front of a real server, which the tests may ask about what was stored."""

import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.servers.basehttp import ServerHandler
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from tests.chromium import chromium_path
from tests.e2e.states import looks
from tests.policy import watch_policy
from tests.served import CHROMIUM_ARGS

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"


# The requests that the live server, whose threads share this process, has begun and not answered, by thread.
_at_work: dict[int, str] = {}


@pytest.fixture(scope="session", autouse=True)
def _requests_counted() -> Iterator[None]:
    """Around the handler and not by Django's signals, which do not tell of an end that a closed page cut off."""
    run = ServerHandler.run

    def counted(handler: ServerHandler, application: Any) -> None:
        _at_work[threading.get_ident()] = handler.base_env["PATH_INFO"]
        try:
            run(handler, application)
        finally:
            del _at_work[threading.get_ident()]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ServerHandler, "run", counted)
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    path = chromium_path()
    assert path, "no Chromium: `make browser` finds or installs one"
    return {**browser_type_launch_args, "executable_path": path, "args": CHROMIUM_ARGS}


@pytest.fixture(autouse=True)
def _built() -> None:
    assert (FRONTEND / "dist" / "annotate.html").is_file(), "the frontend is not built: `make frontend`"


@pytest.fixture
def context_of(live_server: Any, browser: Browser) -> Any:
    """A browser profile in which the user is signed in: `context_of(user, **what browser.new_context takes)`. The end
    of the test looks whether any page ran into its Content Security Policy."""
    contexts: list[BrowserContext] = []
    refused: list[str] = []

    def open_context(user: Any, **options: Any) -> BrowserContext:
        client = Client()
        client.force_login(user)
        context = browser.new_context(base_url=live_server.url, reduced_motion="reduce", **options)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        context.set_default_timeout(15_000)
        watch_policy(context, refused)
        contexts.append(context)
        return context

    yield open_context
    for context in contexts:
        context.close()
    _await_idle_server()
    assert refused == []


def _await_idle_server(seconds: float = 30) -> None:
    """Until the server has answered what closed pages had asked: the tables of a test are emptied right after it."""
    deadline, idle_since = time.monotonic() + seconds, time.monotonic()
    while time.monotonic() < idle_since + 0.2:
        if time.monotonic() > deadline:
            stacks = sys._current_frames()
            where = {path: traceback.format_stack(stacks[thread])[-12:] for thread, path in _at_work.copy().items()}
            pytest.fail(f"the server is still at work on {where}")
        time.sleep(0.02)
        if _at_work:
            idle_since = time.monotonic()


@pytest.fixture
def errors() -> Any:
    """Collects what a page complains about; `errors(page)` starts, and the end of the test looks."""
    found: list[str] = []

    def watch(page: Page) -> Page:
        page.on("pageerror", lambda error: found.append(str(error)))
        page.on("dialog", lambda dialog: found.append(f"dialog: {dialog.message}"))
        return page

    yield watch
    assert found == []


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    return looks.axe
