"""Annotations: one idempotent transaction from the browser's body to rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now

from annotator.domain.desk import Desk
from annotator.domain.errors import DomainError
from annotator.domain.feedback import Judgement as JudgementData
from annotator.domain.feedback import Passage, comparison_from_json
from annotator.domain.segments import SEGMENTATION_VERSION
from annotator.domain.tasks import check_comparisons, judgements_submitted
from annotator.models import (
    Annotation,
    AnnotationLog,
    Assignment,
    AssignmentState,
    Draft,
    Membership,
    Response,
    Slot,
    SlotState,
    Source,
)
from annotator.selectors.projects import desk_of, taxonomy_of
from annotator.services.annotation_rows import NewAnnotation, annotations_insert, body_sha256
from annotator.services.assignments import assignment_hold

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Submitted:
    """`counted`: it filled one of the example's places. `replayed`: it was here already."""

    annotation_id: UUID
    counted: bool
    replayed: bool


def annotation_submit(
    *,
    assignment: Assignment,
    client_id: UUID,
    judgements: list[Json],
    comparisons: list[Json],
    active_seconds: float | None = None,
    log: Sequence[Json] = (),
) -> Submitted:
    """Store the person's judgement of the example under the id that their client chose, with the log of its making.

    The same id with the same body (the log aside) gives the same answer, however often and at whatever time. If the
    place was lost to somebody else, it is stored as surplus. DomainError idempotency_mismatch for the id with another
    body; assignment_released, already_submitted; judgements_incomplete, text_changed; what domain.checks and
    domain.tasks raise. Locks as assignment_hold.
    """
    body = {"judgements": judgements, "comparisons": comparisons, "active_seconds": active_seconds}
    sha256 = body_sha256(body)
    if earlier := _earlier(assignment, client_id, sha256):
        return earlier
    try:
        return _submit(assignment, client_id, body, sha256, log)
    except (DomainError, IntegrityError):
        # The same request may have come twice at once; the other one has committed by now.
        if earlier := _earlier(assignment, client_id, sha256):
            return earlier
        raise


def _earlier(assignment: Assignment, client_id: UUID, sha256: str) -> Submitted | None:
    found = (
        Annotation.objects.select_related("assignment")
        .filter(project=assignment.project_id, record_id=client_id)
        .first()
    )
    if found is None:
        return None
    if found.assignment_id != assignment.pk or found.body_sha256 != sha256:
        problem = f"{client_id} names an annotation with another body"
        raise DomainError("idempotency_mismatch", f"client_id: {problem}", {"client_id": problem})
    return Submitted(client_id, found.assignment.slot_id is not None, replayed=True)


@transaction.atomic
def _submit(assignment: Assignment, client_id: UUID, body: Json, sha256: str, log: Sequence[Json]) -> Submitted:
    held = assignment_hold(assignment=assignment, to_submit=True)
    responses = list(Response.objects.filter(example=assignment.example_id))
    desk = desk_of(assignment)
    judgements = _judgements(assignment, desk, responses, body["judgements"])
    comparisons = [comparison_from_json(item) for item in body["comparisons"]]
    check_comparisons(comparisons, desk, len(responses))
    annotation = Annotation(
        project=assignment.project,
        assignment=held,
        record_id=client_id,
        body_sha256=sha256,
        source=Source.SIMULATED if assignment.user.is_simulated else Source.HUMAN,
        versions={
            "taxonomy": assignment.taxonomy.version,
            "guideline": held.guideline_version,
            "segmentation": SEGMENTATION_VERSION,
        },
        display_order=held.display_order,
        started_at=held.started_at,
        submitted_at=Now(),
        active_seconds=body["active_seconds"],
    )
    annotations_insert([NewAnnotation(annotation, judgements, comparisons, responses)])
    if log:
        AnnotationLog.objects.create(annotation=annotation, entries=log)
    if held.state == AssignmentState.EXPIRED:
        held.slot = None
    held.state = AssignmentState.SUBMITTED
    held.save(update_fields=["state", "slot"])
    Slot.objects.filter(assignments=held).update(state=SlotState.DONE)
    pay = desk_of(assignment.project).pay
    Membership.objects.filter(project=held.project_id, user=held.user_id).update(
        submitted=F("submitted") + 1,
        active_seconds=F("active_seconds") + (body["active_seconds"] or 0),
        earned=F("earned") + Decimal(str(pay.per_text if pay else 0)),
    )
    Draft.objects.filter(assignment=held).delete()
    return Submitted(client_id, counted=held.slot_id is not None, replayed=False)


def _judgements(
    assignment: Assignment, desk: Desk, responses: Sequence[Response], bodies: list[Json]
) -> list[JudgementData]:
    """The judgements, one for each response that was to be judged, checked against texts, taxonomy and desk."""
    passages = [Passage(passage["title"], tuple(passage["sentences"])) for passage in assignment.example.passages]
    return judgements_submitted(
        bodies,
        judged=[response.index for response in responses[: assignment.judged_responses]],
        texts=[response.text for response in responses],
        passages=passages,
        taxonomy=taxonomy_of(assignment.taxonomy),
        desk=desk,
        corrections=assignment.project.require_corrections,
    )
