"""Addresses that would make Redpen ask its own network: `make ssrf`. None may reach a listener on this machine.

Only the answers of the name server are made up, by a stand-in for socket.getaddrinfo; everything else is the product's
own way out, real sockets and real listeners. Writes .redpen/reports/ssrf.json; exits with 1 on any hit.
"""

import json
import os
import socket
import socketserver
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any
from unittest.mock import patch

PUBLIC = "93.184.215.14"
# What a name server says, one answer after the other; the last one stays.
NAMES: dict[str, list[list[str]]] = {
    "rebinding.test": [[PUBLIC], ["127.0.0.1"]],
    "rebinding6.test": [[PUBLIC], ["::1"]],
    "both.test": [[PUBLIC, "127.0.0.1"]],
    "loopback.test": [["127.0.0.1"]],
    "loopback6.test": [["::1"]],
    "mapped.test": [["::ffff:127.0.0.1"]],
    "nat64.test": [["64:ff9b::7f00:1"]],
    "sixtofour.test": [["2002:7f00:1::"]],
    "teredo.test": [["2001:0:4136:e378:8000:63bf:80ff:fffe"]],
    "isatap.test": [["2606:4700::5efe:7f00:1"]],
    "compatible.test": [["::127.0.0.1"]],
    "metadata.test": [["169.254.169.254"]],
    "ten.test": [["10.0.0.1"]],
    "carrier.test": [["100.64.0.1"]],
    "zero.test": [["0.0.0.0"]],
    "broadcast.test": [["255.255.255.255"]],
    "multicast.test": [["224.0.0.1"]],
    "linklocal6.test": [["fe80::1%lo"]],
    "unique6.test": [["fd00::1"]],
}
NAMED = [f"https://{name}:PORT/" for name in NAMES]
SPELLED = [
    *("https://127.0.0.1:PORT/", "https://127.1:PORT/", "https://127.0.1:PORT/", "https://2130706433:PORT/"),
    *("https://0x7f000001:PORT/", "https://0x7f.0.0.1:PORT/", "https://0177.0.0.1:PORT/", "https://017700000001:PORT/"),
    *("https://127.000.000.001:PORT/", "https://0:PORT/", "https://0.0.0.0:PORT/", "https://127.127.127.127:PORT/"),
    *("https://[::1]:PORT/", "https://[0:0:0:0:0:0:0:1]:PORT/", "https://[::ffff:127.0.0.1]:PORT/"),
    *("https://[::ffff:7f00:1]:PORT/", "https://[::127.0.0.1]:PORT/", "https://[::]:PORT/"),
    *("https://[fe80::1%25lo]:PORT/", "https://[64:ff9b::127.0.0.1]:PORT/", "https://[2002:7f00:1::]:PORT/"),
    *("https://localhost:PORT/", "https://LOCALHOST:PORT/", "https://localhost.:PORT/", "https://ⓛocalhost:PORT/"),
    *("https://①②⑦.⓪.⓪.①:PORT/", "https://127。0。0。1:PORT/", "https://127%2e0%2e0%2e1:PORT/"),
    *("http://127.0.0.1:PORT/", "HTTP://127.0.0.1:PORT/", "//127.0.0.1:PORT/", "127.0.0.1:PORT"),
    *("https://user@127.0.0.1:PORT/", f"https://{PUBLIC}@127.0.0.1:PORT/", f"https://127.0.0.1:PORT#@{PUBLIC}/"),
    *(f"https://{PUBLIC}\\@127.0.0.1:PORT/", f"https://{PUBLIC}:443@127.0.0.1:PORT/", "https://127.0.0.1:PORT\t/"),
    *("https://127.0.0.1\n:PORT/", "https:///127.0.0.1:PORT/", "https:127.0.0.1:PORT/", "https://127.0.0.1:PORT:443/"),
    *("file:///etc/passwd", "ftp://127.0.0.1:PORT/", "gopher://127.0.0.1:PORT/_GET", "dict://127.0.0.1:PORT/info"),
    *("ldap://127.0.0.1:PORT/", "jar:http://127.0.0.1:PORT/!/", "data:text/plain,hello", "unix:///run/redis.sock"),
]
# Where an answer of the host that is allowed leads on to.
REDIRECTED = [
    *("https://127.0.0.1:PORT/", "http://127.0.0.1:PORT/", "//127.0.0.1:PORT/", "https://[::1]:PORT/"),
    *("https://loopback.test:PORT/", "https://rebinding.test:PORT/", "https://2130706433:PORT/", "file:///etc/passwd"),
    *("/loop", "https://both.test:PORT/", "http://localhost:PORT/", "https://user@127.0.0.1:PORT/"),
]


