"""The only way out: whatever Redpen asks of another host, it asks here.

A host is resolved once, every address that it has must be public, and the connection goes to the address that was
looked at, so that no second answer of a name server can lead elsewhere; a redirect is looked at as if it were new.
Names and certificates are still those of the host. Proxies that the environment names are not used. FETCH_ALLOW names
hosts of one's own ("files.lab.local", "10.1.2.3:8080"), which may be private, and asked without TLS.
"""

import http.client
import io
import json as json_module
import logging
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings

from annotator.domain.addresses import Address, address_of, followed, is_public, refused
from annotator.domain.errors import DomainError

OPEN_PORTS = frozenset({443})
REDIRECTS = (301, 302, 303, 307, 308)
MOST_REDIRECTS = 3
ANSWER_BYTES = 5_000_000
BLOCK = 64 * 1024
CONNECT_SECONDS = 10.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `headers` by their lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """ValueError for what is no JSON."""
        return json_module.loads(self.body)


def fetch(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    json: Any = None,
    timeout: float = 15.0,
    allow_private: bool = False,
) -> Answer:
    """The answer to one request, whatever its status, of at most ANSWER_BYTES; a redirect is an answer as well.

    timeout: seconds for all of it. allow_private: for an address that is a setting of the operator's, never for one
    that somebody typed in. DomainError fetch_refused before anything is sent; fetch_failed.
    """
    body = None if json is None else json_module.dumps(json).encode()
    sent = {**(headers or {}), **({} if body is None else {"Content-Type": "application/json"})}
    end = time.monotonic() + timeout
    with _asked(method, address_of(url), sent, body, end, allow_private) as answer:
        return Answer(answer.status, _headers(answer), b"".join(_blocks(answer, ANSWER_BYTES)))


def download(url: str, into: IO[bytes], *, most_bytes: int, timeout: float = 60.0) -> None:
    """Write what is at the address into the file, and go back to its beginning; redirects are followed.

    DomainError as fetch, and fetch_failed for what is longer, or answered by anything but 200.
    """
    address, end = address_of(url), time.monotonic() + timeout
    for _ in range(MOST_REDIRECTS + 1):
        with _asked("GET", address, {}, None, end, False) as answer:
            if answer.status in REDIRECTS:
                address = followed(address, answer.getheader("Location") or "")
                continue
            if answer.status != 200:
                raise _failed(f"is answered by {answer.status}")
            for block in _blocks(answer, most_bytes):
                into.write(block)
            into.seek(0)
            return
    raise _failed(f"leads on more than {MOST_REDIRECTS} times")


@contextmanager
def _asked(
    method: str, address: Address, headers: Mapping[str, str], body: bytes | None, end: float, private: bool
) -> Iterator[http.client.HTTPResponse]:
    connection = http.client.HTTPConnection(address.host, address.port)
    plain: socket.socket | None = None
    try:
        plain = _connected(address, end, private)
        connection.sock = _Timed(plain, end)
        usual = {"Host": address.authority, "User-Agent": "Redpen", "Accept-Encoding": "identity"}
        connection.request(method, address.target, body, {**usual, **headers})
        answer = connection.getresponse()
        if answer.getheader("Content-Encoding", "identity") != "identity":
            raise _failed("is answered in an encoding that was not asked for")
        yield answer
    except (OSError, http.client.HTTPException, ValueError) as error:
        # Which error it was would tell who asks what there is in a network that they do not see.
        log.info("%s does not answer: %s", address.authority, type(error).__name__)
        raise _failed("does not answer, or not in time") from error
    finally:
        if plain:
            plain.close()


def _connected(address: Address, end: float, private: bool) -> socket.socket:
    own = address.authority in settings.FETCH_ALLOW or address.host in settings.FETCH_ALLOW or private
    if not own and address.scheme != "https":
        raise refused("begins with 'http'; it must begin with https://")
    if not own and address.port not in OPEN_PORTS:
        raise refused(f"names port {address.port}; it must be {', '.join(map(str, sorted(OPEN_PORTS)))}")
    found = [str(each[4][0]) for each in socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)]
    if not own and not all(map(is_public, found)):
        raise refused("leads to an address that is not public")
    plain = _opened(found, address.port, end)
    try:
        if address.scheme == "http":
            return plain
        return ssl.create_default_context().wrap_socket(plain, server_hostname=address.host)
    except BaseException:
        plain.close()
        raise


def _opened(found: list[str], port: int, end: float) -> socket.socket:
    """A connection to the first of these addresses that takes one. OSError if none does."""
    problem = OSError("no address")
    for each in dict.fromkeys(found):
        try:
            return socket.create_connection((each, port), max(0.1, min(CONNECT_SECONDS, end - time.monotonic())))
        except OSError as error:
            problem = error
    raise problem


class _Timed:
    """A socket of which every read and write must be over by the same moment, however slowly the bytes drip in. Who
    opened the socket closes it: http.client would do so as soon as it has read the headers."""

    def __init__(self, plain: socket.socket, end: float) -> None:
        self._plain, self._end = plain, end

    def sendall(self, data: bytes) -> None:
        self._hurry()
        self._plain.sendall(data)

    def recv_into(self, buffer: Any) -> int:
        self._hurry()
        return self._plain.recv_into(buffer)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reading(self))

    def close(self) -> None:
        pass

    def _hurry(self) -> None:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._plain.settimeout(left)


class _Reading(io.RawIOBase):
    def __init__(self, source: _Timed) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._source.recv_into(buffer)


def _blocks(answer: http.client.HTTPResponse, most_bytes: int) -> Iterator[bytes]:
    count = 0
    while block := answer.read(BLOCK):
        count += len(block)
        if count > most_bytes:
            raise _failed(f"is longer than {most_bytes} bytes")
        yield block
    if answer.length:  # what was announced and did not come
        raise http.client.IncompleteRead(b"", answer.length)


def _headers(answer: http.client.HTTPResponse) -> Mapping[str, str]:
    return {name.lower(): value for name, value in answer.getheaders()}


def _failed(problem: str) -> DomainError:
    return DomainError("fetch_failed", f"url: {problem}", {"url": problem})
