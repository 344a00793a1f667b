"""`manage.py demo`: all of Redpen on one machine, until Ctrl-C.

Starts PostgreSQL and Redis (unless DATABASE_URL and REDIS_URL name others), brings the database up to date, adds the
demo's people and examples, and then keeps the web server, both workers and beat running.
"""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError, connections

from annotator.management import embedded, seed
from annotator.management.demo_users import ensure_demo_users
from annotator.management.supervisor import Child, end, revive
from annotator.models import Dataset
from annotator.services.processes import spawn

HOST = "127.0.0.1"
FREE_BYTES = 500 * 1024 * 1024
READY_SECONDS = 90
APPS_GRACE_SECONDS = 6.5  # with the servers' own, all is over within 10 s
SERVERS_GRACE_SECONDS = 1.5


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=settings.PORT, help="default: $PORT or 8000")
        parser.add_argument("--data-dir", type=Path, help="default: $DATA_DIR or .redpen")

    def handle(self, *args: Any, **options: Any) -> None:
        port, data_dir = options["port"], options["data_dir"]
        if data_dir is not None and data_dir.resolve() != settings.DATA_DIR:
            _start_over(data_dir.resolve(), port)
        _catch_signals()
        try:
            _check_port(port)
            _check_disk(settings.DATA_DIR)
            with _sole_owner(settings.DATA_DIR):
                self._run(port)
        except embedded.ServerError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self._say("Redpen has stopped.")

    def _run(self, port: int) -> None:
        servers = [Child(name, start) for name, start in _servers().items()]
        apps = [Child(name, start) for name, start in _apps(port).items()]
        try:
            for child in servers:
                child.launch()
            logins, dataset = self._prepare()
            for child in apps:
                child.launch()
            self._await_health(port, [*servers, *apps])
            if settings.WARM_UP:
                for name, start in _preparations(port, dataset).items():
                    apps.append(Child(name, start, once=True))
                    apps[-1].launch()
            self._greet(port, logins)
            while True:
                time.sleep(0.5)
                revive([*servers, *apps], self._say)
        finally:
            _ignore_signals()
            end(apps, number=signal.SIGTERM, grace_seconds=APPS_GRACE_SECONDS)
            end(servers, number=embedded.STOP_SIGNAL, grace_seconds=SERVERS_GRACE_SECONDS)

    def _prepare(self) -> tuple[dict[str, str], Dataset]:
        """Database, people, examples and static files; returns the logins and the dataset of the examples."""
        try:
            call_command("migrate", verbosity=0)
        except OperationalError as error:
            raise CommandError(f"The database of DATABASE_URL does not answer: {error}") from error
        logins = ensure_demo_users(settings.DATA_DIR)
        dataset = seed.seed()
        call_command("collectstatic", verbosity=0, interactive=False)
        connections.close_all()
        return logins, dataset

    def _await_health(self, port: int, children: list[Child]) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while (body := _unhealthy(port)) is not None:
            if time.monotonic() > deadline:
                raise CommandError(f"Not everything came up in {READY_SECONDS} s: {body}. "
                                   f"The logs are in {settings.DATA_DIR / 'log'}.")
            time.sleep(0.2)
            revive(children, self._say)

    def _greet(self, port: int, logins: dict[str, str]) -> None:
        width = max(map(len, logins))
        self._say("\nSign in as (password):")
        for username, password in logins.items():
            self._say(f"  {username:<{width}}  {password}")
        self._say(f"Data and logs: {settings.DATA_DIR}. Ctrl-C stops everything.")
        if settings.WARM_UP:
            self._say("A second project, a small invented world, is being prepared; its jobs take some minutes.")
        self._say("")
        self._say(f"Redpen is ready: http://{HOST}:{port}")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _start_over(data_dir: Path, port: int) -> None:
    """Settings are read before arguments, so another data folder needs a new process in the place of this one."""
    os.environ["DATA_DIR"] = str(data_dir)
    os.execv(sys.executable, [sys.executable, sys.argv[0], "demo", "--port", str(port)])


def _catch_signals() -> None:
    def interrupt(number: int, frame: FrameType | None) -> None:
        _ignore_signals()
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)


