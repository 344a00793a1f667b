"""A local server over real HTTP, to stand in for one that scores responses."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Spoken:
    """A server's memory: what it was asked, and what it is to answer first, before it answers properly."""

    url: str = ""
    asked: list[tuple[str, Any, dict[str, str]]] = field(default_factory=list)
    troubles: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    answer: Any = None


@contextmanager
def speaking() -> Iterator[Spoken]:
    """A server that answers POSTs with JSON."""
    spoken = Spoken()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            spoken.asked.append((self.path, body, dict(self.headers)))
            status, headers = spoken.troubles.pop(0) if spoken.troubles else (200, {})
            content = json.dumps(spoken.answer(body) if status == 200 else {"error": {"code": status}}).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    spoken.url = f"http://127.0.0.1:{running.server_port}"
    yield spoken
    running.shutdown()
    running.server_close()
    thread.join()
