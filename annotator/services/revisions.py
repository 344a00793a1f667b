"""Frozen datasets without somebody: a revision takes the place of each that they are in, and its files go."""

import shutil
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from annotator.models import Dataset, DatasetKind, Project, User
from annotator.selectors.datasets import FrozenRecords
from annotator.services.audit import audited
from annotator.services.datasets import dataset_folder
from annotator.services.snapshots import feedback_write, folder_written_aside, manifest_write

Json = dict[str, Any]
# What becomes of a feedback record: the same object if it stays as it is, another in its place, None if it goes.
Revise = Callable[[Json], Json | None]


def datasets_revise(*, project: Project, revise: Revise, made_by: User | None) -> list[Dataset]:
    """Put a revision in the place of each dataset that has a record which does not stay as it is; the revisions.

    What is left of the old one is its row. A dataset without any record left gets no revision. The old files go once
    the caller's transaction is committed, and `erased_files_remove` takes what a crash leaves. Must run in a
    transaction that says it erases (services.erasure), and that holds the project (services.datasets.project_locked).
    """
    frozen = Dataset.objects.filter(project=project, kind=DatasetKind.FEEDBACK, erased_at=None).order_by("created_at")
    concerned = [each for each in frozen if any(revise(record) is not record for record in FrozenRecords(each))]
    revisions = [revision for dataset in concerned if (revision := _revision(dataset, revise)) is not None]
    Dataset.objects.filter(pk__in=[dataset.pk for dataset in concerned]).update(erased_at=Now())
    for dataset in concerned:
        audited(actor=made_by, action="dataset.revise", project=project, target=f"dataset {dataset.pk}")
    transaction.on_commit(erased_files_remove)
    return revisions


def erased_files_remove() -> None:
    """Remove the files of datasets that were erased, as often as one likes."""
    for dataset in Dataset.objects.exclude(erased_at=None):
        if dataset.path.exists():
            shutil.rmtree(dataset.path)


def _revision(dataset: Dataset, revise: Revise) -> Dataset | None:
    identity = uuid4()
    with folder_written_aside(dataset_folder(identity)) as folder:
        written = feedback_write(folder, _revised(dataset, revise))
        name = _name(dataset)
        manifest = {**dataset.manifest, **written, "name": name, "created_at": timezone.now().isoformat()}
        manifest |= {"revises": {"name": dataset.name, "sha256": dataset.sha256}}
        sha256 = manifest_write(folder, manifest)
    if not written["counts"]["records"]:
        shutil.rmtree(dataset_folder(identity))
        return None
    return Dataset.objects.create(
        id=identity,
        project_id=dataset.project_id,
        name=name,
        kind=dataset.kind,
        note=dataset.note,
        manifest=manifest,
        sha256=sha256,
        created_by=dataset.created_by,
        revises=dataset,
    )


def _revised(dataset: Dataset, revise: Revise) -> Iterator[tuple[Json, list[Json]]]:
    """Each example of which something is left, and its records."""
    left = (revised for record in FrozenRecords(dataset) if (revised := revise(record)) is not None)
    for _, group in groupby(left, key=lambda record: record["example"]["id"]):
        records = list(group)
        yield records[0]["example"], records


def _name(dataset: Dataset) -> str:
    """"march", "march (revision 1)", "march (revision 2)": none that is there already."""
    root = dataset
    while root.revises is not None:
        root = root.revises
    taken = set(Dataset.objects.filter(project=dataset.project_id).values_list("name", flat=True))
    numbers = (f"{root.name[:180]} (revision {number})" for number in range(1, len(taken) + 2))
    return next(name for name in numbers if name not in taken)
