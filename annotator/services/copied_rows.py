"""Rows by COPY: for what comes by the thousand, over which the ORM takes longer than PostgreSQL."""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import Model

Value = str | int | float | datetime | UUID | None


def keys_reserve(model: type[Model], count: int) -> list[int]:
    """So many primary keys of the model that nobody else will get, the smallest first."""
    with connection.cursor() as cursor:
        sequence = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        cursor.execute(sequence, [model._meta.db_table, count])
        return [key for (key,) in cursor.fetchall()]


def rows_copy(model: type[Model], columns: str, rows: Iterable[Sequence[Value]]) -> None:
    """Add rows to the model's table. columns: their names with commas between. JSON goes as json_text.

    IntegrityError and the like, as an INSERT raises them.
    """
    lines = ["\t".join(map(_field, row)) for row in rows]
    data = "\n".join([*lines, ""]).encode()
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(f"COPY {model._meta.db_table} ({columns}) FROM STDIN", io.BytesIO(data), len(data) + 1)


def json_text(value: Any) -> str:
    """Of anything that orjson writes, data classes included; numbers must be finite."""
    return orjson.dumps(value).decode()


def _field(value: Value) -> str:
    if value is None:
        return r"\N"
    if not isinstance(value, str):
        return str(value)
    return value.replace("\\", r"\\").replace("\n", r"\n").replace("\t", r"\t").replace("\r", r"\r")
