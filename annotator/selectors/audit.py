"""The audit log: read a page at a time, and verified as a whole."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from annotator.domain.audit import BEGINNING, entry_hash
from annotator.models import AuditEntry, Project

FETCHED = 2000
ROWS = """
SELECT number, at, actor_id AS actor, project_id AS project, action, target, detail::text AS detail, previous, hash
FROM annotator_audit ORDER BY number
"""


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry, as it is kept outside of the database: by these two nothing before it can be changed unseen."""

    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that is not what was written, and why."""

    number: int
    why: str


def audit_entries(
    *, project: Project | None = None, before: int | None = None, action: str | None = None, limit: int
) -> list[AuditEntry]:
    """Entries with their actors, the newest first, before that number; of one project, or of all and of none."""
    rows = AuditEntry.objects.select_related("actor").order_by("-number")
    if project:
        rows = rows.filter(project=project)
    if before is not None:
        rows = rows.filter(number__lt=before)
    if action is not None:
        rows = rows.filter(action=action)
    return list(rows[:limit])


def audit_head() -> Head:
    """The newest entry; number 0 while there is none."""
    row = AuditEntry.objects.order_by("-number").values_list("number", "hash").first()
    return Head(*row) if row else Head(0, BEGINNING)


def audit_broken(*, anchors: Iterable[Head] = ()) -> Broken | None:
    """The first entry that was changed, removed, moved or slipped in; None if there is none such.

    That the newest entries were removed is seen by the anchors alone: heads that were kept elsewhere.
    """
    wanted: dict[int, set[str]] = {}
    for anchor in anchors:
        wanted.setdefault(anchor.number, set()).add(anchor.hash)
    expected, previous = 1, BEGINNING
    for row in _rows():
        if why := _problem(row, expected, previous) or _against(row, wanted):
            return Broken(expected, why)
        expected, previous = expected + 1, row["hash"]
    return Broken(expected, "is missing; the log once reached it") if max(wanted, default=0) >= expected else None


def _problem(row: Mapping[str, Any], expected: int, previous: str) -> str:
    if row["number"] != expected:
        return f"is missing; entry {row['number']} is next"
    if row["previous"] != previous:
        return "does not name the hash of the entry before it"
    if row["hash"] != entry_hash(previous, row):
        return "does not say what its hash was made of"
    return ""


def _against(row: Mapping[str, Any], wanted: Mapping[int, set[str]]) -> str:
    same = wanted.get(row["number"], {row["hash"]}) == {row["hash"]}
    return "" if same else "is another than the one that was once the last"


def _rows() -> Iterator[dict[str, Any]]:
    """The whole table through a cursor of the server's, a few thousand rows at a time."""
    connection.ensure_connection()
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(ROWS)
        names: list[str] = []
        while rows := cursor.fetchmany(FETCHED):
            names = names or [column[0] for column in cursor.description]
            yield from (dict(zip(names, row, strict=True)) for row in rows)
