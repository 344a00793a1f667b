"""Datasets: frozen from the project's annotations, or uploaded. A name is given once and means its bytes for ever."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any, cast
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from annotator.domain.desk import desk_to_json
from annotator.domain.errors import DomainError
from annotator.domain.feedback import Example, example_from_json, record_to_json
from annotator.domain.formats.files import at, lines_read
from annotator.domain.records import Json
from annotator.domain.segments import SEGMENTATION_VERSION
from annotator.models import Dataset, DatasetKind, Membership, Project, User
from annotator.selectors.aggregation import Content, Weigh, Weights, aggregated_records, weighing
from annotator.selectors.projects import desk_of, taxonomy_current
from annotator.selectors.quality import report_latest
from annotator.selectors.record_stream import annotated_examples
from annotator.selectors.records import annotations
from annotator.services.audit import audited
from annotator.services.snapshots import (
    examples_write,
    feedback_write,
    folder_written_aside,
    manifest_write,
)


def dataset_freeze(
    *,
    project: Project,
    user: User | None,
    name: str,
    note: str = "",
    content: Content = "raw",
    weights: Weights = "stored",
    gold: bool = False,
    license: str = "",
) -> Dataset:
    """Freeze what is annotated in the project, as of one moment, into a dataset of kind "feedback".

    content: every annotation ("raw"), or one record per example ("aggregated", see selectors.aggregation). weights:
    what each annotator's word counts (see weighing). gold: whether checks against gold are among the annotations; of
    an aggregated dataset they never are. license: an SPDX identifier, for the dataset card. The manifest says all of
    it, and what the latest quality report says of agreement.

    DomainError name_taken, empty_dataset, no_report, people_changed. Reads in a REPEATABLE READ transaction of its own
    and holds no lock: call it outside of any transaction.
    """
    _check_name(project, name)
    identity = uuid4()
    with transaction.atomic():
        began = project_locked(project)
    with folder_written_aside(dataset_folder(identity)) as folder, transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        gold = gold and content == "raw"
        if not annotations(project=project, gold=gold).exists():
            raise DomainError("empty_dataset", f"Project {project.slug} has no annotations to freeze yet.")
        weigh, weighed = weighing(project=project, weights=weights)
        if content == "aggregated":
            written = feedback_write(folder, _aggregated(project, weigh))
        else:
            written = feedback_write(folder, _weighed(annotated_examples(project=project, gold=gold), weigh))
        manifest = {
            **_header(project, name, DatasetKind.FEEDBACK),
            "query": {
                "project": project.slug,
                "annotations": "all",
                "content": content,
                "gold_checks": "included" if gold else "left out",
                **weighed,
            },
            "questions": desk_to_json(desk_of(project))["questions"],
            "license": license,
            "agreement": _agreement(project),
            **written,
        }
        sha256 = manifest_write(folder, manifest)
    with _registering(identity, manifest["name"], project):
        _check_people(project, began)
        return _register(identity, project, user, note, manifest, sha256)


def dataset_upload(*, project: Project, user: User | None, name: str, file: IO[bytes], note: str = "") -> Dataset:
    """Make a dataset of kind "examples" from a JSONL file of prompts and, for SFT, references.

    DomainError name_taken, empty_dataset, and invalid_example or invalid_json naming the line.
    """
    _check_name(project, name)
    identity = uuid4()
    with folder_written_aside(dataset_folder(identity)) as folder:
        examples = examples_write(folder, _examples(file))
        if not examples["counts"]["examples"]:
            raise DomainError("empty_dataset", "The file holds no examples.")
        manifest = {
            **_header(project, name, DatasetKind.EXAMPLES),
            "query": {"upload": Path(getattr(file, "name", None) or "").name},
            "counts": {"records": 0, "spans": {}, "missing": {}, "comparisons": {}, **examples["counts"]},
            "files": examples["files"],
        }
        sha256 = manifest_write(folder, manifest)
    with _registering(identity, manifest["name"], project):
        return _register(identity, project, user, note, manifest, sha256)


def _agreement(project: Project) -> dict[str, float | None]:
    """Krippendorff's α by category in the latest quality report, of words, or of sentences where those are marked."""
    report = report_latest(project)
    found = report.figures["agreement"]["categories"] if report else {}
    return {
        category: (measures.get("word_alpha") or measures.get("sentence_alpha") or {}).get("value")
        for category, measures in found.items()
    }


