"""Annotations: one idempotent transaction from the browser's body to rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now

from annotator.domain.checks import check_judgement, check_marks
from annotator.domain.errors import DomainError
from annotator.domain.feedback import Judgement as JudgementData
from annotator.domain.feedback import Passage, judgement_from_json
from annotator.domain.segments import SEGMENTATION_VERSION
from annotator.models import (
    Annotation,
    Assignment,
    AssignmentState,
    Draft,
    Membership,
    Project,
    Response,
    Slot,
    SlotState,
    Source,
)
from annotator.selectors.projects import taxonomy_of
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
) -> Submitted:
    """Store the person's judgement of the example under the id that their client chose.

    The same id with the same body gives the same answer, however often and at whatever time. DomainError
    idempotency_mismatch for the id with another body; assignment_expired, assignment_released, already_submitted;
    what domain.checks raises for marks; judgements_incomplete, text_changed, correction_unchanged,
    correction_without_marks, correction_required, invalid_comparison. Locks as assignment_hold.
    """
    body = {"judgements": judgements, "comparisons": comparisons, "active_seconds": active_seconds}
    sha256 = body_sha256(body)
    if earlier := _earlier(assignment, client_id, sha256):
        return earlier
    try:
        return _submit(assignment, client_id, body, sha256)
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
def _submit(assignment: Assignment, client_id: UUID, body: Json, sha256: str) -> Submitted:
    held = assignment_hold(assignment=assignment)
    responses = list(Response.objects.filter(example=assignment.example_id))
    parsed = _checked(assignment, responses, body["judgements"])
    _check_comparisons(body["comparisons"], len(responses))
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
    pairs = [(item["first"], item["second"], item["preferred"]) for item in body["comparisons"]]
    annotations_insert([NewAnnotation(annotation, parsed, pairs, responses)])
    held.state = AssignmentState.SUBMITTED
    held.save(update_fields=["state"])
    Slot.objects.filter(assignments=held).update(state=SlotState.DONE)
    Membership.objects.filter(project=held.project_id, user=held.user_id).update(submitted=F("submitted") + 1)
    Draft.objects.filter(assignment=held).delete()
    return Submitted(client_id, counted=True, replayed=False)


def _checked(assignment: Assignment, responses: Sequence[Response], bodies: list[Json]) -> list[JudgementData]:
    """The judgements, one for each response that was to be judged, checked against texts and taxonomy."""
    wanted = [response.index for response in responses[: assignment.judged_responses]]
    told = [body["response"] for body in bodies]
    if sorted(told) != wanted:
        problem = f"are about the responses {told}; asked for are {wanted}, each once"
        raise DomainError("judgements_incomplete", f"judgements: {problem}", {"judgements": problem})
    taxonomy = taxonomy_of(assignment.taxonomy)
    passages = [Passage(passage["title"], tuple(passage["sentences"])) for passage in assignment.example.passages]
    texts = [response.text for response in responses]
    judgements = []
    for index, body in enumerate(bodies):
        path = f"judgements.{index}"
        response = responses[body["response"]]
        if body["text_sha256"] != response.sha256:
            problem = f"is {body['text_sha256']}, but response {response.index} is {response.sha256}"
            raise _wrong("text_changed", f"{path}.text_sha256", problem)
        judgement = judgement_from_json(body)
        check_judgement(judgement, texts, passages, path)
        check_marks(judgement, taxonomy, path)
        _check_correction(judgement, response.text, assignment.project, path)
        judgements.append(judgement)
    return judgements


def _check_correction(judgement: JudgementData, text: str, project: Project, path: str) -> None:
    """Marks and a corrected text that differs go together; only the project says whether marks need one."""
    corrected, marked = judgement.corrected_text, bool(judgement.spans or judgement.missing)
    path = f"{path}.corrected_text"
    if corrected is None:
        if marked and project.require_corrections:
            raise _wrong("correction_required", path, "is missing; this project asks for one where errors are marked")
    elif not marked:
        raise _wrong("correction_without_marks", path, "is given, but no error is marked that it would correct")
    elif corrected == text:
        raise _wrong("correction_unchanged", path, "is the response as it was, although errors are marked in it")


def _check_comparisons(comparisons: Sequence[Json], count: int) -> None:
    """DomainError invalid_comparison unless each compares two of `count` responses, and no pair comes twice."""
    seen: set[frozenset[int]] = set()
    for index, item in enumerate(comparisons):
        pair = frozenset({item["first"], item["second"]})
        if len(pair) < 2 or max(pair) >= count:
            problem = f"{item['first']} and {item['second']} are not two of {count} responses"
            raise _wrong("invalid_comparison", f"comparisons.{index}", problem)
        if pair in seen:
            raise _wrong("invalid_comparison", f"comparisons.{index}", f"compares {sorted(pair)} a second time")
        seen.add(pair)


def _wrong(code: str, path: str, problem: str) -> DomainError:
    return DomainError(code, f"{path}: {problem}", {path: problem})
