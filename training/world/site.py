"""A Redpen to work on: one that runs already, or the demo started in a folder of its own."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from redpen import Client

ROOT = Path(__file__).resolve().parents[2]
READY = "Redpen is ready: "
STOP_SECONDS = 15
# A demo of our own takes nothing from the environment of another.
WITHHELD = (
    *("DATABASE_URL", "REDIS_URL", "DATA_DIR", "RUNS_DIR", "DATASETS_DIR", "STATIC_ROOT", "PORT"),
    *("REDPEN_ENV", "DJANGO_SETTINGS_MODULE"),
)


class SiteError(Exception):
    """A demo that did not get ready, or a command that failed; the text holds what it said."""


@dataclass(frozen=True)
class Site:
    """A demo on this machine: where it answers, and the folder that holds its data and logins."""

    url: str
    data_dir: Path

    def admin(self) -> Client:
        return Client.signed_in(self.url, "admin", json.loads((self.data_dir / "demo.json").read_text())["admin"])

    def add_annotators(self, project: str, count: int) -> dict[str, str]:
        """Make simulated annotators for the project with this slug: {username: password}. Raises SiteError."""
        logins = {f"{project}-{secrets.token_hex(4)}": secrets.token_urlsafe(12) for _ in range(count)}
        self._add(project, [*logins, "--simulated"], "".join(f"{password}\n" for password in logins.values()))
        return logins

    def add_demo_people(self, project: str) -> None:
        """Take the demo's annotator and researcher into the project. Raises SiteError."""
        for role in ("annotator", "researcher"):
            self._add(project, [role, "--role", role])

    def _add(self, project: str, arguments: list[str], passwords: str = "") -> None:
        command = [sys.executable, "manage.py", "add_user", *arguments, "--project", project]
        environment = _environment(self.data_dir)
        done = subprocess.run(command, cwd=ROOT, env=environment, input=passwords, capture_output=True, text=True)
        if done.returncode:
            raise SiteError(done.stderr.strip())


def running_site(url: str, data_dir: Path) -> Site:
    return Site(url, data_dir.resolve())


@contextmanager
def started_site(folder: Path) -> Iterator[Site]:
    """A demo on a free port with its data in `folder`, stopped at the end. SiteError if it does not get ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-u", "manage.py", "demo", "--port", str(port)]
    environment = {**_environment(folder.resolve()), "REDPEN_WARM_UP": "0"}
    demo = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield Site(_await_ready(demo), folder.resolve())
    finally:
        demo.send_signal(signal.SIGTERM)
        try:
            demo.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            demo.kill()


def _await_ready(demo: "subprocess.Popen[str]") -> str:
    said = []
    for line in demo.stdout or ():
        if line.startswith(READY):
            return line.removeprefix(READY).strip()
        said.append(line)
    raise SiteError("the demo did not get ready: " + "".join(said[-20:]))


def _environment(data_dir: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in WITHHELD}
    return {**kept, "DATA_DIR": str(data_dir)}
