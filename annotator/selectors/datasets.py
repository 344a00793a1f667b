"""Datasets, and their files as downloads."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

import orjson
from django.db.models import QuerySet

from annotator.domain.errors import DomainError
from annotator.domain.formats import parquet
from annotator.domain.formats.files import lines_written
from annotator.domain.formats.hugging_face import of_split
from annotator.domain.formats.registry import FORMATS
from annotator.domain.records import Json
from annotator.domain.splits import Split
from annotator.models import Dataset, DatasetKind, Project

BLOCK_BYTES = 1024 * 1024
# What a program reads by address: a file per split and kind, with the same columns.
SPLIT_FILES = {f"{split}.{ending}": (split, ending) for split in get_args(Split) for ending in ("jsonl", "parquet")}


def dataset_list(*, project: Project) -> QuerySet[Dataset]:
    """The project's datasets, newest first."""
    datasets = Dataset.objects.filter(project=project).select_related("created_by", "revises")
    return datasets.order_by("-created_at", "name")


def dataset_bytes(*, dataset: Dataset, format: str) -> Iterator[bytes]:
    """The dataset as a file of a format of domain.formats.registry, in pieces; "jsonl" gives its lines as they are
    frozen: feedback records, or examples.

    DomainError not_representable where the format cannot hold what the dataset does, and dataset_damaged where the
    bytes on the disk are not those that were frozen; both before the first piece.
    """
    if format == "jsonl":
        return _blocks(verified(dataset, FILES[dataset.kind]))
    records = FrozenRecords(dataset)
    if format == "qa-feedback":
        for record in records:
            FORMATS[format].losses(record)
    return FORMATS[format].write(records, dataset.manifest)


def split_bytes(*, dataset: Dataset, file: str) -> Iterator[bytes]:
    """One of SPLIT_FILES in pieces: the records of a split as `datasets.load_dataset` reads them, free-form parts as
    JSON texts. DomainError as dataset_bytes, and not_found for another name."""
    if file not in SPLIT_FILES:
        raise DomainError("not_found", f"There is no file {file!r}; there are {', '.join(SPLIT_FILES)}.")
    split, ending = SPLIT_FILES[file]
    records = of_split(FrozenRecords(dataset), split)
    return parquet.write(records, {}) if ending == "parquet" else lines_written(map(parquet.columns, records))


def dataset_losses(*, dataset: Dataset, format: str) -> list[dict[str, Any]]:
    """What this format cannot hold of the dataset: [{"path", "count"}], most first. Reads the whole dataset.

    DomainError as dataset_bytes.
    """
    counts: Counter[str] = Counter()
    if format != "jsonl":
        for record in FrozenRecords(dataset):
            counts.update(FORMATS[format].losses(record))
    return [{"path": path, "count": count} for path, count in counts.most_common()]


class FrozenRecords:
    """The dataset's feedback records, in JSON, as often as one goes through them; one is held at a time."""

    def __init__(self, dataset: Dataset) -> None:
        if dataset.kind != DatasetKind.FEEDBACK:
            problem = f"dataset {dataset.name!r} holds examples without feedback, and this is a format of feedback"
            raise DomainError("not_representable", problem, {"format": problem})
        self._path = verified(dataset, FILES[dataset.kind])

    def __iter__(self) -> Iterator[Json]:
        with self._path.open("rb") as file:
            yield from map(orjson.loads, file)


FILES = {DatasetKind.FEEDBACK.value: "feedback.jsonl", DatasetKind.EXAMPLES.value: "examples.jsonl"}


def verified(dataset: Dataset, name: str) -> Path:
    """The path of a file of the dataset whose bytes are those that were frozen. DomainError dataset_damaged, or
    dataset_erased."""
    check_there(dataset)
    path = dataset.path / name
    try:
        state = path.stat()
        found = _sha256(path, state.st_size, state.st_mtime_ns)
    except OSError as error:
        raise _damaged(dataset, f"{name} cannot be read: {error.strerror}") from error
    if found != dataset.manifest["files"][name]:
        raise _damaged(dataset, f"{name} has SHA-256 {found}, not {dataset.manifest['files'][name]}")
    return path


def check_there(dataset: Dataset) -> None:
    """DomainError dataset_erased if the dataset's files had to go."""
    if dataset.erased_at is not None:
        revision = Dataset.objects.filter(revises=dataset).first()
        instead = f"use {revision.name!r} instead" if revision else "nothing of it is left"
        problem = f"{dataset.name!r} held data of somebody who took it back or was erased; {instead}"
        raise DomainError("dataset_erased", f"dataset: {problem}", {"dataset": problem})


@lru_cache(maxsize=256)
def _sha256(path: Path, size: int, changed_ns: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _damaged(dataset: Dataset, problem: str) -> DomainError:
    message = f"Dataset {dataset.name!r} is damaged: {problem}. Its folder is {dataset.path}; restore it from a copy."
    return DomainError("dataset_damaged", message, {"dataset": problem})


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            yield block
