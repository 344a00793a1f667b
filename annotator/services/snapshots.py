"""Snapshot folders: written aside, flushed to the disk, and only then given their name."""

import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from annotator.domain.feedback import Example, FeedbackRecord, example_split, record_to_json, to_json

FORMAT = 1
EXAMPLES_FILE = "examples.jsonl"
FEEDBACK_FILE = "feedback.jsonl"
MANIFEST_FILE = "manifest.json"

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
    """Write examples.jsonl; {"file": its SHA-256, "counts": {"examples", "splits"}}."""
    splits: Counter[str] = Counter(train=0, dev=0, test=0)

    def lines() -> Iterator[Json]:
        for example in examples:
            split = example_split(example)
            splits[split] += 1
            body = to_json(example)
            yield {key: body[key] for key in body if key != "raw"} | {"split": split}

    file = _write_lines(folder / EXAMPLES_FILE, lines())
    return {"file": file, "counts": {"examples": splits.total(), "splits": dict(splits)}}


def feedback_write(folder: Path, records: Iterable[FeedbackRecord]) -> Json:
    """Write feedback.jsonl; {"file": its SHA-256, "counts": {"records", "spans", "missing", "comparisons"}}."""
    spans: Counter[str] = Counter()
    missing: Counter[str] = Counter()
    comparisons: Counter[str] = Counter(first=0, second=0, tie=0)
    count = 0

    def lines() -> Iterator[Json]:
        nonlocal count
        for record in records:
            count += 1
            for judgement in record.judgements:
                spans.update(mark.type for mark in judgement.spans)
                missing.update(mark.type for mark in judgement.missing)
            comparisons.update(pair.preferred for pair in record.comparisons)
            yield record_to_json(record)

    file = _write_lines(folder / FEEDBACK_FILE, lines())
    counts = {
        "records": count,
        "spans": dict(sorted(spans.items())),
        "missing": dict(sorted(missing.items())),
        "comparisons": dict(comparisons),
    }
    return {"file": file, "counts": counts}


def manifest_write(folder: Path, manifest: Json) -> str:
    """Write manifest.json; the SHA-256 of its bytes, which names the whole snapshot."""
    data = orjson.dumps({"format": FORMAT, **manifest}, option=orjson.OPT_INDENT_2)
    (folder / MANIFEST_FILE).write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def _write_lines(path: Path, lines: Iterable[Json]) -> str:
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for line in lines:
            data = orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)
            digest.update(data)
            file.write(data)
    return digest.hexdigest()


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
