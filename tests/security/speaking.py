"""A server that says, byte for byte, what a test wants it to say."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Spoken:
    """`pieces`: bytes, or (seconds to wait, bytes). `heard`: what each connection sent, up to its first empty line."""

    port: int = 0
    pieces: tuple[Any, ...] = ()
    heard: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def speaking() -> Iterator[Spoken]:
    spoken = Spoken()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data = b""
            while b"\r\n\r\n" not in data and (more := self.request.recv(4096)):
                data += more
            spoken.heard.append(data)
            try:
                for piece in spoken.pieces:
                    wait, said = piece if isinstance(piece, tuple) else (0, piece)
                    time.sleep(wait)
                    self.request.sendall(said)
            except OSError:
                pass  # whoever asked has heard enough

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        spoken.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield spoken
        server.shutdown()
