"""JSON that can be stored: no NUL, no lone surrogate, no NaN, no number that overflows, nothing without end."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from annotator.api.limits import COURSE_BYTES

MOST_LEVELS = 64
# Objects, lists and what commas divide, those in texts included: what a body can become is known before it is parsed.
MOST_VALUES = 50_000
MOST_OF_A_COURSE = 500_000


class StrictJSONParser(BaseParser):
    """orjson refuses lone surrogates and NaN already; PostgreSQL would refuse NUL much later."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        raw = stream.read()
        opened = raw.count(b"[") + raw.count(b"{")
        if opened + raw.count(b",") > (most := _most_values(parser_context)):
            raise ParseError(f"The body holds more than {most} values.")
        try:
            body = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is not JSON: {error}") from error
        if opened > MOST_LEVELS and _deep(body):
            raise ParseError(f"The body is nested more than {MOST_LEVELS} levels deep.")
        if rb"\u0000" in raw and _has_nul(body):
            raise ParseError("The body holds the character U+0000, which no text may hold.")
        return body


def _most_values(context: Mapping[str, Any] | None) -> int:
    operation = getattr((context or {}).get("view"), "operation", None)
    return MOST_OF_A_COURSE if operation and operation.body_bytes >= COURSE_BYTES else MOST_VALUES


def _deep(body: Any) -> bool:
    level = [body]
    for _ in range(MOST_LEVELS + 1):
        below = [child for each in level if isinstance(each, dict) for child in each.values()]
        below += [child for each in level if isinstance(each, list) for child in each]
        if not below:
            return False
        level = below
    return True


def _has_nul(value: Any) -> bool:
    match value:
        case str():
            return "\0" in value
        case dict():
            return any(_has_nul(key) or _has_nul(child) for key, child in value.items())
        case list():
            return any(map(_has_nul, value))
    return False
