"""Leasing examples to people. Only the database's clock says when a lease has ended.

Lock order everywhere: the person's membership, then the assignment, then the slot.
"""

import random
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, F, Func, OuterRef, Value
from django.db.models.functions import Now

from annotator.domain.desk import task_to_json
from annotator.domain.errors import DomainError
from annotator.models import Assignment, AssignmentState, Membership, Project, Response, Slot, SlotState, User
from annotator.selectors.guidance import check_step
from annotator.selectors.projects import desk_of, taxonomy_current

EXPIRED_AT_ONCE = 20
# The one at hand, and the one fetched ahead.
HELD_AT_MOST = 2
NEXT_TICKET = Func(Value("annotator_slot_ticket"), function="nextval")


@transaction.atomic
def assignment_next(*, project: Project, user: User, after: int | None = None) -> Assignment | None:
    """Give the person something to judge: what they hold already, else what they let expire and nobody took,
    else the next open slot, breadth first (every example once, then every example twice, …).

    With `after`, something to go on with: never that assignment, which they may go on holding. So a person holds
    HELD_AT_MOST. None if nothing is left for them. Locks the membership, so that one person's requests queue up, and
    takes slots by SKIP LOCKED, so that no two people wait for each other. DomainError of check_step if something else
    comes first.
    """
    check_step(project=project, user=user)
    membership, now = _locked_membership(project, user)
    mine = Assignment.objects.filter(user=user, project=project).exclude(pk=after or 0).select_for_update()
    # The one begun before the one fetched ahead.
    begun_first = mine.filter(state=AssignmentState.ACTIVE).order_by(F("started_at").asc(nulls_last=True), "pk")
    held = begun_first.first()
    if held:
        held.project = project
        _show_guideline(held)
        _lease(held, now)
        return held
    leases_expire(project=project)
    reopened = Slot.objects.filter(example=OuterRef("example"), state=SlotState.OPEN, number__lte=project.overlap)
    lost = mine.filter(Exists(reopened), state=AssignmentState.EXPIRED).order_by("-leased_until").first()
    if lost:
        lost.project = project
        _show_guideline(lost)
        if reacquire(lost, now):
            return lost
    return _claim(membership, now)


def leases_expire(*, project: Project) -> None:
    """Put the slots of the oldest leases that have ended back into the queue, at most EXPIRED_AT_ONCE."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH late AS (
                SELECT id FROM annotator_assignment
                WHERE project_id = %s AND state = 'active' AND leased_until < now()
                ORDER BY leased_until LIMIT %s FOR UPDATE SKIP LOCKED
            ), expired AS (
                UPDATE annotator_assignment SET state = 'expired' FROM late
                WHERE annotator_assignment.id = late.id RETURNING slot_id
            )
            UPDATE annotator_slot SET state = 'open', ticket = nextval('annotator_slot_ticket')
            FROM expired WHERE annotator_slot.id = expired.slot_id
            """,
            [project.pk, EXPIRED_AT_ONCE],
        )


@transaction.atomic
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
    if row.state == AssignmentState.ACTIVE:
        Slot.objects.filter(assignments=row).update(state=SlotState.OPEN, ticket=NEXT_TICKET)
    row.state = AssignmentState.RELEASED
    row.release_reason = row.release_reason or reason
    row.save(update_fields=["state", "release_reason"])


def assignment_hold(*, assignment: Assignment, to_submit: bool = False) -> Assignment:
    """Lock the assignment for a write by its person, with its lease renewed or, if it was lost, regained.

    It is still expired if somebody else has the place, or if the person holds HELD_AT_MOST others and is not about
    `to_submit`: what they write is to be kept even so. The first time is when they started.
    DomainError assignment_released or already_submitted.
    Must run in a transaction; locks the membership, the assignment and, to regain it, a slot.
    """
    _, now = _locked_membership(assignment.project, assignment.user)
    row = Assignment.objects.select_for_update().get(pk=assignment.pk)
    row.project = assignment.project
    match row.state:
        case AssignmentState.SUBMITTED:
            raise DomainError("already_submitted", f"Assignment {row.pk} has been submitted.")
        case AssignmentState.RELEASED:
            raise DomainError("assignment_released", f"Assignment {row.pk} has been given back.")
    row.started_at = row.started_at or now
    if row.state == AssignmentState.ACTIVE:
        _lease(row, now)
    elif not (to_submit or _has_room(row)) or not reacquire(row, now):
        row.save(update_fields=["started_at"])
    return row


