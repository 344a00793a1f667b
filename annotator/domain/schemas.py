"""The JSON Schemas beside this file, and what breaks them said as a DomainError."""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson

from annotator.domain.errors import DomainError

_FOLDER = Path(__file__).parent
_BASE = "https://redpen.invalid/schemas/"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MOST_ERRORS = 20
_MOST_LEVELS = 64
# Of a longer value, in bytes of JSON, only the first error is told: to find all would take seconds.
_ALL_TOLD = 200_000


def check_schema(value: Any, schema: str, code: str) -> None:
    """DomainError `code` if the value breaks `<schema>.schema.json` or holds what cannot be stored.

    Its fields are dotted paths in the value ("responses.0.text"), the first 20 that are wrong.
    """
    # What cannot be stored first: the validator cannot read a lone surrogate.
    if not _storable(value):
        _refuse(code, _unstorable(value))
    _refuse(code, _broken(value, _validator(schema)))


def check_part(value: Any, schema: str, part: str, code: str) -> None:
    """check_schema with one of the schema's $defs, for a value whose parser has refused what cannot be stored.

    What is missing is named by its own path, too.
    """
    try:
        _refuse(code, _broken(value, _validator(schema, f"#/$defs/{part}"), name_missing=True))
    except ValueError as error:
        raise DomainError(code, "The value is nested too deeply.") from error


def schema_parts(schema: str) -> dict[str, Any]:
    """The schema's $defs, with what they take from other files written out."""
    documents, own = _documents(), f"{schema}.schema.json"

    def written_out(value: Any, file: str) -> Any:
        if isinstance(value, list):
            return [written_out(item, file) for item in value]
        if not isinstance(value, dict):
            return value
        there, _, part = value.get("$ref", "").partition("#/$defs/")
        there = there or file
        if part and there != own:
            return written_out(documents[there]["$defs"][part], there)
        return {key: written_out(item, file) for key, item in value.items()}

    return {part: written_out(body, own) for part, body in documents[own]["$defs"].items()}


def _refuse(code: str, fields: dict[str, str]) -> None:
    if fields:
        path, problem = next(iter(fields.items()))
        raise DomainError(code, f"{path}: {problem}" if path else problem, fields)


def _broken(value: Any, validator: Any, *, name_missing: bool = False) -> dict[str, str]:
    fields: dict[str, str] = {}
    if validator.is_valid(value):
        return fields
    for error in _first_error(value, validator) if _is_long(value) else validator.iter_errors(value):
        missing = [error.kind.property] if name_missing and error.kind.name == "required" else []
        path = ".".join(str(step) for step in [*error.instance_path, *missing])
        fields.setdefault(path, "is missing" if missing else _short(error.message))
        if len(fields) == _MOST_ERRORS:
            break
    return fields


def _is_long(value: Any) -> bool:
    try:
        return len(orjson.dumps(value)) > _ALL_TOLD
    except TypeError:  # a number that no column can hold is somewhere in it
        return True


def _first_error(value: Any, validator: Any) -> Iterator[Any]:
    try:
        validator.validate(value)
    except jsonschema_rs.ValidationError as error:
        yield error


def _short(message: str) -> str:
    return message if len(message) <= 300 else f"{message[:120]} … {message[-120:]}"


def _storable(value: Any) -> bool:
    """Whether there is nothing for _unstorable to find: level by level and all texts at once, ten times as fast."""
    texts: list[str] = []
    level = [value]
    for _ in range(_MOST_LEVELS + 1):
        below: list[Any] = []
        for each in level:
            if isinstance(each, str):
                texts.append(each)
            elif isinstance(each, dict):
                texts += each
                below += each.values()
            elif isinstance(each, list):
                below += each
            elif isinstance(each, float) and not isfinite(each):
                return False
        if not below:
            text = "".join(texts)
            return "\0" not in text and (text.isascii() or not _UNSTORABLE.search(text))
        level = below
    return False


def _unstorable(value: Any, path: str = "", depth: int = 0) -> dict[str, str]:
    """The first part of the value, by its path, that no JSON text or PostgreSQL column can hold."""
    if depth > _MOST_LEVELS:
        return {path: f"is nested more than {_MOST_LEVELS} levels deep"}
    if isinstance(value, str):
        found = _UNSTORABLE.search(value)
        return {path: f"holds U+{ord(found[0]):04X} at {found.start()}, which no text may hold"} if found else {}
    if isinstance(value, float) and not isfinite(value):
        return {path: f"is {value}, not a finite number"}
    children: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        wrong = _unstorable("".join(value), path, depth)
        if wrong:
            return wrong
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    for key, child in children:
        wrong = _unstorable(child, f"{path}.{key}" if path else str(key), depth + 1)
        if wrong:
            return wrong
    return {}


@cache
def _documents() -> dict[str, Any]:
    return {path.name: json.loads(path.read_text("utf-8")) for path in _FOLDER.glob("*.schema.json")}


@cache
def _validator(schema: str, part: str = "") -> Any:
    registry = jsonschema_rs.Registry([(_BASE + name, document) for name, document in _documents().items()])
    reference = {"$ref": f"{_BASE}{schema}.schema.json{part}"}
    return jsonschema_rs.validator_for(reference, registry=registry, validate_formats=True)
