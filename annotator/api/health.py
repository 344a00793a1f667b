"""`GET /healthz`: is every part that Redpen needs alive? For people, load balancers and container health checks."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any

import redis
from celery import current_app
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotator.tasks.beat import ALIVE_KEY, ALIVE_SECONDS

ANSWER_SECONDS = 2.5  # a part that has not answered by then counts as down
PING_SECONDS = 1.5

Check = Callable[[], None]  # raises when the part is not well


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """{"database", "redis", "workers": {"short", "gpu"}, "beat"}, each "ok" or why not; 503 unless all are."""
    report = _run(
        {
            "database": _database,
            "redis": _redis,
            "short": lambda: _worker("short"),
            "gpu": lambda: _worker("gpu"),
            "beat": _beat,
        }
    )
    body: dict[str, Any] = {
        "database": report["database"],
        "redis": report["redis"],
        "workers": {"short": report["short"], "gpu": report["gpu"]},
        "beat": report["beat"],
    }
    return JsonResponse(body, status=200 if set(report.values()) == {"ok"} else 503)


def _run(checks: dict[str, Check]) -> dict[str, str]:
    """All checks at once, each in a thread of its own, so that one that hangs delays no other and not the answer."""
    pool = ThreadPoolExecutor(len(checks))
    deadline = time.monotonic() + ANSWER_SECONDS
    futures = {name: pool.submit(check) for name, check in checks.items()}
    pool.shutdown(wait=False)
    report = {}
    for name, future in futures.items():
        try:
            future.result(timeout=max(0.0, deadline - time.monotonic()))
            report[name] = "ok"
        except FutureTimeoutError:
            report[name] = f"no answer within {ANSWER_SECONDS} s"
        except Exception as error:  # whatever went wrong in a part is what this page is for
            report[name] = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return report


def _database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()


def _redis() -> None:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
    try:
        client.ping()
    finally:
        client.close()


def _worker(kind: str) -> None:
    """A ping through the queue's own loop: a worker that hangs does not answer it."""
    _redis()
    replies = current_app.control.broadcast(
        "ping", reply=True, pattern=f"{kind}@*", matcher="glob", limit=1, timeout=PING_SECONDS  # type: ignore[arg-type]
    )
    if not replies:
        raise RuntimeError(f"no worker {kind!r} answers")


def _beat() -> None:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
    try:
        if client.get(ALIVE_KEY) is None:
            raise RuntimeError(f"beat has shown no sign of life for {ALIVE_SECONDS} s")
    finally:
        client.close()
