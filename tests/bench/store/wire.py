"""HTTP as cheaply as a program on the same cores as the server can speak it: bytes made ahead, one socket each."""

import socket
from dataclasses import dataclass

Address = tuple[str, int]
RECEIVE_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    head: bytes
    body: bytes


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """The bytes of a request; `headers` name the host."""
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if method != "GET":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "\r\n"]).encode() + body


class Connection:
    """A kept-alive connection with one request on its way at a time; opened again where the server closes it."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.socket: socket.socket | None = None
        self.got = b""

    def send(self, data: bytes) -> socket.socket:
        """Raises OSError."""
        if self.socket is None:
            self.socket = socket.create_connection(self.address, timeout=60)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.got = b""
        self.socket.sendall(data)
        return self.socket

    def receive(self) -> Reply | None:
        """The reply, once all of it is here. Raises ConnectionError if the server closes before."""
        assert self.socket
        data = self.socket.recv(RECEIVE_BYTES)
        self.got += data
        head, end, body = self.got.partition(b"\r\n\r\n")
        lower = head.lower()
        closes = b"\r\nconnection: close" in lower or (lower.startswith(b"http/1.0") and b"keep-alive" not in lower)
        reply = _reply(head, lower, body, closed=not data) if end else None
        if not data and reply is None:
            self.close()
            raise ConnectionError(f"{self.address} closed the connection after {len(self.got)} bytes of a reply")
        if reply and (closes or not data):
            self.close()
        return reply

    def exchange(self, data: bytes) -> Reply:
        """Sends a request and waits for its reply. Raises OSError."""
        self.send(data)
        while (reply := self.receive()) is None:
            pass
        return reply

    def close(self) -> None:
        if self.socket:
            self.socket.close()
        self.socket = None


def _reply(head: bytes, lower: bytes, body: bytes, *, closed: bool) -> Reply | None:
    status = int(head[9:12])
    if status in (204, 304):
        return Reply(status, head, b"")
    if b"\r\ntransfer-encoding: chunked" in lower:
        return Reply(status, head, _unchunked(body)) if body.endswith(b"0\r\n\r\n") else None
    _, told, rest = lower.partition(b"\r\ncontent-length:")
    whole = len(body) >= int(rest.split(b"\r\n", 1)[0]) if told else closed
    return Reply(status, head, body) if whole else None


def _unchunked(body: bytes) -> bytes:
    parts = []
    while body:
        size, _, body = body.partition(b"\r\n")
        length = int(size.split(b";")[0], 16)
        parts.append(body[:length])
        body = body[length + 2 :]
        if length == 0:
            break
    return b"".join(parts)
