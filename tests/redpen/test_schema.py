"""Every method asks what the OpenAPI schema describes, and every type names what the schema says comes back."""

import inspect
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest
import requests

from redpen import Client, types
from tests.redpen.answers import UUID, answer_schema, check_request, disagreements, example, resolved

JUDGEMENT = {"response": 0, "text_sha256": "0" * 64, "spans": [], "missing": [], "corrected_text": None}
PAIR = {"first": 0, "second": 1, "preferred": "tie"}
GIVEN: dict[str, Any] = {
    **dict.fromkeys(("project", "assignment", "after", "since_step", "tail", "days", "number"), 7),
    **dict.fromkeys(("dataset", "job", "model", "client_id", "since"), UUID),
    **dict.fromkeys(("slug", "name", "note", "reason", "username", "password"), "moons"),
    "kind": "sample",
    "scopes": ["read"],
    "otp": "123456",
    "judgements": [JUDGEMENT],
    "comparisons": [PAIR],
    "active_seconds": 1.5,
    "poll_seconds": 0.0,
    "content": "aggregated",
    "weights": "equal",
    "gold": True,
    "labels": {"Wrong": "irrelevant"},
    "offsets": "utf-16",
}
MODELS = {"dataset": UUID, "policy": UUID, "reward": UUID, "policies": [UUID], "judge": UUID, "perplexity_under": UUID}
# What stands for **: fields of the request that are passed on.
OTHERS = {
    "create_project": {"overlap": 2, "taxonomy": {}, "desk": {}},
    "update_project": {"guideline": "Mark it."},
    "start_job": {**MODELS, "params": {}, "idempotency_key": "k"},
}
# Methods that give a part of the answer.
PART = {"heartbeat": "leased_until", "job_log": "lines", "samples": "results"}
METHODS = [name for name, each in vars(Client).items() if not name.startswith("_") and callable(each)]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """(operation, answer's schema) of every request that is made meanwhile."""
    found: list[Any] = []

    def send(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        operation = check_request(request)
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = 200, str(request.url), request
        answer.raw = io.BytesIO()
        if "200" not in operation["responses"] and "201" not in operation["responses"]:
            found.append((operation, None))
            answer._content = b""
            return answer
        schema = answer_schema(operation)
        found.append((operation, schema))
        body = example(schema) if schema else {}
        if operation["operationId"] == "job_get":
            body["state"] = "succeeded"
        answer._content = json.dumps(body).encode()
        return answer

    monkeypatch.setattr(requests.Session, "send", send)
    return found


@pytest.mark.parametrize("name", METHODS)
def test_a_method_and_its_type_are_what_the_schema_says(name: str, asked: list[Any], tmp_path: Path) -> None:
    file = tmp_path / 'a "b".jsonl'
    file.write_bytes(b"{}\n" * 50_000)
    client = Client("http://redpen.test/", "t")
    method = getattr(client if name != "signed_in" else Client, name)
    parameters = inspect.signature(method).parameters.values()
    given = {**GIVEN, "format": "jsonl", "file": file, "to": tmp_path / "out", "url": "http://redpen.test"}
    plain = [each for each in parameters if each.kind is not inspect.Parameter.VAR_KEYWORD]
    arguments = {each.name: given[each.name] for each in plain if each.name in given}
    result = method(**arguments, **OTHERS.get(name, {}))
    if isinstance(result, Iterator):
        assert next(result)
    ((_, schema), *_) = asked
    hint = get_type_hints(method)["return"]
    if name in PART:
        assert schema, name
        schema = resolved(schema)["properties"][PART[name]]
    if get_origin(hint) is Iterator:
        hint = list[get_args(hint)[0]]  # type: ignore[misc]
    if name == "next_assignment":  # None stands for an answer without content
        hint = types.Assignment
    if name not in ("download", "signed_in", "release"):
        assert schema, name
        assert disagreements(hint, schema, name) == []


def test_what_a_type_would_get_wrong_is_seen() -> None:
    assert disagreements(types.Slots, {"type": "object", "properties": {"open": {"type": "string"}}}, "slots") == [
        "slots.leased is not in the schema",
        "slots.done is not in the schema",
        f"slots.open is string in the schema, here {int}",
    ]
    assert disagreements(types.Role, {"enum": ["annotator", "admin"]}, "role") != []
    assert disagreements(str, {"type": ["string", "null"]}, "note") != []
    assert disagreements(str | None, {"type": "string"}, "note") != []
    assert disagreements(str | None, {"oneOf": [{"type": "string"}, {"type": "null"}]}, "note") == []
    assert disagreements(list[int], {"type": "array", "items": {"type": "number"}}, "order") != []


@pytest.mark.parametrize("call", [lambda c: c._wire.json("GET", "nowhere"), lambda c: c._wire.json("POST", "me")])
def test_what_the_schema_does_not_have_cannot_be_asked(call: Any, asked: list[Any]) -> None:
    with pytest.raises(AssertionError, match="is not in the schema"):
        call(Client("http://redpen.test", "t"))


def test_what_an_operation_does_not_take_cannot_be_sent(asked: list[Any]) -> None:
    with pytest.raises(AssertionError, match="takes no"):
        Client("http://redpen.test", "t").start_job(1, "sample", colour="red")
