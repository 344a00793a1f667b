"""Annotations: one idempotent transaction from the browser's body to rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from django.db import IntegrityError, connection

from annotator.domain.errors import DomainError
from annotator.domain.feedback import Comparison, Judgement, comparison_from_json
from annotator.domain.segments import SEGMENTATION_VERSION
from annotator.domain.tasks import check_comparisons, judgements_submitted
from annotator.models import Annotation, Assignment, Source
from annotator.selectors.sheets import Sheet, access_sheet
from annotator.services.annotation_rows import Marks, body_sha256

Json = dict[str, Any]

SUBMIT = """
SELECT annotator_submit(
    claim => %(claim)s, record => %(record)s, body_sha256 => %(body_sha256)s, source => %(source)s,
    taxonomy => %(taxonomy)s, segmentation => %(segmentation)s, seconds => %(seconds)s, pay => %(pay)s,
    marks => %(marks)s, log => %(log)s
) FROM (SELECT set_config('redpen.actor', %(person)s, true)) acting
"""


@dataclass(frozen=True, slots=True)
class Submitted:
    """`counted`: it filled one of the example's places, or is a check against gold, which must not be told from the
    others. `replayed`: it was here already."""

    annotation_id: UUID
    counted: bool
    replayed: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said about one example."""

    judgements: tuple[Judgement, ...]
    comparisons: tuple[Comparison, ...]


def annotation_submit(*, assignment: Assignment, **body: Any) -> Submitted:
    """As sheet_submit, for those who have the row of the assignment."""
    return sheet_submit(sheet=access_sheet(user_id=assignment.user_id, assignment_id=assignment.pk), **body)


def sheet_submit(
    *,
    sheet: Sheet,
    client_id: UUID | str,
    judgements: list[Json],
    comparisons: list[Json],
    active_seconds: float | None = None,
    log: Sequence[Json] = (),
) -> Submitted:
    """Store the person's judgement of the example under the id that their client chose, with the log of its making.

    The same id with the same body (the log aside) gives the same answer, however often and at whatever time. If the
    place was lost to somebody else, it is stored as surplus. DomainError idempotency_mismatch for the id with another
    body; assignment_released, already_submitted; judgements_incomplete, text_changed; what domain.checks and
    domain.tasks raise. Locks the membership, then the assignment, then the slot.
    """
    record_id = UUID(str(client_id))
    sha256 = body_sha256({"judgements": judgements, "comparisons": comparisons, "active_seconds": active_seconds})
    try:
        values = {
            "person": str(sheet.person_id),
            "claim": sheet.assignment_id,
            "record": record_id,
            "body_sha256": sha256,
            "source": Source.SIMULATED if sheet.simulated else Source.HUMAN,
            "taxonomy": sheet.taxonomy.version,
            "segmentation": SEGMENTATION_VERSION,
            "seconds": active_seconds,
            "pay": sheet.pay,
            "marks": said_to_json(sheet, said_on(sheet, judgements, comparisons)),
            "log": _json("log", log),
        }
        return Submitted(record_id, _store(values) or sheet.gold, replayed=False)
    except (DomainError, IntegrityError):
        # An earlier request may have brought it, or the same one, come twice at once: that has committed by now.
        if earlier := _earlier(sheet, record_id, sha256):
            return earlier
        raise


def said_on(sheet: Sheet, judgements: list[Json], comparisons: list[Json]) -> Said:
    """What was said, checked against the sheet; DomainError as sheet_submit says."""
    said = judgements_submitted(
        judgements,
        judged=range(min(sheet.judged, len(sheet.texts))),
        texts=sheet.texts,
        passages=sheet.passages,
        taxonomy=sheet.taxonomy,
        desk=sheet.desk,
        corrections=sheet.corrections,
    )
    pairs = [comparison_from_json(item) for item in comparisons]
    check_comparisons(pairs, sheet.desk, len(sheet.texts))
    return Said(tuple(said), tuple(pairs))


def said_to_json(sheet: Sheet, said: Said) -> str:
    """As the database takes it."""
    marks = Marks()
    marks.add(sheet.assignment_id, sheet.response_ids, said.judgements, said.comparisons)
    return marks.json()


def _json(field: str, value: Any) -> str:
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError as error:
        problem = "is nested too deeply"
        raise DomainError("invalid_input", f"{field}: {problem}", {field: problem}) from error


def _store(values: Json) -> bool:
    """Whether it fills a place; DomainError for what is in the way of it."""
    with connection.cursor() as cursor:
        cursor.execute(SUBMIT, values)
        (outcome,) = cursor.fetchone()
    match outcome:
        case "known":
            raise _taken(values["record"])
        case "submitted":
            raise DomainError("already_submitted", f"Assignment {values['claim']} has been submitted.")
        case "released":
            raise DomainError("assignment_released", f"Assignment {values['claim']} has been given back.")
    return bool(outcome == "counted")


def _earlier(sheet: Sheet, record_id: UUID, sha256: str) -> Submitted | None:
    found = (
        Annotation.objects.select_related("assignment")
        .filter(project=sheet.project_id, record_id=record_id)
        .first()
    )
    if found is None:
        return None
    if found.assignment_id != sheet.assignment_id or found.body_sha256 != sha256:
        raise _taken(record_id)
    return Submitted(record_id, found.assignment.counts, replayed=True)


def _taken(record_id: UUID) -> DomainError:
    problem = f"{record_id} names an annotation with another body"
    return DomainError("idempotency_mismatch", f"client_id: {problem}", {"client_id": problem})
