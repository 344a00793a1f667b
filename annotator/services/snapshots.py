"""Snapshot folders: written aside, flushed to the disk, and only then given their name."""

import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from typing import IO, Any

import orjson

from annotator.domain.feedback import Example, example_split, to_json

FORMAT = 1
EXAMPLES_FILE = "examples.jsonl"
FEEDBACK_FILE = "feedback.jsonl"
MANIFEST_FILE = "manifest.json"
VERSIONS = ("taxonomy", "guideline", "segmentation")
BUFFER_BYTES = 1024 * 1024

Json = dict[str, Any]


@contextmanager
def folder_written_aside(path: Path) -> Iterator[Path]:
    """A new folder to write into. It becomes `path` when the block ends well, and vanishes when it does not.

    FileExistsError if `path` is there already: a snapshot is never written over.
    """
    if path.exists():
        raise FileExistsError(path)
    aside = path.with_name(f".{path.name}.part")
    aside.mkdir(parents=True)
    try:
        yield aside
        for file in (*aside.iterdir(), aside):
            _fsync(file)
        aside.rename(path)
        _fsync(path.parent)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def examples_write(folder: Path, examples: Iterable[Example]) -> Json:
    """Write examples.jsonl; {"files": its SHA-256 by name, "counts": {"examples", "splits"}}."""
    splits: Counter[str] = Counter(train=0, dev=0, test=0)
    with lines_written(folder / EXAMPLES_FILE) as file:
        for example in examples:
            splits[example_split(example)] += 1
            file.write(_example_line(to_json(example), example_split(example)))
    return {
        "files": {EXAMPLES_FILE: file.sha256},
        "counts": {"examples": splits.total(), "splits": dict(splits)},
    }


def feedback_write(folder: Path, examples: Iterable[tuple[Json, Sequence[Json]]]) -> Json:
    """Write examples.jsonl and feedback.jsonl from each example with its records, in one pass.

    {"files": SHA-256 by name, "counts": {"examples", "splits", "records", "annotators", "spans", "missing",
    "comparisons"}, "made_under": [{"taxonomy", "guideline", "segmentation", "records"}]}.
    """
    splits: Counter[str] = Counter(train=0, dev=0, test=0)
    counts: dict[str, Counter[str]] = {
        "spans": Counter(),
        "missing": Counter(),
        "comparisons": Counter(first=0, second=0, tie=0),
    }
    people: set[str] = set()
    versions: Counter[tuple[str, ...]] = Counter()
    with lines_written(folder / EXAMPLES_FILE) as example_lines, lines_written(folder / FEEDBACK_FILE) as lines:
        for example, records in examples:
            split = example_split(Example(**example))
            splits[split] += 1
            example_lines.write(_example_line(example, split))
            lines.write(*records)
            for record in records:
                people.add(record["annotator"]["pseudonym"])
                versions[itemgetter(*VERSIONS)(record["versions"])] += 1
            judgements = [judgement for record in records for judgement in record["judgements"]]
            for part in ("spans", "missing"):
                counts[part].update([mark["type"] for judgement in judgements for mark in judgement[part]])
            counts["comparisons"].update([pair["preferred"] for record in records for pair in record["comparisons"]])
    return {
        "files": {EXAMPLES_FILE: example_lines.sha256, FEEDBACK_FILE: lines.sha256},
        "counts": {
            "examples": splits.total(),
            "splits": dict(splits),
            "records": versions.total(),
            "annotators": len(people),
            "spans": dict(sorted(counts["spans"].items())),
            "missing": dict(sorted(counts["missing"].items())),
            "comparisons": dict(counts["comparisons"]),
        },
        "made_under": [
            dict(zip(VERSIONS, found, strict=True)) | {"records": count} for found, count in sorted(versions.items())
        ],
    }


def manifest_write(folder: Path, manifest: Json) -> str:
    """Write manifest.json; the SHA-256 of its bytes, which names the whole snapshot."""
    data = orjson.dumps({"format": FORMAT, **manifest}, option=orjson.OPT_INDENT_2)
    (folder / MANIFEST_FILE).write_bytes(data)
    return hashlib.sha256(data).hexdigest()


class Lines:
    """A file of JSON lines that is being written; `sha256` of what it holds so far."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()

    def write(self, *lines: Json) -> None:
        data = b"".join([orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in lines])
        self._digest.update(data)
        self._file.write(data)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


@contextmanager
def lines_written(path: Path) -> Iterator[Lines]:
    """A new file of JSON lines, closed when the block ends."""
    with path.open("wb", BUFFER_BYTES) as file:
        yield Lines(file)


def _example_line(body: Json, split: str) -> Json:
    return {key: body[key] for key in body if key != "raw"} | {"split": split}


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
