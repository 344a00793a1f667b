"""The JSON Schemas beside this file, and what breaks them said as a DomainError."""

import json
import re
from collections.abc import Iterable
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

import jsonschema_rs

from annotator.domain.errors import DomainError

_FOLDER = Path(__file__).parent
_BASE = "https://redpen.invalid/schemas/"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MOST_ERRORS = 20
_MOST_LEVELS = 64


def check_schema(value: Any, schema: str, code: str) -> None:
    """DomainError `code` if the value breaks `<schema>.schema.json` or holds what cannot be stored.

    Its fields are dotted paths in the value ("responses.0.text"), the first 20 that are wrong.
    """
    # What cannot be stored first: the validator cannot read a lone surrogate.
    fields = _unstorable(value) or _broken(value, schema)
    if fields:
        path, problem = next(iter(fields.items()))
        raise DomainError(code, f"{path}: {problem}" if path else problem, fields)


def _broken(value: Any, schema: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for error in _validator(schema).iter_errors(value):
        fields.setdefault(".".join(str(step) for step in error.instance_path), _short(error.message))
        if len(fields) == _MOST_ERRORS:
            break
    return fields


def _short(message: str) -> str:
    return message if len(message) <= 300 else f"{message[:120]} … {message[-120:]}"


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
def _validator(schema: str) -> Any:
    documents = {path.name: json.loads(path.read_text("utf-8")) for path in _FOLDER.glob("*.schema.json")}
    registry = jsonschema_rs.Registry([(_BASE + name, document) for name, document in documents.items()])
    name = f"{schema}.schema.json"
    return jsonschema_rs.validator_for({"$id": _BASE + name, **documents[name]}, registry=registry)
