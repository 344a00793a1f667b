"""A server for the length of a block."""

import http.client
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from annotator.services.processes import spawn, stop
from tests.bench.store.wire import Address

START_SECONDS = 180


def free_address() -> Address:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()


@contextmanager
def serving(command: Sequence[str], address: Address, path: str, log: Path, env: Mapping[str, str]) -> Iterator[None]:
    """Runs the command until the block ends, which begins once `path` is answered, whatever it says.

    Raises RuntimeError, with the end of the log, if that takes too long.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    server = spawn(command, log=log, env=env)
    deadline = time.monotonic() + START_SECONDS
    try:
        while not _answers(address, path):
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command[0]} did not start: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)
        yield
    finally:
        stop([server], grace_seconds=10)


def _answers(address: Address, path: str) -> bool:
    connection = http.client.HTTPConnection(*address, timeout=30)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()
