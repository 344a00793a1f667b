"""People's parts in studies: what each has done of it, and the time it took."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from annotator.models import (
    Assignment,
    AssignmentState,
    LessonAttempt,
    Membership,
    Participation,
    PartState,
    Project,
    Slot,
    SlotState,
    User,
)


@dataclass(frozen=True, slots=True)
class Done:
    """Of one part: how many texts were submitted, the seconds between its beginning and its end (or now) without
    breaks, and those of them in which the person was at work, lessons included."""

    texts: int
    wall_seconds: float
    active_seconds: float


def part_done(part: Participation, member: Membership, following: Participation | None, lessons: float) -> Done:
    """What a part was. The membership's totals run on: what belongs to the part ends where the following one begins."""
    submitted, active = member.submitted, member.active_seconds
    if following:
        submitted, active = following.submitted_before, following.active_before
    end = part.finished_at or timezone.now()
    breaks = part.paused_seconds + ((end - part.paused_at).total_seconds() if part.paused_at else 0)
    return Done(
        texts=max(0, submitted - part.submitted_before),
        wall_seconds=max(0.0, (end - part.entered_at).total_seconds() - breaks),
        active_seconds=max(0.0, active - part.active_before) + lessons,
    )


def parts_done(*, project: Project, users: Iterable[int]) -> dict[int, Done]:
    """What these people's parts in studies of the project were, by the number of the part."""
    people = list(users)
    members = {row.user_id: row for row in Membership.objects.filter(project=project, user__in=people)}
    lessons: dict[int, list[tuple[datetime, float]]] = {}
    attempts = LessonAttempt.objects.filter(lesson__project=project, user__in=people, active_seconds__isnull=False)
    for user, at, seconds in attempts.values_list("user_id", "created_at", "active_seconds"):
        lessons.setdefault(user, []).append((at, seconds or 0.0))
    parts: dict[int, list[Participation]] = {}
    for part in Participation.objects.filter(study__project=project, user__in=people).order_by("pk"):
        parts.setdefault(part.user_id, []).append(part)
    found = {}
    for user, row in parts.items():
        for part, following in zip(row, [*row[1:], None], strict=True):
            learned = sum(
                seconds
                for at, seconds in lessons.get(user, [])
                if part.entered_at <= at and (following is None or at < following.entered_at)
            )
            if user in members:
                found[part.pk] = part_done(part, members[user], following, learned)
    return found


def nothing_left(*, part: Participation, done: int) -> bool:
    """Whether the person has submitted something, and there is no text left that they could be given: others were
    quicker. Whoever has skipped more than they submitted is not meant."""
    project, theirs = part.study.project, Assignment.objects.filter(project=part.study.project, user=part.user)
    if not done or theirs.filter(state=AssignmentState.RELEASED).count() > done:
        return False
    if theirs.filter(state=AssignmentState.ACTIVE).exists():
        return False
    # Places that others hold may come back: those are not left, nor can anybody be asked to wait for them.
    open_to_them = Slot.objects.filter(project=project, state=SlotState.OPEN, number__lte=project.overlap)
    mine = theirs.exclude(state=AssignmentState.EXPIRED).values("example")
    return not open_to_them.exclude(example__in=mine).exists()


def part_newest(*, project: Project, user: User) -> Participation | None:
    """The person's last part in a study of the project, with the study."""
    return Participation.objects.select_related("study").filter(study__project=project, user=user).order_by("pk").last()


def part_detail(*, project: Project, member: Membership) -> dict[str, Any] | None:
    """What the person is told about the study that they are here for; None without one, and once a part is over whose
    person may go on without an end."""
    part = part_newest(project=project, user=member.user)
    if part is None or (part.state != PartState.WORKING and member.text_limit is None):
        return None
    done, study = parts_done(project=project, users=[member.user_id])[part.pk], part.study
    return {
        "name": study.name,
        "state": part.state,
        "texts": study.texts,
        "done": min(done.texts, study.texts),
        "minutes": study.minutes,
        "reward": float(study.reward),
        "currency": study.currency,
        "seconds": done.wall_seconds,
    }
