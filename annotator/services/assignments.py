"""Leasing examples to people. Only the database's clock says when a lease has ended.

What a request for work costs is round trips and planning, so the work itself is done by functions of the database
(annotator_next, annotator_hold). Lock order everywhere: the person's membership, then the assignment, then the slot.
"""

from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from django.db import connection, transaction

from annotator.domain.desk import Desk, task_to_json
from annotator.domain.errors import DomainError
from annotator.models import Assignment, AssignmentState, Project, Slot, SlotState, User
from annotator.models.assignments import TRANSACTION
from annotator.selectors.assignments import OPEN_COUNTED, shown_json
from annotator.selectors.guidance import check_step
from annotator.selectors.projects import desk_of
from annotator.selectors.rows import columns_of, row_of, row_read
from annotator.services.acting import acting_as

Json = dict[str, Any]

NEXT = """
SELECT turn.ready, shown.* FROM annotator_next(%s, %s, %s, %s, %s) turn
LEFT JOIN LATERAL annotator_shown((turn.given).id, %s) shown ON true
"""
HOLD = f"SELECT {columns_of(Assignment)} FROM annotator_hold(%s, %s)"


def assignment_next(*, project: Project, user: User, after: int | None = None) -> Json | None:
    """Give the person something to judge: what they hold already, else what they let expire and nobody took,
    else the next open slot by the project's strategy. Returns what the annotate page shows of it (shown_json).

    With `after`, something to go on with: never that assignment, which they may go on holding. So a person holds two at
    most. None if nothing is left for them. Locks the membership, so that one person's requests queue up, and takes
    slots by SKIP LOCKED, so that no two people wait for each other. DomainError of check_step if something else comes
    first.
    """
    desk = desk_of(project)
    task, judged = _task(desk), project.judged_responses if desk.judges else 0
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [project.pk, user.pk, after, task, judged, OPEN_COUNTED])
        row = row_read(cursor)
    if not row["ready"]:
        check_step(project=project, user=user)
    return shown_json(row) if row["id"] else None


def leases_expire(*, project: Project) -> None:
    """Put the slots of the oldest leases that have ended back into the queue, at most 20."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT annotator_leases_expire(%s)", [project.pk])


def assignment_heartbeat(*, assignment: Assignment) -> datetime:
    """Renew the lease; the time until which it now holds.

    DomainError assignment_expired, assignment_released or already_submitted. Locks as assignment_hold.
    """
    held = assignment_hold(assignment=assignment)
    assert held.leased_until is not None
    if held.state == AssignmentState.EXPIRED:
        raise DomainError(
            "assignment_expired",
            f"The lease of assignment {held.pk} ended at {held.leased_until:%Y-%m-%d %H:%M} UTC, and its place is not "
            "to be had again: what is written is kept, but may not count.",
        )
    return held.leased_until


@transaction.atomic
def assignment_release(*, assignment: Assignment, reason: str) -> None:
    """Give the example back; the person will not see it again. A second time changes nothing.

    DomainError already_submitted. Locks the assignment and its slot.
    """
    row = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if row.state == AssignmentState.SUBMITTED:
        raise DomainError("already_submitted", f"Assignment {row.pk} has been submitted; it cannot be given back.")
    acting_as(assignment.user)
    if row.state == AssignmentState.ACTIVE:
        Slot.objects.filter(assignments=row).update(state=SlotState.OPEN, opened_in=TRANSACTION)
    row.state = AssignmentState.RELEASED
    row.release_reason = row.release_reason or reason
    row.save(update_fields=["state", "release_reason"])


def assignment_hold(*, assignment: Assignment, to_submit: bool = False) -> Assignment:
    """Lock the assignment for a write by its person, with its lease renewed or, if it was lost, regained.

    It is still expired if somebody else has the place, or if the person holds two others and is not about `to_submit`:
    what they write is to be kept even so. The first time is when they started.
    DomainError assignment_released or already_submitted.
    Locks the membership, the assignment and, to regain it, a slot, until the end of the caller's transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [assignment.pk, to_submit])
        row = _assignment(cursor.fetchone(), project=assignment.project, user=assignment.user)
    match row.state:
        case AssignmentState.SUBMITTED:
            raise DomainError("already_submitted", f"Assignment {row.pk} has been submitted.")
        case AssignmentState.RELEASED:
            raise DomainError("assignment_released", f"Assignment {row.pk} has been given back.")
    return row


@lru_cache(maxsize=256)
def _task(desk: Desk) -> str:
    """What an assignment keeps of the desk, as JSON."""
    return orjson.dumps(task_to_json(desk)).decode()


def _assignment(values: Any, **related: Any) -> Assignment:
    row = row_of(Assignment, values)
    for name, value in related.items():
        setattr(row, name, value)
    return row
