"""Requests and answers: the session with its token, errors, uploads and downloads that are never whole in memory."""

import hashlib
import os
import random
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import requests
from requests.auth import AuthBase

TIMEOUT_SECONDS = (10, 120)  # to connect, and between two pieces of an answer
ATTEMPTS = 6
PAUSE_SECONDS = 0.3
CHUNK_BYTES = 1 << 16
# The server was not there, or says that it soon will be again.
LATER = (502, 503, 504)

Report = Callable[[int, int | None], None]


class RedpenError(Exception):
    """The server refused a request, or did not answer.

    `code`: stable, for programs ("not_found", "invalid_input", …; "unreachable" where there was no answer).
    `fields`: what is wrong with which field of the request, by its path. `body`: the whole answer, which may hold more.
    """

    def __init__(
        self, code: str, message: str, fields: Mapping[str, str], status: int | None, body: Mapping[str, Any]
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.fields, self.status, self.body = code, message, dict(fields), status, dict(body)

    def __str__(self) -> str:
        return f"{self.message} ({self.code})"


class _Token(AuthBase):
    """As an auth object, so that no .netrc takes its place, and a redirect to another host is sent without it."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Token {self.token}"
        return request


class Wire:
    """One session. Not to be shared between threads."""

    def __init__(self, url: str, token: str) -> None:
        self.api = f"{url.rstrip('/')}/api/v1/"
        self.session = requests.Session()
        self.session.auth = _Token(token)

    def json(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        *,
        again: bool = False,
    ) -> Any:
        """The answer's JSON; None if it has no content. With `again`, and for GET, a request that got no answer is
        repeated. Raises RedpenError."""
        options: dict[str, Any] = {"params": query, "json": body}
        with self._answer(method, path, options, again=again or method == "GET") as answer:
            return answer.json() if answer.content else None

    def upload(self, path: str, file: Path, fields: Mapping[str, str], report: Report) -> Any:
        """Sends the file as it is read, and tells `report` the bytes sent and their total. RedpenError, OSError."""
        with file.open("rb") as stream:
            form = _Form(stream, file.name, fields, report)
            options = {"data": form, "headers": {"Content-Type": form.content_type}}
            with self._answer("POST", path, options, again=False) as answer:
                return answer.json()

    def download(self, path: str, to: Path, query: Mapping[str, Any], report: Report) -> str:
        """Writes the answer to a file, which is there only once it is whole; its SHA-256. RedpenError, OSError."""
        part = to.with_name(f"{to.name}.part")
        digest, done = hashlib.sha256(), 0
        try:
            with self._answer("GET", path, {"params": query, "stream": True}, again=True) as answer:
                total = answer.headers.get("Content-Length")
                with part.open("wb") as file:
                    for chunk in _chunks(answer):
                        file.write(chunk)
                        digest.update(chunk)
                        done += len(chunk)
                        report(done, int(total) if total else None)
            part.replace(to)
        finally:
            part.unlink(missing_ok=True)
        return digest.hexdigest()

    def _answer(self, method: str, path: str, options: Mapping[str, Any], *, again: bool) -> requests.Response:
        for attempt in range(1, ATTEMPTS + 1):
            last = not again or attempt == ATTEMPTS
            try:
                answer = self.session.request(method, self.api + path, timeout=TIMEOUT_SECONDS, **options)
                if answer.ok:
                    return answer
                if last or answer.status_code not in LATER:
                    raise _refusal(answer)
            except (requests.ConnectionError, requests.Timeout) as error:
                if last:
                    raise _unreachable(self.api, error) from error
            time.sleep(PAUSE_SECONDS * 2**attempt * random.uniform(0.5, 1))
        raise AssertionError


class _Form:
    """A form with one file, as multipart/form-data, read piece by piece; requests would read it whole."""

    def __init__(self, stream: IO[bytes], name: str, fields: Mapping[str, str], report: Report) -> None:
        boundary = os.urandom(16).hex()
        self.content_type = f"multipart/form-data; boundary={boundary}"
        quoted = name.replace("\\", "_").replace('"', "_").replace("\r", "_").replace("\n", "_")
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in fields.items()
        ]
        parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{quoted}"\r\n')
        parts.append("Content-Type: application/octet-stream\r\n\r\n")
        self.head, self.tail = "".join(parts).encode(), f"\r\n--{boundary}--\r\n".encode()
        self.stream, self.report = stream, report
        self.size = os.fstat(stream.fileno()).st_size

    def __len__(self) -> int:
        return len(self.head) + self.size + len(self.tail)

    def __iter__(self) -> Iterator[bytes]:
        yield self.head
        sent = 0
        while chunk := self.stream.read(CHUNK_BYTES):
            sent += len(chunk)
            yield chunk
            self.report(sent, self.size)
        yield self.tail


def _chunks(answer: requests.Response) -> Iterator[bytes]:
    try:
        yield from answer.iter_content(CHUNK_BYTES)
    except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
        raise _unreachable(answer.url, error) from error


def _refusal(answer: requests.Response) -> RedpenError:
    try:
        body = answer.json()
        return RedpenError(body["code"], body["message"], body["fields"], answer.status_code, body)
    except (ValueError, KeyError, TypeError):
        said = f"{answer.request.method} {answer.url} was answered {answer.status_code}: {answer.text[:300]}"
        return RedpenError("unexpected_answer", said, {}, answer.status_code, {})


def _unreachable(address: str, error: Exception) -> RedpenError:
    return RedpenError("unreachable", f"{address} did not answer, or not to the end: {error}", {}, None, {})
