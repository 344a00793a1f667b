"""What became of people's work: who changed what, and when."""

from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from annotator.models import History, Membership, Project
from annotator.selectors.access import not_found

# Of each kind the table, and the columns that the history leaves out.
RECORDED = {
    "slot": ("annotator_slot", ["rank", "opened_in"]),
    "assignment": ("annotator_assignment", ["leased_until"]),
    "annotation": ("annotator_annotation", []),
    "judgement": ("annotator_judgement", []),
    "span": ("annotator_span", []),
    "missing": ("annotator_missingmark", []),
    "comparison": ("annotator_comparison", []),
    "adjudication": ("annotator_adjudication", []),
    "gold": ("annotator_gold", []),
}


def annotation_history(*, project: Project, record_id: UUID) -> list[dict[str, Any]]:
    """Everything that was recorded about an annotation and what hangs on it, oldest first; `by` is the pseudonym of who
    did it, null where no person of the project did. DomainError not_found if the project has no such record."""
    annotation = project.annotations.filter(record_id=record_id).first()
    if annotation is None:
        raise not_found("annotation", record_id)
    told = History.objects.filter(
        Q(kind="annotation", parent_id=annotation.assignment_id, row_id=annotation.pk)
        | Q(kind__in=["judgement", "comparison"], parent_id=annotation.pk)
    )
    judgements = {row.row_id for row in told if row.kind == "judgement"}
    marks = History.objects.filter(kind__in=["span", "missing"], parent_id__in=judgements)
    names = dict(Membership.objects.filter(project=project).values_list("user_id", "pseudonym"))
    return [
        {
            "at": row.at,
            "by": names.get(row.actor) if row.actor else None,
            "transaction": row.transaction,
            "kind": row.kind,
            "operation": row.operation,
            "row": row.row_id,
            "values": row.image,
        }
        for row in sorted([*told, *marks], key=lambda row: row.pk)
    ]


def history_differences() -> dict[str, int]:
    """Of each kind, how many rows are not what the history says: there and not told, told and not there, or other."""
    found = {}
    with connection.cursor() as cursor:
        for kind, (table, unkept) in RECORDED.items():
            cursor.execute(
                f"""
                SELECT count(*) FROM (SELECT id, to_jsonb(t) - %s::text[] AS image FROM {table} t) stored
                FULL JOIN annotator_rebuilt(%s) told ON told.row_id = stored.id
                WHERE stored.image IS DISTINCT FROM told.image
                """,
                [unkept, kind],
            )
            (found[kind],) = cursor.fetchone()
    return found