@dataclass
class Canary:
    """Listens on every loopback address at one port, and counts who comes."""

    hits: list[str] = field(default_factory=list)
    port: int = 0

    @contextmanager
    def listening(self) -> Iterator["Canary"]:
        canary = self

        class Heard(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                canary.hits.append(str(self.client_address))

        with ExitStack() as stack:
            for family, host in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::1")):
                kind = type("Server", (socketserver.ThreadingTCPServer,), {"address_family": family})
                try:
                    server = stack.enter_context(kind((host, self.port), Heard))
                except OSError:
                    if family == socket.AF_INET6:  # a machine without IPv6
                        continue
                    raise
                self.port = server.server_address[1]
                threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
                stack.callback(server.shutdown)
            yield self


@contextmanager
def leading_on() -> Iterator[tuple[int, dict[str, str]]]:
    """A web server that redirects /n to where the dictionary says, and /loop to itself."""
    where: dict[str, str] = {"/loop": "/loop"}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302 if self.path in where else 200)
            if self.path in where:
                self.send_header("Location", where[self.path])
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server.server_address[1], where
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def resolving() -> Iterator[None]:
    """Names under .test are answered from NAMES; everything else by this machine."""
    asked: dict[str, int] = {}
    real = socket.getaddrinfo

    def answer(host: Any, port: Any, *arguments: Any, **options: Any) -> Any:
        said = NAMES.get(host)
        if said is None:
            return real(host, port, *arguments, **options)
        turn = asked[host] = asked.get(host, -1) + 1
        return [
            (socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port))
            for each in said[min(turn, len(said) - 1)]
        ]

    with patch("socket.getaddrinfo", answer):
        yield


def attempts() -> list[dict[str, Any]]:
    """Every payload with what became of it: {"payload", "outcome", "hits"}."""
    from django.conf import settings

    from annotator.domain.errors import DomainError
    from annotator.services import fetch

    found: list[dict[str, Any]] = []
    with Canary().listening() as canary, leading_on() as (port, where), resolving():
        allowed = f"127.0.0.1:{port}"
        patches = {"OPEN_PORTS": frozenset({443, canary.port}), "CONNECT_SECONDS": 0.2}
        with patch.object(settings, "FETCH_ALLOW", [allowed]), patch.multiple(fetch, **patches):

            def attempt(shown: str, url: str) -> None:
                before = len(canary.hits)
                try:
                    fetch.download(url, BytesIO(), most_bytes=1000, timeout=2)
                    outcome = "answered"
                except DomainError as error:
                    outcome = error.code
                found.append({"payload": shown, "outcome": outcome, "hits": len(canary.hits) - before})

            attempt("a host that is allowed", f"http://{allowed}/")
            for payload in (*NAMED, *SPELLED):
                attempt(payload, payload.replace("PORT", str(canary.port)))
            for number, payload in enumerate(REDIRECTED):
                where[f"/{number}"] = payload.replace("PORT", str(canary.port))
                attempt(f"302 → {payload}", f"http://{allowed}/{number}")
        with patch.object(settings, "FETCH_ALLOW", [f"127.0.0.1:{canary.port}"]):
            attempt("the canary, allowed", f"http://127.0.0.1:{canary.port}/")
    return found


def wrong(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What reached the canary, or was answered; and the two controls, if they were not."""
    first, *payloads, last = found
    bad = [each for each in payloads if each["hits"] or each["outcome"] == "answered"]
    return bad + [first] * (first["outcome"] != "answered") + [last] * (not last["hits"])


def main() -> int:
    os.environ.setdefault("REDPEN_ENV", "test")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.config.settings")
    import django

    from tests.served import REPORTS

    django.setup()
    found = attempts()
    for each in found:
        print(f"{each['outcome']:<14} {each['hits']} {each['payload']!r}")
    bad = wrong(found)
    REPORTS.mkdir(parents=True, exist_ok=True)
    (REPORTS / "ssrf.json").write_text(json.dumps({"attempts": found, "wrong": bad}, indent=1))
    print(f"{len(found) - 2} payloads, {sum(each['hits'] for each in found[1:-1])} hits, {len(bad)} wrong")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
