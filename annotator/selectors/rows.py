"""Rows of statements written by hand, as the ORM would have read them: for what every request asks, where the ORM takes
longer to put a query together than PostgreSQL to answer it."""

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

import orjson
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

Row = TypeVar("Row", bound=Model)


@cache
def columns_of(model: type[Model], prefix: str = "") -> str:
    """The columns of the model's table, each after the prefix, as row_of takes them."""
    return ", ".join(f"{prefix}{field.column}" for field in model._meta.concrete_fields)


@cache
def width_of(model: type[Model]) -> int:
    """How many columns that are."""
    return len(model._meta.concrete_fields)


def row_of(model: type[Row], values: Sequence[Any]) -> Row:
    """An instance of the model from its columns' values."""
    names, parsed = _fields(model)
    read = [
        orjson.loads(value) if name in parsed and value is not None else value
        for name, value in zip(names, values, strict=True)
    ]
    return model.from_db(connection.alias, names, read)


def row_read(cursor: CursorWrapper) -> dict[str, Any]:
    """The next row that there is, by the names of its columns."""
    return dict(zip((column.name for column in cursor.description), cursor.fetchone(), strict=True))


@cache
def _fields(model: type[Model]) -> tuple[list[str], frozenset[str]]:
    fields = model._meta.concrete_fields
    parsed = frozenset(field.attname for field in fields if field.get_internal_type() == "JSONField")
    return [field.attname for field in fields], parsed
