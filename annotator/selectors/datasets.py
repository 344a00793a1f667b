"""Datasets, and their files as downloads."""

from collections.abc import Iterator

import orjson
from django.db.models import QuerySet

from annotator.domain.errors import DomainError
from annotator.domain.feedback import FeedbackRecord, record_from_json
from annotator.domain.formats.qa_feedback import records_to_items
from annotator.models import Dataset, DatasetKind, Project

DOWNLOAD_FORMATS = ("jsonl", "qa-feedback")
BLOCK_BYTES = 1024 * 1024


def dataset_list(*, project: Project) -> QuerySet[Dataset]:
    """The project's datasets, newest first."""
    return Dataset.objects.filter(project=project).select_related("created_by").order_by("-created_at", "name")


def dataset_bytes(*, dataset: Dataset, format: str) -> Iterator[bytes]:
    """The dataset as a file, in pieces: "jsonl" (its lines as they are frozen: feedback records, or examples) or
    "qa-feedback" (one JSON list, one item per record).

    DomainError not_representable where the format cannot hold what the dataset does; before the first piece.
    """
    if format == "jsonl":
        name = "feedback.jsonl" if dataset.kind == DatasetKind.FEEDBACK else "examples.jsonl"
        return _blocks(dataset, name)
    if dataset.kind != DatasetKind.FEEDBACK:
        problem = f"dataset {dataset.name!r} holds examples without feedback; qa-feedback is a format of feedback"
        raise DomainError("not_representable", problem, {"format": problem})
    for record in _records(dataset):
        records_to_items([record])
    return _qa_feedback(dataset)


def _blocks(dataset: Dataset, name: str) -> Iterator[bytes]:
    with (dataset.path / name).open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            yield block


def _records(dataset: Dataset) -> Iterator[FeedbackRecord]:
    with (dataset.path / "feedback.jsonl").open("rb") as file:
        for line in file:
            yield record_from_json(orjson.loads(line))


def _qa_feedback(dataset: Dataset) -> Iterator[bytes]:
    separator = b"[\n"
    for record in _records(dataset):
        yield separator + orjson.dumps(records_to_items([record])[0])
        separator = b",\n"
    yield b"\n]\n"
