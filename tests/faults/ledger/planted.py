"""Proof that the comparison can fail: losses that are planted in the store, looked for, and taken out again."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection, transaction

from tests.faults.ledger.checking import books_wrong, differences, stored_annotations
from tests.faults.ledger.journal import Intent


def found_planted(project: Any, intents: Mapping[str, Intent]) -> dict[str, bool]:
    """Each planted loss, and whether it was found, under its own name and no matter what else."""
    found = {}
    for kind, (plant, name) in PLANTS.items():
        with transaction.atomic():
            with connection.cursor() as cursor:
                # Else the store's own triggers and foreign keys would refuse most of this.
                cursor.execute("SET LOCAL session_replication_role = replica")
            plant(project)
            problems = {**differences(intents, stored_annotations(project)), **books_wrong(project)}
            found[kind] = bool(problems[name])
            transaction.set_rollback(True)
    return found


def _some(project: Any) -> Any:
    from annotator.models import Annotation

    counted = Annotation.objects.filter(project=project, assignment__slot__isnull=False)
    return counted.select_related("assignment__slot").order_by("record_id")[0]


def _delete(project: Any) -> None:
    _execute("DELETE FROM annotator_annotation WHERE id = %s", _some(project).pk)


def _alter(project: Any) -> None:
    _execute(
        "UPDATE annotator_judgement SET corrected_text = corrected_text || '.' WHERE annotation_id = %s",
        _some(project).pk,
    )


def _drop_span(project: Any) -> None:
    _execute("DELETE FROM annotator_span WHERE judgement_id = %s", _some(project).judgements.get().pk)


def _duplicate(project: Any) -> Any:
    """The same judgement under another name, as if somebody else had made it, outside of every place."""
    annotation = _some(project)
    judgement, comparison = annotation.judgements.get(), annotation.comparisons.get()
    spans, missing = list(judgement.spans.all()), list(judgement.missing.all())
    other = project.memberships.exclude(user__assignments__example=annotation.assignment.example_id).order_by("pk")[0]
    assignment = _copy(annotation.assignment, slot=None, user=other.user)
    annotation = _copy(annotation, assignment=assignment, record_id=uuid.uuid4())
    _copy(comparison, annotation=annotation)
    judgement = _copy(judgement, annotation=annotation)
    for mark in [*spans, *missing]:
        _copy(mark, judgement=judgement)
    return assignment


def _over_fill(project: Any) -> None:
    annotation = _some(project)
    for extra in range(project.overlap):
        number = project.overlap + 1 + extra
        slot = _copy(_some(project).assignment.slot, number=number, state="done")
        assignment = _duplicate(project)
        assignment.slot, assignment.example_id = slot, annotation.assignment.example_id
        assignment.save()


def _miscount(project: Any) -> None:
    _execute(
        "UPDATE annotator_membership SET submitted = submitted + 1 WHERE project_id = %s AND user_id = %s",
        project.pk,
        _some(project).assignment.user_id,
    )


def _copy(row: Any, **changes: Any) -> Any:
    row = type(row).objects.get(pk=row.pk)
    row.pk, row._state.adding = None, True
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()
    return row


def _execute(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount > 0, statement


# What is planted, and the problem as which it must be found.
PLANTS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "an annotation deleted": (_delete, "missing"),
    "a correction altered": (_alter, "altered"),
    "a span dropped": (_drop_span, "altered"),
    "an annotation duplicated": (_duplicate, "duplicated"),
    "an annotation nobody sent": (_duplicate, "unknown"),
    "an example over-filled": (_over_fill, "over-filled"),
    "a counter off by one": (_miscount, "counters"),
    "a row that the history does not tell of": (_alter, "history"),
}
