"""What a person has submitted, as they may read it and correct it."""

from typing import Any

from annotator.domain.feedback import to_json
from annotator.models import Annotation
from annotator.selectors.access import not_found
from annotator.selectors.records import iso_time, record_of, whole


def submitted_detail(*, user_id: int, assignment_id: int) -> dict[str, Any]:
    """The annotation that the person's own assignment ended in, with its version.

    DomainError not_found for anyone else's, and where nothing has been submitted.
    """
    theirs = Annotation.objects.filter(assignment=assignment_id, assignment__user=user_id)
    row = whole(theirs.filter(project__memberships__user=user_id)).first()
    if row is None:
        raise not_found("annotation of assignment", assignment_id)
    record = record_of(row, "")
    return {
        "annotation_id": row.record_id,
        "version": row.version,
        "counted": row.assignment.counts,
        "judgements": to_json(record.judgements),
        "comparisons": to_json(record.comparisons),
        "active_seconds": row.active_seconds,
        "submitted_at": iso_time(row.submitted_at),
    }
