"""What an annotator is shown."""

from typing import Any

from annotator.domain.desk import task_to_json
from annotator.domain.segments import Density, SegmentationRule, segments
from annotator.domain.spans import text_sha256
from annotator.domain.taxonomy import taxonomy_to_json
from annotator.models import Assignment, Draft, Membership, Response
from annotator.selectors.projects import desk_of, earned, open_slots_counted, taxonomy_of


def assignment_detail(*, assignment: Assignment) -> dict[str, Any]:
    """Everything the annotate page needs: example, responses with their segments, which of them to judge,
    what is asked, taxonomy, guideline, the draft if there is one, and how much is left."""
    project, example = assignment.project, assignment.example
    taxonomy, desk = taxonomy_of(assignment.taxonomy), desk_of(assignment)
    responses = list(Response.objects.filter(example=example))
    draft = Draft.objects.filter(assignment=assignment).first()
    mine = Membership.objects.get(project=project, user=assignment.user_id)
    return {
        "id": assignment.pk,
        "project": {"id": project.pk, "slug": project.slug, "name": project.name},
        "state": assignment.state,
        "leased_until": assignment.leased_until,
        "example": {
            "id": example.external_id,
            "question": example.question,
            "passages": example.passages,
            "reference": example.reference,
            "responses": [
                shown_response(response.index, response.text, taxonomy.segmentation) for response in responses
            ],
            "judged": [response.index for response in responses[: assignment.judged_responses]],
        },
        "require_corrections": project.require_corrections and "correction" in desk.asks,
        "desk": task_to_json(desk),
        "taxonomy": taxonomy_to_json(taxonomy),
        "guideline": {"version": assignment.guideline_version, "body": project.guideline},
        "draft": {"revision": draft.revision, "body": draft.body} if draft else None,
        "display_order": assignment.display_order,
        "progress": {
            "submitted": mine.submitted,
            "open": open_slots_counted(project=project),
            "active_seconds": mine.active_seconds,
            "earned": earned(project=project, membership=mine),
        },
    }


def shown_response(index: int, text: str, rule: SegmentationRule) -> dict[str, Any]:
    """A response with its segments, as the annotate page takes it."""
    return {
        "index": index,
        "text": text,
        "sha256": text_sha256(text),
        "length": len(text),
        "segments": {
            density.value: [[span.start, span.end] for span in segments(text, density, rule)]
            for density in (Density.SUB_SENTENCE, Density.SENTENCE)
        },
    }
