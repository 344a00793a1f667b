"""JSON that can be stored: no NUL, no lone surrogate, no NaN, no number that overflows."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser


class StrictJSONParser(BaseParser):
    """orjson refuses lone surrogates and NaN already; PostgreSQL would refuse NUL much later."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        raw = stream.read()
        try:
            body = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is not JSON: {error}") from error
        if rb"\u0000" in raw and _has_nul(body):
            raise ParseError("The body holds the character U+0000, which no text may hold.")
        return body


def _has_nul(value: Any) -> bool:
    match value:
        case str():
            return "\0" in value
        case dict():
            return any(_has_nul(key) or _has_nul(child) for key, child in value.items())
        case list():
            return any(map(_has_nul, value))
    return False
