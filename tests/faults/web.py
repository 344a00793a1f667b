"""A web server of its own, at one address, that can be killed and started again."""

import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from annotator.services.processes import spawn, stop

START_SECONDS = 60


class Web:
    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        self.log, self.environment = folder / "web.log", environment
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "annotator.config.wsgi", "--bind", self.url.removeprefix("http://")]
        command += ["--workers", "2", "--threads", "4", "--preload", "--no-control-socket"]
        self.process = spawn(command, log=self.log, env=self.environment)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the web server did not start: {self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)

    def kill(self) -> None:
        stop([self.process], number=signal.SIGKILL, grace_seconds=5)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/sign-in", timeout=5):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
