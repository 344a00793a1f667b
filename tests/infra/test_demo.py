"""`manage.py demo` as a person runs it: to ready, through crashes, to the last process."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 90

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


class Demo:
    """A demo in a folder of its own, with none of the test session's settings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.output = folder.parent / f"{folder.name}.out"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self, port: int | None = None) -> "subprocess.Popen[bytes]":
        unset = ("DATABASE_URL", "REDIS_URL", "REDPEN_ENV", "DATA_DIR", "DJANGO_SETTINGS_MODULE")
        environment = {name: value for name, value in os.environ.items() if name not in unset}
        environment["REDPEN_WARM_UP"] = "0"
        command = [sys.executable, "manage.py", "demo", "--port", str(port or self.port)]
        with self.output.open("wb") as output:
            return subprocess.Popen(
                [*command, "--data-dir", str(self.folder)],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def start(self) -> float:
        """Returns the seconds until it was ready."""
        started = time.monotonic()
        self.process = self.run()
        while f"Redpen is ready: {self.address}\n" not in self.output.read_text():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() - started < READY_SECONDS, self.output.read_text()
            time.sleep(0.1)
        return time.monotonic() - started

    def stop(self, number: int) -> float:
        """Returns the seconds until it was gone."""
        assert self.process is not None
        started = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(30)
        return time.monotonic() - started

    def pids(self) -> list[int]:
        """Every process that works in the folder."""
        return [pid for pid, command in processes() if str(self.folder) in command or self.marked(pid)]

    def marked(self, pid: int) -> bool:
        try:
            return f"DATA_DIR={self.folder}\0".encode() in Path(f"/proc/{pid}/environ").read_bytes()
        except OSError:
            return False

    def await_healthy(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while (answer := requests.get(f"{self.address}/healthz", timeout=5)).status_code != 200:
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.2)


def processes() -> Iterator[tuple[int, str]]:
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (command := (entry / "cmdline").read_bytes()):
                yield int(entry.name), command.decode(errors="replace")
        except OSError:
            continue


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    demo = Demo(tmp_path_factory.mktemp("demo") / "data")
    demo.start()
    yield demo
    if demo.process is not None and demo.process.poll() is None:
        demo.stop(signal.SIGKILL)


def test_it_greets_with_one_login_per_role_and_says_last_that_it_is_ready(demo: Demo) -> None:
    lines = demo.output.read_text().splitlines()
    logins = json.loads((demo.folder / "demo.json").read_text())
    assert set(logins) == {"admin", "researcher", "annotator"}
    assert lines[-1] == f"Redpen is ready: {demo.address}"
    for username, password in logins.items():
        assert any(re.fullmatch(rf"  {username} +{password}", line) for line in lines)
    assert (demo.folder / "demo.json").stat().st_mode & 0o777 == 0o600


def test_healthz_is_well(demo: Demo) -> None:
    demo.await_healthy()
    body = requests.get(f"{demo.address}/healthz", timeout=5).json()
    assert body == {"database": "ok", "redis": "ok", "workers": {"short": "ok", "gpu": "ok"}, "beat": "ok"}


@pytest.mark.parametrize("role", ["admin", "researcher", "annotator"])
def test_every_role_signs_in_by_button_and_by_password(demo: Demo, role: str) -> None:
    with requests.Session() as browser:
        page = browser.get(f"{demo.address}/sign-in", timeout=10)
        assert f'action="/sign-in/demo/{role}"' in page.text
        token = {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        answer = browser.post(f"{demo.address}/sign-in/demo/{role}", data=token, timeout=10, allow_redirects=False)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/")
        assert browser.get(f"{demo.address}/api/v1/me", timeout=10).json()["username"] == role
    with requests.Session() as browser:
        browser.get(f"{demo.address}/sign-in", timeout=10)
        password = json.loads((demo.folder / "demo.json").read_text())[role]
        login = {"username": role, "password": password, "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        answer = browser.post(f"{demo.address}/sign-in", data=login, timeout=10, allow_redirects=False)
        assert answer.status_code == 302


def test_static_files_are_served(demo: Demo) -> None:
    answer = requests.get(f"{demo.address}/static/redpen/pages.css", timeout=10)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/css")


def test_a_child_that_dies_is_announced_and_started_again(demo: Demo) -> None:
    (worker,) = [pid for pid, command in processes() if "gpu@%h" in command and demo.marked(pid)]
    os.kill(worker, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while "worker-gpu ended with status -9" not in demo.output.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    demo.await_healthy()


def test_a_second_demo_on_the_folder_is_refused(demo: Demo) -> None:
    second = Demo(demo.folder)
    second.output = demo.output.with_name("second.out")
    assert second.run(free_port()).wait(60) == 1
    assert f"already runs on {demo.folder}" in second.output.read_text()


def test_a_taken_port_is_named_with_the_way_out(demo: Demo, tmp_path: Path) -> None:
    other = Demo(tmp_path / "data")
    assert other.run(demo.port).wait(60) == 1
    assert f"Port {demo.port} cannot be used (Address already in use)" in other.output.read_text()
    assert f"make demo PORT={demo.port + 1}" in other.output.read_text()
    assert not (tmp_path / "data" / "postgres").exists()


def test_after_kill_9_nothing_is_left_and_the_next_start_is_quick(demo: Demo) -> None:
    demo.stop(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while left := demo.pids():
        assert time.monotonic() < deadline, left
        time.sleep(0.1)
    assert demo.start() < 30  # under 15 s on a quiet machine; here other tests run beside it


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_every_process_within_10_seconds(demo: Demo, number: int) -> None:
    if demo.process is None or demo.process.poll() is not None:
        demo.start()
    assert demo.pids()
    assert demo.stop(number) < 10
    assert demo.process is not None
    assert demo.process.returncode == 0
    assert demo.pids() == []
    assert demo.output.read_text().endswith("Redpen has stopped.\n")


def test_a_full_disk_is_said_plainly(tmp_path: Path) -> None:
    """A disk of 1 MB, if this machine lets us mount one, else a folder that cannot be written."""
    if os.getuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(tmp_path)], capture_output=True, check=False
    ).returncode == 0:
        try:
            demo = Demo(tmp_path / "data")
            demo.output = Path(f"{tmp_path}.out")
            assert demo.run().wait(60) == 1
            assert "The disk is full" in demo.output.read_text()
        finally:
            subprocess.run(["umount", str(tmp_path)], check=True)
    else:
        (tmp_path / "file").touch()
        demo = Demo(tmp_path / "file" / "data")
        demo.output = tmp_path / "out"
        assert demo.run().wait(60) == 1
        assert "cannot be used: Not a directory" in demo.output.read_text()
