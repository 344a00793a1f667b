"""Feedback records as Parquet: nested columns, a row group at a time; free-form parts are JSON in a text column.

pyarrow is imported where it is used: it would take a third of the memory of a web worker that never needs it.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import IO, Any

import orjson

from annotator.domain.errors import DomainError
from annotator.domain.formats.apart import rows_apart
from annotator.domain.records import Json

GROUP = 1000
# What no column type can hold, by its path.
FREE = ("raw", "example.raw", "example.metadata", "judgements.answers")


def write(records: Iterable[Json], about: Json) -> Iterator[bytes]:
    """The file, row group by row group."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = Sink()
    left = iter(records)
    with pq.ParquetWriter(sink, schema(), compression="zstd") as writer:
        while group := list(islice(left, GROUP)):
            rows = [columns(record) for record in group]
            writer.write_batch(pa.RecordBatch.from_pylist(rows, schema=schema()), row_group_size=GROUP)
            yield sink.taken()
    yield sink.taken()


def read(file: IO[bytes]) -> Iterator[tuple[int, Json]]:
    """(row from 1, record) of such a file; rows without `record_version` are examples. DomainError invalid_parquet."""
    for number, row in enumerate(rows_apart(file), start=1):
        yield number, restored(row) if "record_version" in row else row


def columns(record: Json) -> Json:
    """The record with its free-form parts as JSON texts: what a row of the file holds."""
    example = record["example"]
    return {
        **record,
        "example": {**example, "metadata": _text(example["metadata"]), "raw": _text(example["raw"])},
        "judgements": [{**each, "answers": _text(each["answers"])} for each in record["judgements"]],
        "raw": _text(record["raw"]),
    }


def restored(row: Json) -> Json:
    """The record whose columns these are. DomainError invalid_record where a free-form part is not JSON."""
    try:
        example = {**row["example"], **{name: orjson.loads(row["example"][name]) for name in ("metadata", "raw")}}
        said = [{**each, "answers": orjson.loads(each["answers"])} for each in row["judgements"]]
        return {**row, "example": example, "judgements": said, "raw": orjson.loads(row["raw"])}
    except (KeyError, TypeError, orjson.JSONDecodeError) as error:
        raise DomainError("invalid_record", f"one of {', '.join(FREE)} is not there as JSON: {error}") from error


@cache
def schema() -> Any:
    """The file's columns, which are those of feedback.schema.json."""
    import pyarrow as pa

    def struct(**fields: Any) -> Any:
        return pa.struct(list(fields.items()))

    text, number, real = pa.string(), pa.int64(), pa.float64()
    place = struct(start=number, end=number, quote=text)
    evidence = pa.list_(struct(passage=number, sentence=number))
    passage = struct(title=text, sentences=pa.list_(text))
    example = struct(
        id=text, prompt=text, question=text, passages=pa.list_(passage), reference=text, metadata=text, raw=text
    )
    mark = struct(
        start=number, end=number, quote=text, type=text, antecedent=place, evidence=evidence, explanation=text
    )
    missing = struct(type=text, evidence=evidence, note=text)
    said = struct(
        response=number, spans=pa.list_(mark), missing=pa.list_(missing), corrected_text=text, answers=text
    )
    return pa.schema(
        [
            ("record_version", number),
            ("record_id", text),
            ("example", example),
            ("responses", pa.list_(struct(text=text, policy_version=text, sha256=text, length=number))),
            ("judgements", pa.list_(said)),
            ("comparisons", pa.list_(struct(first=number, second=number, preferred=text, strength=number))),
            ("display_order", pa.list_(number)),
            ("annotator", struct(pseudonym=text, weight=real)),
            ("versions", struct(taxonomy=text, guideline=text, segmentation=text)),
            ("asks", pa.list_(text)),
            ("source", text),
            ("started_at", text),
            ("submitted_at", text),
            ("active_seconds", real),
            ("raw", text),
        ]
    )


class Sink:
    """A file to write into, which is emptied as it is read."""

    closed = False

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: Any) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        data, self._pieces = b"".join(self._pieces), []
        return data


def _text(value: Any) -> str:
    return orjson.dumps(value).decode()
