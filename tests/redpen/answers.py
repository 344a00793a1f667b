"""A server that is the OpenAPI schema: it knows what may be asked, and makes up answers of the right shape."""

import json
import re
from email.parser import BytesParser
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict
from urllib.parse import parse_qs, urlsplit

import jsonschema
import requests
import yaml

SCHEMA = Path(__file__).resolve().parents[2] / "frontend" / "openapi.yaml"
UUID = "0a6a4f1c-2d4b-4b52-9a38-7f0f4c3c9a11"
Json = dict[str, Any]


@cache
def openapi() -> Json:
    schema: Json = yaml.safe_load(SCHEMA.read_text())
    return schema


def operation(method: str, path: str) -> Json:
    """The operation of a concrete path; one with fixed words is preferred, as Django's router does it in effect."""
    fits = [
        (pattern.count("{"), operations[method.lower()])
        for pattern, operations in openapi()["paths"].items()
        if method.lower() in operations and re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", pattern), path)
    ]
    assert fits, f"{method} {path} is not in the schema"
    found: Json = min(fits, key=lambda fit: fit[0])[1]
    return found


def check_request(request: requests.PreparedRequest) -> Json:
    """The operation that the request is for; its query and its body are what the schema says."""
    url = urlsplit(str(request.url))
    found = operation(str(request.method), url.path)
    query = {each["name"]: each for each in found.get("parameters", []) if each["in"] == "query"}
    given = parse_qs(url.query, keep_blank_values=True)
    assert set(given) <= set(query), f"{found['operationId']} takes no {set(given) - set(query)}"
    assert {name for name, each in query.items() if each.get("required")} <= set(given)
    for name, (value,) in given.items():
        allowed = resolved(query[name]["schema"]).get("enum")
        assert allowed is None or value in allowed, f"{name}={value}"
    content = found.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        _check_form(request, resolved(content["multipart/form-data"]["schema"]))
    elif content:
        _check_body(json.loads(request.body or b"{}"), content["application/json"]["schema"])
    else:
        assert request.body in (None, b"{}"), f"{found['operationId']} takes no body"
    return found


def answer_schema(found: Json) -> Json | None:
    """Of the answer's JSON; None where it has none."""
    (answer,) = (body for status, body in found["responses"].items() if status in ("200", "201"))
    content = answer.get("content", {})
    schema: Json | None = content["application/json"]["schema"] if list(content) == ["application/json"] else None
    return schema


def resolved(schema: Json) -> Json:
    """What a reference, or a list of one, stands for; null aside."""
    if "$ref" in schema:
        return resolved(openapi()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    for name in ("allOf", "oneOf", "anyOf"):
        others = [each for each in schema.get(name, []) if not _is_null(each)]
        if len(others) == 1:
            return resolved(others[0])
    return schema


def nullable(schema: Json) -> bool:
    kinds = schema.get("type", [])
    if _is_null(schema) or "null" in kinds:
        return True
    return any(nullable(each) for name in ("oneOf", "anyOf") for each in schema.get(name, []))


def _is_null(schema: Json) -> bool:
    schema = resolved(schema) if "$ref" in schema else schema
    return schema.get("type") == "null" or schema.get("enum") == [None]


def example(schema: Json) -> Any:
    """Some value that the schema allows, with every field."""
    schema = resolved(schema)
    if "enum" in schema:
        return schema["enum"][0]
    match _kind(schema):
        case "object":
            named = {name: example(each) for name, each in schema.get("properties", {}).items()}
            others = schema.get("additionalProperties")
            return named | ({"key": example(others)} if isinstance(others, dict) and others else {})
        case "array":
            return [example(schema["items"])]
        case "string":
            return UUID if schema.get("format") == "uuid" else "text"
        case "boolean":
            return True
        case "integer" | "number":
            return 1
    return None


def disagreements(hint: Any, schema: Json, path: str) -> list[str]:
    """Where a type of this package says otherwise than the schema: names, kinds, and what may be null."""
    if hint is Any:
        return []
    options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    if (NoneType in options) != nullable(schema):
        return [f"{path}: {hint} may be null in one, and not in the other"]
    hint, schema = options[0], resolved(schema)
    if is_typeddict(hint):
        named = schema.get("properties", {})
        found = [f"{path}.{name} is not in the schema" for name in get_type_hints(hint) if name not in named]
        for name, kind in get_type_hints(hint).items():
            found += disagreements(kind, named[name], f"{path}.{name}") if name in named else []
        return found
    if get_origin(hint) is Literal:
        known = set(schema.get("enum", []))
        return [] if set(get_args(hint)) == known else [f"{path}: {get_args(hint)}, in the schema {known}"]
    if get_origin(hint) is list:
        return disagreements(get_args(hint)[0], schema["items"], f"{path}[]") if _kind(schema) == "array" else [path]
    if get_origin(hint) is dict:
        if _kind(schema) != "object":
            return [f"{path} is no object in the schema"]
        others = schema.get("additionalProperties")
        return disagreements(get_args(hint)[1], others, f"{path}.*") if isinstance(others, dict) and others else []
    kinds = {int: ("integer",), float: ("number",), str: ("string",), bool: ("boolean",)}[hint]
    return [] if _kind(schema) in kinds else [f"{path} is {_kind(schema)} in the schema, here {hint}"]


def _kind(schema: Json) -> str | None:
    kinds = schema.get("type")
    found: str | None = next(kind for kind in kinds if kind != "null") if isinstance(kinds, list) else kinds
    return found


def _check_body(body: Json, schema: Json) -> None:
    unknown = set(body) - set(resolved(schema)["properties"])
    assert not unknown, f"the body takes no {unknown}"
    jsonschema.Draft202012Validator({**schema, "components": openapi()["components"]}).validate(body)


def _check_form(request: requests.PreparedRequest, schema: Json) -> None:
    raw = b"".join(request.body or [])  # type: ignore[arg-type]
    assert len(raw) == int(request.headers["Content-Length"])
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    parts = BytesParser().parsebytes(head + raw).get_payload()
    named = {part.get_param("name", header="content-disposition"): part for part in parts}  # type: ignore[union-attr]
    assert set(schema["required"]) <= set(named) <= set(schema["properties"]), set(named)
    assert named["file"].get_filename()  # type: ignore[union-attr]
