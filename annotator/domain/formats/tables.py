"""Feedback records as CSV: a long table with one row per annotation, response, judgement, span, missing mark and
comparison, so that a spreadsheet can filter on `row`; and examples to be judged from any CSV.

A cell that a spreadsheet would take for a formula gets an apostrophe before it, which is taken off again on the way in;
so does what begins with one. Nothing (null) is an empty cell, an empty text an apostrophe.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any

import orjson

from annotator.domain.errors import DomainError
from annotator.domain.records import Json

RISKY = ("=", "+", "-", "@", "\t", "\r", "'")
CELL_LIMIT = 8 * 1024 * 1024
ROW_LIMIT = 16 * 1024 * 1024
ROW_LIMIT_LINES = 100_000
MOST_COLUMNS = 1000
TEXT, NUMBER, REAL, BODY = "text", "int", "float", "json"
# Rows of each kind: column -> where its value is in the record, or in the part of it that the row is of.
ANNOTATION: dict[str, tuple[str, tuple[str, ...]]] = {
    "record_version": (NUMBER, ("record_version",)),
    "example": (TEXT, ("example", "id")),
    "prompt": (TEXT, ("example", "prompt")),
    "question": (TEXT, ("example", "question")),
    "passages": (BODY, ("example", "passages")),
    "reference": (TEXT, ("example", "reference")),
    "metadata": (BODY, ("example", "metadata")),
    "example_raw": (BODY, ("example", "raw")),
    "display_order": (BODY, ("display_order",)),
    "annotator": (TEXT, ("annotator", "pseudonym")),
    "weight": (REAL, ("annotator", "weight")),
    "taxonomy": (TEXT, ("versions", "taxonomy")),
    "guideline": (TEXT, ("versions", "guideline")),
    "segmentation": (TEXT, ("versions", "segmentation")),
    "asks": (BODY, ("asks",)),
    "source": (TEXT, ("source",)),
    "started_at": (TEXT, ("started_at",)),
    "submitted_at": (TEXT, ("submitted_at",)),
    "active_seconds": (REAL, ("active_seconds",)),
    "raw": (BODY, ("raw",)),
}
PARTS: dict[str, dict[str, str]] = {
    "response": {"text": TEXT, "policy_version": TEXT, "sha256": TEXT, "length": NUMBER},
    "judgement": {"response": NUMBER, "corrected_text": TEXT, "answers": BODY},
    "span": {
        "start": NUMBER, "end": NUMBER, "quote": TEXT, "type": TEXT, "antecedent": BODY, "evidence": BODY,
        "explanation": TEXT,
    },
    "missing": {"type": TEXT, "evidence": BODY, "note": TEXT},
    "comparison": {"first": NUMBER, "second": NUMBER, "preferred": TEXT, "strength": NUMBER},
}  # fmt: skip
COLUMNS = list(
    dict.fromkeys(["row", "record_id", *(name for part in PARTS.values() for name in part), *ANNOTATION])
)
READ: dict[str, Callable[[str], Any]] = {TEXT: str, NUMBER: int, REAL: float, BODY: orjson.loads}


def write(records: Iterable[Json], about: Json) -> Iterator[bytes]:
    """The table, record by record."""
    line = io.StringIO(newline="")
    table = csv.DictWriter(line, COLUMNS, lineterminator="\r\n")
    table.writeheader()
    for record in records:
        for kind, cells in _rows(record):
            table.writerow({"row": kind, "record_id": record["record_id"], **cells})
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()
    yield line.getvalue().encode()


def read(file: IO[bytes]) -> Iterator[tuple[int, Json]]:
    """(line of the file, record) of such a table, or (line, example) of a table with a column `prompt` or `question`.

    DomainError invalid_record naming column and value; invalid_csv for what is no CSV in UTF-8.
    """
    csv.field_size_limit(CELL_LIMIT)
    lines = _Lines(file)
    table = csv.DictReader(lines, strict=True)
    try:
        if len(table.fieldnames or ()) > MOST_COLUMNS:
            raise csv.Error(f"there are {len(table.fieldnames or ())} columns; there may be {MOST_COLUMNS}")
        if "row" not in (table.fieldnames or ()):
            yield from ((table.line_num, _example(row)) for row in lines.rows(table))
            return
        number, record = 0, None
        for row in lines.rows(table):
            if row["row"] == "annotation":
                if record is not None:
                    yield number, record
                number, record = table.line_num, _annotation(row)
            elif record is None or row.get("record_id") != record["record_id"]:
                raise _wrong("record_id", "is not that of the annotation above it", row.get("record_id"))
            else:
                _part(record, row)
        if record is not None:
            yield number, record
    except (csv.Error, UnicodeDecodeError) as error:
        problem = f"line {table.line_num + 1}: the file is not CSV in UTF-8: {error}"
        raise DomainError("invalid_csv", problem) from error


class _Lines:
    """The lines of a text, of which no row may take more than ROW_LIMIT characters, or ROW_LIMIT_LINES of them."""

    def __init__(self, file: IO[bytes]) -> None:
        self._text, self._left = io.TextIOWrapper(file, "utf-8-sig", newline=""), ROW_LIMIT
        self._lines_left = ROW_LIMIT_LINES

    def __iter__(self) -> Iterator[str]:
        while line := self._text.readline(self._left + 1):
            self._left -= len(line)
            self._lines_left -= 1
            if self._left < 0 or self._lines_left < 0:
                raise csv.Error(f"a row is longer than {ROW_LIMIT} characters or {ROW_LIMIT_LINES} lines")
            yield line

    def rows(self, table: Iterable[Json]) -> Iterator[Json]:
        for row in table:
            self._left, self._lines_left = ROW_LIMIT, ROW_LIMIT_LINES
            yield row


def _rows(record: Json) -> Iterator[tuple[str, Json]]:
    values = {}
    for name, (_, path) in ANNOTATION.items():
        value: Any = record
        for step in path:
            value = value[step]
        values[name] = cell(value)
    yield "annotation", values
    yield from (("response", _cells("response", each)) for each in record["responses"])
    for said in record["judgements"]:
        yield "judgement", _cells("judgement", said)
        yield from (("span", _cells("span", mark)) for mark in said["spans"])
        yield from (("missing", _cells("missing", mark)) for mark in said["missing"])
    yield from (("comparison", _cells("comparison", pair)) for pair in record["comparisons"])


def _cells(kind: str, part: Json) -> Json:
    return {name: cell(part[name]) for name in PARTS[kind]}


def cell(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return f"'{text}" if not text or text.startswith(RISKY) else text


def _value(row: Json, column: str, kind: str) -> Any:
    cell = row.get(column) or ""
    if not cell:
        return None
    try:
        return READ[kind](_plain(cell))
    except ValueError as error:
        raise _wrong(column, f"is not of type {kind}", cell) from error


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and (len(cell) == 1 or cell[1:].startswith(RISKY)) else cell


def _annotation(row: Json) -> Json:
    record: Json = {"record_id": row.get("record_id")}
    for column, (kind, path) in ANNOTATION.items():
        inside = record
        for step in path[:-1]:
            inside = inside.setdefault(step, {})
        inside[path[-1]] = _value(row, column, kind)
    return {**record, "responses": [], "judgements": [], "comparisons": []}


def _part(record: Json, row: Json) -> None:
    kind = row["row"]
    if kind not in PARTS:
        raise _wrong("row", f"is none of annotation, {', '.join(PARTS)}", kind)
    part = {name: _value(row, name, what) for name, what in PARTS[kind].items()}
    if kind == "judgement":
        record["judgements"].append({**part, "spans": [], "missing": []})
    elif kind in ("span", "missing"):
        if not record["judgements"]:
            raise _wrong("row", "stands before the judgement that it belongs to", kind)
        record["judgements"][-1]["spans" if kind == "span" else "missing"].append(part)
    else:
        record[f"{kind}s"].append(part)


def _example(row: Json) -> Json:
    """An example with its responses; columns that have no meaning here become metadata."""
    cells = {name: _plain(cell) for name, cell in row.items() if isinstance(name, str) and cell}
    made: Json = {name: cells.pop(name) for name in ("id", "prompt", "question", "reference", "split") if name in cells}
    names = [name for name in cells if name == "response" or name.startswith("response_")]
    if names:
        made["responses"] = [{"text": cells.pop(name)} for name in names]
    return {**made, **({"metadata": cells} if cells else {})}


def _wrong(column: str, problem: str, value: Any) -> DomainError:
    return DomainError("invalid_record", f"{column}: {value!r:.100} {problem}", {column: f"{value!r:.100} {problem}"})
