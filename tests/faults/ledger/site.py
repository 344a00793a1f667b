"""All of Redpen on this machine, durable, each part of which can be killed and comes back by itself or is started
again. To be used by the thread that made it: what it starts ends with that thread."""

import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from annotator.management import embedded
from annotator.services.processes import spawn, stop
from tests.faults.ledger.proxy import Address
from tests.faults.web import Web

RETURN_SECONDS = 30


class Site:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.postgres = embedded.start_postgres(folder)
        self.redis = embedded.start_redis(folder)
        os.environ |= {"DATABASE_URL": embedded.database_url(folder), "REDIS_URL": embedded.redis_url(folder)}
        os.environ |= {"DATA_DIR": str(folder), "REDPEN_ENV": "test"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "annotator.config.settings"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        (folder / "static").mkdir()
        worker = [sys.executable, "-m", "celery", "-A", "annotator.config", "worker", "-P", "threads", "-n", "short@%h"]
        worker += ["-Q", "default", "-c", "2", "-B", "--without-gossip", "--without-mingle", "--loglevel", "INFO"]
        self.celery = spawn(worker, log=folder / "log" / "celery.log", env=dict(os.environ))
        self.web = Web(folder / "log", dict(os.environ))

    @property
    def address(self) -> Address:
        host, _, port = urlsplit(self.web.url).netloc.partition(":")
        return host, int(port)

    def kill_web_worker(self, chance: random.Random) -> None:
        """Its master starts another."""
        deadline = time.monotonic() + RETURN_SECONDS
        while not (workers := _children(self.web.process.pid)):
            if time.monotonic() > deadline:
                raise RuntimeError("the web server has no workers")
            time.sleep(0.01)
        try:
            os.kill(chance.choice(workers), signal.SIGKILL)
        except ProcessLookupError:
            self.kill_web_worker(chance)

    def kill_web(self) -> None:
        self.web.kill()
        self.web.start()

    def stop_postgres(self, down_seconds: float) -> None:
        """An immediate stop: no transaction is ended, nothing is written; it recovers from its log when it starts."""
        stop([self.postgres], number=signal.SIGQUIT, grace_seconds=10)
        time.sleep(down_seconds)
        self.postgres = embedded.start_postgres(self.folder)

    def kill_redis(self, down_seconds: float) -> None:
        stop([self.redis], number=signal.SIGKILL, grace_seconds=10)
        time.sleep(down_seconds)
        self.redis = embedded.start_redis(self.folder)

    def healthy(self) -> bool:
        """Whether the database, Redis, the worker and its beat answer, as they do again soon after the last fault."""
        deadline = time.monotonic() + RETURN_SECONDS
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.web.url}/healthz", timeout=10) as answer:
                    body = json.load(answer)
            except urllib.error.HTTPError as error:
                body = json.load(error)
            # There is no worker for the GPU here.
            if {body["database"], body["redis"], body["workers"]["short"], body["beat"]} == {"ok"}:
                return True
            time.sleep(0.5)
        return False

    def close(self) -> None:
        stop([self.web.process, self.celery], number=signal.SIGKILL, grace_seconds=5)
        stop([self.postgres, self.redis], number=embedded.STOP_SIGNAL, grace_seconds=5)


@contextmanager
def site(folder: Path) -> Iterator[Site]:
    running = Site(folder)
    try:
        yield running
    finally:
        running.close()


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def alive(process: "subprocess.Popen[bytes]") -> bool:
    return process.poll() is None