def _ignore_signals() -> None:
    """From here on everything is being stopped, and a second Ctrl-C must not interrupt that."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Port {port} cannot be used ({getattr(error, 'strerror', error)}); perhaps another program has it. "
                f"Stop that program, or choose another port: make demo PORT={min(port + 1, 65535)}"
            ) from error


def _check_disk(data_dir: Path) -> None:
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise CommandError(f"The data folder {data_dir} cannot be made: {error.strerror}.") from error
    free = shutil.disk_usage(data_dir).free
    if free < FREE_BYTES:
        raise CommandError(f"The disk is full: {data_dir} has {free // 2**20} MB left and the demo needs "
                           f"{FREE_BYTES // 2**20} MB. Free some, or choose another folder with --data-dir.")


@contextmanager
def _sole_owner(data_dir: Path) -> Iterator[None]:
    """Two demos on one folder would fight over its database. The lock ends with its process, however that ends."""
    with open(data_dir / "demo.lock", "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CommandError(f"A demo (process {lock.read().strip()}) already runs on {data_dir}. "
                               "Stop it, or choose another folder with --data-dir.") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _servers() -> dict[str, Callable[[], "subprocess.Popen[bytes]"]]:
    servers: dict[str, Callable[[], subprocess.Popen[bytes]]] = {}
    if settings.EMBEDDED_POSTGRES:
        servers["postgres"] = lambda: embedded.start_postgres(settings.DATA_DIR)
    if settings.EMBEDDED_REDIS:
        servers["redis"] = lambda: embedded.start_redis(settings.DATA_DIR)
    return servers


def _apps(port: int) -> dict[str, Callable[[], "subprocess.Popen[bytes]"]]:
    celery = [sys.executable, "-m", "celery", "-A", "annotator.config"]
    worker = [*celery, "worker", "-P", "threads", "--without-gossip", "--without-mingle", "--loglevel", "INFO"]
    commands = {
        "web": [sys.executable, "-m", "gunicorn", "annotator.config.wsgi", "--bind", f"{HOST}:{port}"]
        + ["--workers", "2", "--threads", "4", "--preload", "--no-control-socket", "--graceful-timeout", "3"]
        # Without what addresses carry: who somebody is on a platform, and links that let somebody in.
        + ["--access-logfile", "-", "--logger-class", "annotator.config.access_log.AccessLog"],
        "worker-short": [*worker, "-Q", "default", "-n", "short@%h", "-c", "4"],
        "worker-gpu": [*worker, "-Q", "gpu", "-n", "gpu@%h", "-c", "1", "--prefetch-multiplier", "1"],
        "beat": [*celery, "beat", "--pidfile=", "--loglevel", "INFO"],
    }
    environment = {**os.environ, "REDPEN_DEMO": "1", "DATA_DIR": str(settings.DATA_DIR)}
    return {name: _starter(name, argv, environment) for name, argv in commands.items()}


def _preparations(port: int, dataset: Dataset) -> dict[str, Callable[[], "subprocess.Popen[bytes]"]]:
    """What takes minutes and nobody has to wait for: a model that the seed's reward models start from, and the
    synthetic world's project, made through the HTTP API and the job queue, as a laboratory would, and so only once
    everything runs. On a later start there is nothing left of it to do."""
    address = ["--url", f"http://{HOST}:{port}", "--data-dir", str(settings.DATA_DIR)]
    commands = {"world": ["training.scripts.loop", "--warm-up", *address]}
    folder = seed.base_model_folder()
    if not folder.exists():
        commands["base-model"] = ["training.scripts.scratch", str(dataset.path), str(folder)]
    return {name: _starter(name, [sys.executable, "-m", *argv], dict(os.environ)) for name, argv in commands.items()}


def _starter(name: str, argv: list[str], environment: dict[str, str]) -> Callable[[], "subprocess.Popen[bytes]"]:
    folder = settings.DATA_DIR / "log"
    folder.mkdir(exist_ok=True)
    log = folder / f"{name}.log"
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
    return lambda: spawn(argv, log=log, env=environment)


def _unhealthy(port: int) -> str | None:
    """What /healthz says is wrong; None when all is well."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=5):
            return None
    except urllib.error.HTTPError as error:
        return error.read().decode(errors="replace")
    except OSError as error:
        return f"the web server does not answer ({error})"