def _has_room(row: Assignment) -> bool:
    others = Assignment.objects.filter(user=row.user_id, project=row.project_id, state=AssignmentState.ACTIVE)
    return others.count() < HELD_AT_MOST


def reacquire(row: Assignment, now: datetime) -> bool:
    """Whether the expired assignment could take an open slot of its example again. The caller holds its lock."""
    slots = Slot.objects.filter(example=row.example_id, state=SlotState.OPEN, number__lte=row.project.overlap)
    slot = slots.order_by("number").select_for_update(skip_locked=True).first()
    if slot is None:
        return False
    Slot.objects.filter(pk=slot.pk).update(state=SlotState.LEASED)
    row.slot = slot
    row.state = AssignmentState.ACTIVE
    _lease(row, now)
    return True


def _locked_membership(project: Project, user: User) -> tuple[Membership, datetime]:
    """The membership, and what time it is by the database."""
    rows = Membership.objects.filter(project=project, user=user).annotate(now=Now())
    membership = rows.select_for_update().get()
    membership.project, membership.user = project, user
    return membership, membership.now


def _show_guideline(row: Assignment) -> None:
    """Its person has agreed to the guideline as it is by now, and goes on under that one."""
    row.guideline_version = row.project.guideline_version


def _lease(row: Assignment, now: datetime) -> None:
    row.leased_until = now + timedelta(minutes=row.project.lease_minutes)
    row.save(update_fields=["slot", "state", "leased_until", "started_at", "guideline_version"])


def _claim(membership: Membership, now: datetime) -> Assignment | None:
    project, user = membership.project, membership.user
    slot = _open_slot(membership)
    if slot is None:
        return None
    Slot.objects.filter(pk=slot.pk).update(state=SlotState.LEASED)
    cursors = _cursors(membership)
    cursors[slot.number - 1] = slot.ticket
    Membership.objects.filter(pk=membership.pk).update(cursors=cursors)
    desk = desk_of(project)
    order = list(range(Response.objects.filter(example=slot.example_id).count()))
    random.shuffle(order)
    return Assignment.objects.create(
        project=project,
        example_id=slot.example_id,
        user=user,
        slot=slot,
        taxonomy=taxonomy_current(project=project),
        guideline_version=project.guideline_version,
        desk=task_to_json(desk),
        judged_responses=project.judged_responses if desk.judges else 0,
        display_order=order,
        leased_until=now + timedelta(minutes=project.lease_minutes),
    )


def _open_slot(membership: Membership) -> Slot | None:
    """First what lies ahead of the person in the queue, one index probe per number. Only when that is used up
    the whole queue, because a claim that was rolled back may have hidden a slot from those who passed it."""
    seen = Assignment.objects.filter(user=membership.user_id, example=OuterRef("example"))
    queue = Slot.objects.filter(~Exists(seen), project=membership.project, state=SlotState.OPEN).order_by("ticket")
    for behind in (_cursors(membership), [0] * membership.project.overlap):
        for number, ticket in enumerate(behind, start=1):
            ahead = queue.filter(number=number, ticket__gt=ticket)
            slot = ahead.select_for_update(skip_locked=True).first()
            if slot:
                return slot
    return None


def _cursors(membership: Membership) -> list[int]:
    overlap = membership.project.overlap
    return [*membership.cursors, *([0] * overlap)][:overlap]
