"""JSON lines as they come from outside: every error names its line."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import orjson

from annotator.domain.errors import DomainError

LINE_LIMIT_BYTES = 8 * 1024 * 1024


def json_lines(file: IO[bytes]) -> Iterator[tuple[int, Any]]:
    """(line number from 1, parsed line) for every line that is not blank, in constant memory.

    DomainError invalid_json, naming the line.
    """
    number = 0
    while line := file.readline(LINE_LIMIT_BYTES + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line.strip():
            continue
        with at("line", number):
            if len(line) > LINE_LIMIT_BYTES:
                raise DomainError("invalid_json", f"is longer than {LINE_LIMIT_BYTES} bytes")
            try:
                body = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise DomainError("invalid_json", f"is not JSON: {error}") from error
        yield number, body


@contextmanager
def at(unit: str, number: int) -> Iterator[None]:
    """Errors raised inside name the place ("line" 3), in their message and in the paths of their fields."""
    try:
        yield
    except DomainError as error:
        fields = {f"{number}.{path}": problem for path, problem in error.fields.items()} or {str(number): error.message}
        raise DomainError(error.code, f"{unit} {number}: {error.message}", fields) from error
