"""A test client that speaks JSON and refuses any answer that the OpenAPI schema does not describe."""

import json
import re
from functools import cache
from typing import Any

import jsonschema
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from annotator.models import User

API = "/api/v1"


class Client:
    """`client.post("projects/1/datasets", {...})` gives the answer; its `json` is the parsed body."""

    def __init__(self, user: User | None = None) -> None:
        self.raw = APIClient()
        if user:
            self.raw.force_login(user)

    def get(self, path: str, query: dict[str, Any] | None = None) -> Any:
        return self._call("get", path, query)

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        return self._call("post", path, {} if body is None else body, format="json", **options)

    def put(self, path: str, body: Any, **options: Any) -> Any:
        return self._call("put", path, body, format="json", **options)

    def patch(self, path: str, body: Any) -> Any:
        return self._call("patch", path, body, format="json")

    def delete(self, path: str) -> Any:
        return self._call("delete", path, None)

    def upload(self, path: str, **fields: Any) -> Any:
        return self._call("post", path, fields, format="multipart")

    def _call(self, method: str, path: str, body: Any, **options: Any) -> Any:
        answer = getattr(self.raw, method)(f"{API}/{path}", body, **options)
        check_answer(method, path, answer)
        return answer


def check_answer(method: str, path: str, answer: Any) -> None:
    """The answer's body is what the schema says for its status; an error has the one shape of errors."""
    if answer.status_code >= 400:
        body = answer.json()
        assert set(body) >= {"code", "message", "fields"}, body
        assert body["message"], body
        return
    described = operation(method, path)["responses"]
    assert str(answer.status_code) in described, f"{method} {path}: {answer.status_code} is not in the schema"
    content = described[str(answer.status_code)].get("content", {})
    if "application/json" in content and not answer.streaming:
        schema = {**content["application/json"]["schema"], "components": openapi()["components"]}
        jsonschema.Draft202012Validator(schema).validate(json.loads(answer.content))


@cache
def openapi() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


def operation(method: str, path: str) -> dict[str, Any]:
    """The schema's operation for a concrete path."""
    for pattern, operations in openapi()["paths"].items():
        if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", pattern), f"{API}/{path}") and method in operations:
            return operations[method]
    raise AssertionError(f"{method} {path} is not in the schema")
