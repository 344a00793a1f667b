"""What a request may say besides what it is asked for, and that it changes nothing."""

import json
import re
from typing import Any

from django.db import connection

from tests.access.asking import Tally, undone
from tests.access.bodies import REFUSED, request_of
from tests.access.cells import Rows, asker
from tests.access.table import TABLE
from tests.access.world import World
from tests.annotator.http import API, openapi

# Names that frameworks and clients have for what to look for, in which order, with what, and by which method.
STRANGE: tuple[dict[str, str], ...] = (
    {"user__password__startswith": "a"},
    {"created_by__password__startswith": "p"},
    {"project__memberships__user__password__regex": "."},
    {"ordering": "-user__password"},
    {"order_by": "user__password", "sort": "password", "order": "password"},
    {"fields": "password", "include": "user", "expand": "user", "omit": "id"},
    {"search": "a", "q": "a", "filter": "password"},
    {"page_size": "1000000", "offset": "-1", "page": "0"},
    {"user": "1", "user_id": "1", "id__in": "1,2", "pk": "1", "project": "2", "project_id": "2"},
    {"_method": "DELETE", "format": "api", "callback": "alert"},
)
# Of every declared parameter.
NASTY = ("' OR '1'='1", "-1", "99999999999999999999", "password", "user__password", "\x00", "[]", "NaN", "../../etc")
GRASPED: dict[str, Any] = {
    "id": 1, "pk": 1, "user": 1, "user_id": 1, "project": 2, "project_id": 2, "created_by": 1, "made_by": 1,
    "role": "admin", "standing": "working", "pseudonym": "p-00000000", "username": "root", "password": "x",
    "is_staff": True, "is_superuser": True, "is_active": False, "is_simulated": True, "earned": 1000, "submitted": 9,
    "state": "submitted", "stage": "active", "sha256": "0" * 64, "path": "/etc/passwd", "queue_arranged": 0,
    "created_at": "2001-01-01T00:00:00Z", "leased_until": "2101-01-01T00:00:00Z", "expiry": "2101-01-01T00:00:00Z",
}
# Written anew each time, by clock or by chance, or by the database about the rest.
BY_CHANCE = {"pseudonym", "digest", "token_key", "token_id", "session_key", "session_data", "username", "password"}
BY_CHANCE |= {"manifest", "sha256", "person_id"}
LEFT_OUT = ("annotator_history", "annotator_audit")


def strange_questions(world: World, table: Rows = TABLE) -> Tally:
    """Whatever else is asked for in an address changes nothing of the answer, or is refused."""
    tally = Tally("filters and orderings")
    for method, address in table:
        if method != "get":
            continue
        client, path = world.clients[asker((method, address))], f"{API}/{address.format(**world.keys)}"
        plain = _said(client.get(path))
        for query in STRANGE:
            got = _said(client.get(path, query))
            tally.check(f"get {address}?{query}", got if got[0] == 400 else (got[0], got == plain), _or_400(got, plain))
        known = openapi()["paths"][f"{API}/{address}"]["get"].get("parameters", [])
        for name in (each["name"] for each in known if each["in"] == "query"):
            for value in NASTY:
                status = client.get(path, {name: value}).status_code
                tally.check(f"get {address}?{name}={value!r}", status in (200, 204, 400, 404, 422), True)
    return tally


def fields_that_are_only_told(world: World, table: Rows = TABLE) -> Tally:
    """What an operation only tells, and what nobody may set, is set by no request that writes."""
    tally = Tally("fields that are only told")
    counters = _counters()
    before = _stored()
    for method, address in table:
        if method == "get" or method == "delete":
            continue
        (status, plain), (grasping, changed) = (
            _done(world, (method, address), extra, counters) for extra in ({}, _extra(method, address))
        )
        if (method, address) in REFUSED:
            tally.check(f"{method} {address} is refused", status >= 400, True)
        else:
            tally.check(f"{method} {address} is done", status < 300, True)
        # Refused for what is too much in it, it changes nothing; else no more than it does without.
        wanted = before if grasping == 400 else plain
        tally.check(f"{method} {address} with what is only told", changed == wanted, True)
    return tally


