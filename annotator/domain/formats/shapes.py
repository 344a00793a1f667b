"""Formats of other tools, each a shape: how a record looks there, and what a record is that looks like that.

A shape never needs to be complete. What it does not hold of a record goes as `redpen` where the tool keeps what it
does not know, so that the file is read back here to the letter; and what it does not understand of a foreign file is
kept in the record's `raw`, so that the file goes out as it came in. Where another tool has changed the marks, its
marks count, and of ours only what was said of the record as a whole.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from annotator.domain.errors import DomainError
from annotator.domain.feedback import RECORD_VERSION
from annotator.domain.formats.remainder import digest, losses, merged, remainder
from annotator.domain.records import ASKS, Json
from annotator.domain.spans import text_sha256

Offsets = Literal["code-points", "utf-16"]
OFFSETS: tuple[Offsets, ...] = ("code-points", "utf-16")
OURS = "redpen"


@dataclass(frozen=True, slots=True)
class Options:
    """What a file does not say of itself. labels: the file's labels -> error types, where they are not the same.
    offsets: what its offsets count, where it has no quotes that tell."""

    labels: dict[str, str] = field(default_factory=dict)
    offsets: Offsets = "code-points"


class Shape(NamedTuple):
    """`rows` of a record's JSON, and the JSON of the `record` that stands in such rows, without what they do not say.

    group: neighbouring rows of the same group, if it is not None, are one record. put and take: where `redpen` is;
    None where the format has no room for it. merge and part: rows of one record each to those of the file, and back.
    """

    key: str
    rows: Callable[[Json], list[Json]]
    record: Callable[[list[Json], Options], Json]
    group: Callable[[Json], str | None]
    put: Callable[[Json, Any], None] | None
    take: Callable[[Json], Any]
    merge: Callable[[Iterable[Json]], Iterable[Json]] = lambda rows: rows
    part: Callable[[Json], list[Json]] = lambda row: [row]


def outward(shape: Shape, record: Json) -> list[Json]:
    """The record's rows in this shape, with what they cannot hold under `redpen`."""
    rows, options = _sourced(shape, record)
    if shape.put:
        known = _read(shape, rows, options)
        if rest := remainder(record, known):
            shape.put(rows[0], {"of": digest(known), "rest": rest})
    return rows


def inward(shape: Shape, rows: list[Json], options: Options) -> Json:
    """The JSON of the record that stands in the rows. DomainError for rows that are none of this shape."""
    rows = [dict(row) for row in rows]
    ours = shape.take(rows[0])
    record = _read(shape, rows, options)
    if not isinstance(ours, dict):
        return record
    patch = ours.get("rest", [])
    if digest(record) != ours.get("of"):  # changed elsewhere
        patch = [step for step in patch if step[0][0] not in ("judgements", "comparisons", "responses", "raw")]
    try:
        restored: Json = merged(record, patch)
    except (LookupError, TypeError, ValueError) as error:
        raise DomainError("invalid_record", f"{OURS}: does not fit what it stands beside") from error
    return restored


def shape_losses(shape: Shape, record: Json) -> Counter[str]:
    """How much of the record a reader of this shape does not see, by path."""
    return losses(record, _read(shape, *_sourced(shape, record)))


def blank(key: str, rows: list[Json], prompt: str, texts: list[str], example: Json) -> Json:
    """A record of these responses with nothing said about them; ids follow from the rows."""
    identity = digest([key, rows])
    return {
        "record_version": RECORD_VERSION,
        "record_id": f"{identity[:8]}-{identity[8:12]}-5{identity[13:16]}-a{identity[17:20]}-{identity[20:32]}",
        "example": {
            "id": f"{key}-{digest([prompt, texts])[:16]}",
            "prompt": prompt,
            "question": prompt,
            "passages": [],
            "reference": None,
            "metadata": {},
            "raw": {},
            **example,
        },
        "responses": [response(text) for text in texts],
        "judgements": [],
        "comparisons": [],
        "display_order": None,
        "annotator": {"pseudonym": key, "weight": 1.0},
        "versions": {"taxonomy": key, "guideline": key, "segmentation": key},
        "asks": list(ASKS),
        "source": "imported",
        "started_at": None,
        "submitted_at": None,
        "active_seconds": None,
        "raw": {},
    }


def response(text: str) -> Json:
    """A response of an unknown policy, as feedback.to_json has it."""
    return {"text": text, "policy_version": None, "sha256": text_sha256(text), "length": len(text)}


def judgement(index: int) -> Json:
    """A response in which nothing was found."""
    return {"response": index, "spans": [], "missing": [], "corrected_text": None, "answers": {}}


def span(text: str, start: Any, end: Any, kind: Any, options: Options, quote: str | None = None) -> Json:
    """A mark on the text. With a quote, offsets are code points or else UTF-16, as it says; without one, what the
    options say, or UTF-16 where code points would lie outside of the text."""
    if type(start) is not int or type(end) is not int or not isinstance(kind, str):
        raise DomainError("invalid_record", f"a span of {kind!r} goes from {start!r} to {end!r}; give whole numbers")
    told = options.offsets == "utf-16" or (quote is None and end > len(text))
    if quote is not None:
        told = text[start:end] != quote
    if told and (units := _from_utf16(text, start, end)) and (quote is None or text[slice(*units)] == quote):
        start, end = units
    return {
        "start": start,
        "end": end,
        "quote": text[start:end] if quote is None else quote,
        "type": options.labels.get(kind, kind),
        "antecedent": None,
        "evidence": [],
        "explanation": "",
    }


def moment(value: Any) -> str | None:
    """A time as our records have it, or None for what is none."""
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def wrong(path: str, problem: str) -> DomainError:
    """A row that is none of its format."""
    return DomainError("invalid_record", f"{path}: {problem}", {path: problem})


def _sourced(shape: Shape, record: Json) -> tuple[list[Json], Options]:
    """The record's rows, as they were where it came from such a file, and how that file was read."""
    source = record["raw"].get(shape.key)
    rows: list[Json] = shape.rows(record)
    if not isinstance(source, dict) or "rows" not in source:
        return rows, Options()
    options = Options(source.get("labels", {}), source.get("offsets", OFFSETS[0]))
    return merged(rows, source["rows"]), options


def _read(shape: Shape, rows: list[Json], options: Options) -> Json:
    record = shape.record(rows, options)
    kept = remainder(rows, shape.rows(record))
    if kept:
        source: Json = {"rows": kept}
        if options.labels:
            source["labels"] = options.labels
        if options.offsets != "code-points":
            source["offsets"] = options.offsets
        record["raw"] = {shape.key: source}
    return record


def _from_utf16(text: str, start: int, end: int) -> tuple[int, int] | None:
    data = text.encode("utf-16-le")
    if not 0 <= start <= end <= len(data) // 2:
        return None
    try:
        first = len(data[: 2 * start].decode("utf-16-le"))
        return first, first + len(data[2 * start : 2 * end].decode("utf-16-le"))
    except UnicodeDecodeError:
        return None
