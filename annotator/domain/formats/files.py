"""Lines and lists of JSON, written and read piece by piece."""

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any

import orjson

from annotator.domain.errors import DomainError

LINE_LIMIT_BYTES = 8 * 1024 * 1024
ITEM_LIMIT_CHARS = 4 * 1024 * 1024
# Of one line or item: objects, lists and what commas divide, those in texts included.
MOST_VALUES = 200_000
BLOCK_CHARS = 64 * 1024

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")

# What is read, each with its place: the number of its line, or its index in a list.
Numbered = Iterator[tuple[int, Any]]


def lines_written(rows: Iterable[Any]) -> Iterator[bytes]:
    """One line per row."""
    for row in rows:
        yield orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def list_written(rows: Iterable[Any]) -> Iterator[bytes]:
    """One JSON list, a row on each line."""
    separator = b"[\n"
    for row in rows:
        yield separator + orjson.dumps(row)
        separator = b",\n"
    yield b"[]\n" if separator == b"[\n" else b"\n]\n"


@contextmanager
def at(unit: str, number: int) -> Iterator[None]:
    """Errors raised inside name the place ("line" 3), in their message and in the paths of their fields."""
    try:
        yield
    except DomainError as error:
        fields = {f"{number}.{path}": problem for path, problem in error.fields.items()} or {str(number): error.message}
        raise DomainError(error.code, f"{unit} {number}: {error.message}", fields) from error


def lines_read(file: IO[bytes]) -> Numbered:
    """(line number from 1, parsed line) for every line that is not blank, in constant memory.

    DomainError invalid_json, naming the line.
    """
    number = 0
    readline = file.readline
    while line := readline(LINE_LIMIT_BYTES + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line.strip():
            yield number, _parsed(line, number)


def _parsed(line: bytes, number: int) -> Any:
    try:
        if len(line) > LINE_LIMIT_BYTES:
            problem = f"is longer than {LINE_LIMIT_BYTES} bytes"
        elif line.count(b"[") + line.count(b"{") + line.count(b",") > MOST_VALUES:
            problem = f"holds more than {MOST_VALUES} values"
        else:
            return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        problem = f"is not JSON: {error}"
    with at("line", number):
        raise DomainError("invalid_json", problem)


def list_read(file: IO[bytes]) -> Numbered:
    """(index from 0, item) of a file that is one JSON list, an item at a time.

    DomainError invalid_json, naming the line; invalid_item for what is no list.
    """
    text, line, index = codecs.getreader("utf-8-sig")(file), 1, -1
    ahead, place = "", 0
    while True:
        try:
            ahead, place, line = _filled(text, ahead, place, line)
            if place == len(ahead):
                raise ValueError("it ends within the list")
            mark, place = ahead[place], place + 1
            if index < 0 and mark != "[":
                raise DomainError("invalid_item", f"the file begins with {mark!r}; it must be one JSON list")
            if mark not in ("[" if index < 0 else ",]"):
                raise ValueError(f"{mark!r} stands where a comma or the end of the list must be")
            ahead, place, line = _filled(text, ahead, place, line)
            if mark == "]" or (index < 0 and ahead[place : place + 1] == "]"):
                return
            index = max(index, 0)
            item, ahead, place = _item(text, ahead, place)
        except (ValueError, RecursionError) as error:
            problem = f"line {line + _line_of(error)}: the file is not JSON: {getattr(error, 'msg', error)}"
            raise DomainError("invalid_json", problem) from error
        yield index, item
        index += 1


def _filled(text: codecs.StreamReader, ahead: str, place: int, line: int) -> tuple[str, int, int]:
    """What is ahead from the next character on that is no space, read from the file where need be."""
    while True:
        found = _SPACE.match(ahead, place)
        end = found.end() if found else place
        line += ahead.count("\n", 0, end)
        ahead = ahead[end:]
        if ahead:
            return ahead, 0, line
        ahead, place = text.read(BLOCK_CHARS), 0
        if not ahead:
            return "", 0, line


def _item(text: codecs.StreamReader, ahead: str, place: int) -> tuple[Any, str, int]:
    """The JSON value that begins at this place; as much more is read as it takes, twice as much each time."""
    while True:
        if ahead.count("[") + ahead.count("{") + ahead.count(",") > MOST_VALUES:
            raise ValueError(f"an item holds more than {MOST_VALUES} values")
        try:
            value, end = _DECODER.raw_decode(ahead, place)
            if end < len(ahead):
                return value, ahead, end
            problem: ValueError | None = None
        except json.JSONDecodeError as error:
            problem = error
        more = text.read(max(BLOCK_CHARS, len(ahead))) if len(ahead) <= ITEM_LIMIT_CHARS else ""
        if not more:
            if problem:
                raise problem
            return value, ahead, end
        ahead += more


def _line_of(error: Exception) -> int:
    return error.lineno - 1 if isinstance(error, json.JSONDecodeError) else 0