def _done(world: World, operation: tuple[str, str], extra: Any, counters: dict[str, Any]) -> tuple[int, Any]:
    """The answer's status, and what is stored after the request; the request is taken back."""
    method, address = operation
    client = world.clients[asker(operation)]
    cookies = client.cookies.copy()
    with undone():
        body, format = request_of(operation, world.keys)
        if format == "multipart":
            extra = {name: value if isinstance(value, str) else json.dumps(value) for name, value in extra.items()}
        body = [{**extra, **each} for each in body] if isinstance(body, list) else {**extra, **body}
        call = getattr(client, method)
        answer = call(f"{API}/{address.format(**world.keys)}", body, format=format, HTTP_IF_MATCH='"0"')
        stored = _stored()
    client.cookies = cookies
    _set_counters(counters)
    return answer.status_code, stored


def _extra(method: str, address: str) -> dict[str, Any]:
    """Every field of the operation's answer, and of what GET says at its address, that its request has not."""
    here = openapi()["paths"][f"{API}/{address}"]
    asked = _properties(here[method].get("requestBody", {}).get("content", {}).values())
    told: dict[str, Any] = {}
    for operation in (here[method], here.get("get", {})):
        for status, response in operation.get("responses", {}).items():
            if status.startswith("2"):
                told |= _properties(response.get("content", {}).values())
    values = {name: _value(schema) for name, schema in told.items()}
    return {name: value for name, value in {**values, **GRASPED}.items() if name not in asked}


def _properties(contents: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for content in contents:
        schema = _resolved(content.get("schema", {}))
        found |= _resolved(schema.get("items", schema)).get("properties", {})
    return found


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return dict(openapi()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    return schema


def _value(schema: dict[str, Any]) -> Any:
    schema = _resolved(schema)
    if "enum" in schema:
        return schema["enum"][-1]
    kinds = schema.get("type", "string")
    kind = kinds[0] if isinstance(kinds, list) else kinds
    return {"integer": 77, "number": 0.77, "boolean": True, "array": [], "object": {}}.get(kind, "grasped")


def _said(answer: Any) -> tuple[int, bytes]:
    """But for the moment that it was said at."""
    content = b"" if answer.streaming else answer.content
    return answer.status_code, re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)", b"", content)


def _or_400(got: tuple[int, bytes], plain: tuple[int, bytes]) -> Any:
    return got if got[0] == 400 else (plain[0], True)


def _stored() -> dict[str, list[str]]:
    """Every row of every table, but for what clock and chance put into it."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, json_object_agg(column_name, data_type) FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_name LIKE ANY (ARRAY['annotator%', 'knox%', 'otp%'])"
            " GROUP BY 1"
        )
        tables = dict(cursor.fetchall())
        for table in sorted(set(tables) - set(LEFT_OUT)):
            kinds = tables[table] if isinstance(tables[table], dict) else json.loads(tables[table])
            kept = [name for name, kind in kinds.items() if not kind.startswith(("timestamp", "uuid"))]
            columns = ", ".join(f'"{name}"' for name in sorted(set(kept) - BY_CHANCE)) or "NULL"
            cursor.execute(f'SELECT ROW({columns})::text FROM "{table}" ORDER BY 1')
            found[table] = [row for (row,) in cursor.fetchall()]
    return found


def _counters() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema()")
        return dict(cursor.fetchall())


def _set_counters(counters: dict[str, Any]) -> None:
    """So that the same request makes rows of the same numbers again."""
    with connection.cursor() as cursor:
        for name, value in counters.items():
            cursor.execute("SELECT setval(%s, %s, %s)", [f'"{name}"', value or 1, value is not None])
