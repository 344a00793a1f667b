"""A real PostgreSQL and Redis for the tests: those that DATABASE_URL and REDIS_URL name, or embedded ones, started
once by the process that leads the session and shared with the workers of pytest-xdist."""

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

import django
import pytest

from annotator.management import embedded

os.environ.setdefault("REDPEN_ENV", "test")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.config.settings")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps an event loop in the thread of the test

_session = pytest.StashKey[ExitStack]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        _start_servers(config)
    else:
        _own_redis_database(int(worker.removeprefix("gw")) + 1)
    django.setup()
    if worker is None and config.getoption("numprocesses", None):
        # Workers inherit the environment, and pytest-django loads settings that it finds named there before this file.
        del os.environ["DJANGO_SETTINGS_MODULE"]


def _start_servers(config: pytest.Config) -> None:
    stack = config.stash[_session] = ExitStack()
    folder = tempfile.TemporaryDirectory(prefix="redpen-test-", ignore_cleanup_errors=True)
    data_dir = Path(stack.enter_context(folder))
    (data_dir / "static").mkdir()
    os.environ["DATA_DIR"] = str(data_dir)
    if not {"DATABASE_URL", "REDIS_URL"} <= os.environ.keys():
        database_url, redis_url = stack.enter_context(embedded.servers(data_dir, durable=False))
        os.environ.setdefault("DATABASE_URL", database_url)
        os.environ.setdefault("REDIS_URL", redis_url)


def _own_redis_database(number: int) -> None:
    """Two workers on one Redis database would eat each other's messages."""
    url = os.environ["REDIS_URL"]
    if url.startswith("unix://"):
        os.environ["REDIS_URL"] = url.rsplit("?db=", 1)[0] + f"?db={number}"


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    if stack := config.stash.get(_session, None):
        stack.close()
