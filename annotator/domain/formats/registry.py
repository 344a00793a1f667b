"""The formats that datasets are written in and files are read from, as plain data."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from annotator.domain.feedback import record_from_json, record_to_json
from annotator.domain.formats import (
    argilla,
    doccano,
    hugging_face,
    label_studio,
    parquet,
    preferences,
    qa_feedback,
    tables,
)
from annotator.domain.formats.files import Numbered, at, lines_read, lines_written, list_read, list_written
from annotator.domain.formats.remainder import losses
from annotator.domain.formats.shapes import Options, Shape, inward, outward, shape_losses
from annotator.domain.records import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """write: records, in JSON, and their dataset's manifest -> the file in pieces. `records` may be gone through more
    than once. read: the file -> (place, record or example in JSON). unit: what the places count. losses: how many
    values of a record the format cannot hold, by their path. foreign: its labels may have to be mapped. quoted: its
    spans say what they quote, so that nobody needs to say what offsets count. names_people: it says who judged.
    """

    key: str
    name: str
    sentence: str
    ending: str
    content_type: str
    unit: str
    write: Callable[[Iterable[Json], Json], Iterator[bytes]]
    read: Callable[[IO[bytes], Options], Numbered]
    losses: Callable[[Json], Counter[str]]
    foreign: bool = False
    quoted: bool = True
    names_people: bool = False


def _nothing(record: Json) -> Counter[str]:
    return Counter()


def _own(**values: Any) -> Format:
    read = values.pop("read")
    return Format(**values, read=lambda file, options: read(file), losses=_nothing, names_people=True)


def _shaped(shape: Shape, lines: bool, losses: Any = None, **values: Any) -> Format:
    unit = "line" if lines else "item"

    def write(records: Iterable[Json], about: Json) -> Iterator[bytes]:
        rows = shape.merge(row for record in records for row in outward(shape, record))
        return lines_written(rows) if lines else list_written(rows)

    def read(file: IO[bytes], options: Options) -> Numbered:
        for number, rows in _groups(shape, lines_read(file) if lines else list_read(file)):
            with at(unit, number):
                record = inward(shape, rows, options)
            yield number, record

    return Format(
        key=shape.key,
        ending="jsonl" if lines else "json",
        content_type="application/x-ndjson" if lines else "application/json",
        unit=unit,
        write=write,
        read=read,
        losses=losses or (lambda record: shape_losses(shape, record)),
        foreign=True,
        **values,
    )


def _groups(shape: Shape, rows: Numbered) -> Iterator[tuple[int, list[Json]]]:
    """The rows of one record at a time, with the place of the first."""
    place: int = 0
    group: list[Json] = []
    for number, row in rows:
        for part in shape.part(row if isinstance(row, dict) else {}):
            same = group and shape.group(part) is not None and shape.group(part) == shape.group(group[0])
            if group and not same:
                yield place, group
                group = []
            place = place if group else number
            group.append(part)
    if group:
        yield place, group


def _qa_write(records: Iterable[Json], about: Json) -> Iterator[bytes]:
    return list_written(qa_feedback.records_to_items([record_from_json(record)])[0] for record in records)


def _qa_read(file: IO[bytes], options: Options) -> Numbered:
    for index, record in enumerate(qa_feedback.read_items(item for _, item in list_read(file))):
        yield index, record_to_json(record)


def _qa_losses(record: Json) -> Counter[str]:
    (item,) = qa_feedback.records_to_items([record_from_json(record)])
    return losses(record, record_to_json(qa_feedback.items_to_records([item])[0]))


FORMATS: dict[str, Format] = {
    each.key: each
    for each in (
        _own(
            key="jsonl",
            name="JSON lines",
            sentence="One feedback record per line, complete: what training reads, and what Redpen reads back.",
            ending="jsonl",
            content_type="application/x-ndjson",
            unit="line",
            write=lambda records, about: lines_written(records),
            read=lines_read,
        ),
        _own(
            key="parquet",
            name="Parquet",
            sentence="The same in typed columns, compressed: for pandas, DuckDB, Spark and the like.",
            ending="parquet",
            content_type="application/vnd.apache.parquet",
            unit="row",
            write=parquet.write,
            read=parquet.read,
        ),
        _own(
            key="csv",
            name="CSV",
            sentence="A long table for spreadsheets, a row per annotation, response, span and comparison; no cell is "
            "run as a formula.",
            ending="csv",
            content_type="text/csv",
            unit="line",
            write=tables.write,
            read=tables.read,
        ),
        _own(
            key="hugging-face",
            name="Hugging Face datasets",
            sentence="A zipped folder with a dataset card and Parquet per split, for load_dataset and the hub.",
            ending="zip",
            content_type="application/zip",
            unit="row",
            write=hugging_face.write,
            read=hugging_face.read,
        ),
        _shaped(
            preferences.SHAPE,
            True,
            preferences.losses,
            name="Preference pairs (TRL)",
            sentence="Prompt, chosen and rejected response of each comparison, for TRL's reward and DPO trainers.",
        ),
        _shaped(
            preferences.CHAT_SHAPE,
            True,
            preferences.losses,
            name="Preference pairs as messages (TRL)",
            sentence="The same pairs as conversations, for models with a chat template.",
        ),
        Format(
            key="qa-feedback",
            name="qa-feedback",
            sentence="The JSON of the paper's published data: feedback on the first response, and all pairs compared.",
            ending="json",
            content_type="application/json",
            unit="item",
            write=_qa_write,
            read=_qa_read,
            losses=_qa_losses,
        ),
        _shaped(
            label_studio.SHAPE,
            False,
            name="Label Studio",
            sentence="Tasks with their annotations, as Label Studio imports and exports them.",
        ),
        _shaped(
            doccano.SHAPE,
            True,
            name="doccano",
            sentence="A judged response per line with its labels, for doccano's sequence labelling.",
            quoted=False,
        ),
        _shaped(
            argilla.SHAPE,
            False,
            name="Argilla",
            sentence="A record per annotation with span, label and text questions, as Argilla's client has them.",
            quoted=False,
        ),
    )
}