def _weighed(examples: Iterable[tuple[Json, list[Json]]], weigh: Weigh) -> Iterator[tuple[Json, list[Json]]]:
    for example, records in examples:
        for record in records:
            annotator = record["annotator"]
            annotator["weight"] = weigh(annotator["pseudonym"], annotator["weight"])
        yield example, records


def _aggregated(project: Project, weigh: Weigh) -> Iterator[tuple[Json, list[Json]]]:
    for record in aggregated_records(project=project, weigh=weigh):
        body = record_to_json(record)
        yield body["example"], [body]


def _examples(file: IO[bytes]) -> Iterator[Example]:
    seen: set[str] = set()
    for number, body in lines_read(file):
        with at("line", number):
            example = example_from_json(body)
            if example.id in seen:
                problem = f"{example.id!r} is on an earlier line already"
                raise DomainError("invalid_example", f"id: {problem}", {"id": problem})
        seen.add(example.id)
        yield example


def _header(project: Project, name: str, kind: DatasetKind) -> dict[str, Any]:
    return {
        "name": name,
        "kind": kind.value,
        "created_at": timezone.now().isoformat(),
        "taxonomy": taxonomy_current(project=project).body,
        "versions": {"segmentation": SEGMENTATION_VERSION, "guideline": project.guideline_version},
    }


@contextmanager
def _registering(identity: UUID, name: str, project: Project) -> Iterator[None]:
    """A transaction; where it fails, nothing is left of the dataset's folder. DomainError name_taken."""
    try:
        with transaction.atomic():
            yield
    except BaseException as error:
        shutil.rmtree(dataset_folder(identity))
        if isinstance(error, IntegrityError):
            raise _name_taken(project, name) from error
        raise


def _register(
    identity: UUID, project: Project, user: User | None, note: str, manifest: dict[str, Any], sha256: str
) -> Dataset:
    dataset = Dataset.objects.create(
        id=identity,
        project=project,
        name=manifest["name"],
        kind=manifest["kind"],
        note=note,
        manifest=manifest,
        sha256=sha256,
        created_by=user,
    )
    action = "dataset.freeze" if dataset.kind == DatasetKind.FEEDBACK else "dataset.upload"
    detail = {"name": dataset.name, "sha256": sha256}
    audited(actor=user, action=action, project=project, target=f"dataset {identity}", detail=detail)
    return dataset


def project_locked(project: Project) -> datetime:
    """The time, by the database's clock, while nobody else takes somebody's data out of the project: until the end of
    the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM annotator_project WHERE id = %s FOR NO KEY UPDATE", [project.pk])
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    return cast(datetime, now)


def _check_people(project: Project, began: datetime) -> None:
    """DomainError people_changed if somebody's data has gone from the project since then."""
    project_locked(project)
    if Membership.objects.filter(project=project, withdrawn_at__gte=began).exists():
        message = "Somebody's data was taken out of the project while the dataset was written. Freeze it again."
        raise DomainError("people_changed", message)


def _check_name(project: Project, name: str) -> None:
    if Dataset.objects.filter(project=project, name=name).exists():
        raise _name_taken(project, name)


def _name_taken(project: Project, name: str) -> DomainError:
    problem = f"project {project.slug} has a dataset {name!r} already, and a name never means other bytes"
    return DomainError("name_taken", f"name: {problem}", {"name": problem})


def dataset_folder(identity: UUID) -> Path:
    """Where the files of a dataset of that id are."""
    return Path(settings.DATASETS_DIR) / str(identity)
