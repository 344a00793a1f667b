"""A Redpen for what runs outside pytest (benchmarks, galleries, replays): databases, web server and browser.

Nothing of annotator that needs settings may be imported before `served` has set them up.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from annotator.management import embedded
from annotator.services.processes import spawn, stop
from tests.chromium import chromium_path

ROOT = Path(__file__).resolve().parents[1]
REPORTS = ROOT / ".redpen" / "reports"
CHROMIUM_ARGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
    # A spare process for the next tab would be killed along with the tabs that some tests kill.
    "--disable-features=SpareRendererForSitePerProcess",
]
START_SECONDS = 60


@contextmanager
def served(folder: Path, *, workers: int = 2) -> Iterator[str]:
    """The address of a web server on fresh databases in `folder`; Django is set up here on the same ones."""
    with embedded.servers(folder, durable=False) as (database_url, redis_url):
        os.environ |= {"DATA_DIR": str(folder), "DATABASE_URL": database_url, "REDIS_URL": redis_url}
        os.environ |= {"REDPEN_ENV": "test", "DJANGO_SETTINGS_MODULE": "annotator.config.settings"}
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps an event loop in this thread
        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        server, url = _web_server(folder, workers)
        try:
            yield url
        finally:
            stop([server], grace_seconds=5)
            connections.close_all()


@contextmanager
def chromium() -> Iterator[Browser]:
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


def signed_in(browser: Browser, url: str, user: Any, **options: Any) -> BrowserContext:
    """A browser profile in which the user is signed in; `options` are those of browser.new_context."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user)
    context = browser.new_context(base_url=url, **options)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])
    return context


def _web_server(folder: Path, workers: int) -> tuple["subprocess.Popen[bytes]", str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "annotator.config.wsgi", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", str(workers), "--threads", "4", "--preload", "--no-control-socket"]
    log = folder / "log" / "web.log"
    server = spawn(command, log=log, env=dict(os.environ))
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + START_SECONDS
    while not _answers(url):
        if server.poll() is not None or time.monotonic() > deadline:
            stop([server], grace_seconds=1)
            raise RuntimeError(f"the web server did not start: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)
    return server, url


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/sign-in", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
