"""Drafts: what the browser has so far, kept on the server so that a reload loses nothing."""

from typing import Any

from django.db import transaction

from annotator.domain.errors import DomainError
from annotator.models import Assignment, Draft
from annotator.services.assignments import assignment_hold


class DraftConflict(DomainError):
    """Somebody (another tab, most often) saved in between. Both versions, as {"revision", "body"}."""

    def __init__(self, stored: dict[str, Any], sent: dict[str, Any]) -> None:
        problem = f"is {sent['revision']}, but the draft is at {stored['revision']}"
        super().__init__("draft_conflict", f"revision: {problem}", {"revision": problem})
        self.stored = stored
        self.sent = sent


@transaction.atomic
def draft_save(*, assignment: Assignment, revision: int, body: dict[str, Any]) -> int:
    """Save what follows `revision` (0: nothing saved yet) and renew the lease; the new revision.

    Kept even if the lease was lost to somebody else. The draft that is there already, sent again, is no conflict: its
    answer may have been lost. DomainError draft_conflict (a DraftConflict), assignment_released, already_submitted.
    Locks as assignment_hold.
    """
    assignment_hold(assignment=assignment)
    draft = Draft.objects.filter(assignment=assignment).first()
    if draft is None:
        draft = Draft(assignment=assignment, revision=0, body={})
    if draft.revision == revision + 1 and draft.body == body:
        return draft.revision
    if draft.revision != revision:
        raise DraftConflict(
            {"revision": draft.revision, "body": draft.body}, {"revision": revision, "body": body}
        )
    draft.revision += 1
    draft.body = body
    draft.save()
    return draft.revision
