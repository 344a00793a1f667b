"""A project at a glance: how far it is, when it will be done, what was found, who works on it, and what it costs.

Everything comes from tallies, so that it costs as much at a million annotations as at a thousand.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone

from annotator.domain.pace import eta
from annotator.models import Assignment, AssignmentState, Membership, Project, QualityReport
from annotator.selectors.projects import desk_of, types_named
from annotator.selectors.tallies import counted_by_hour, coverage, marks_by_person, marks_by_type, work_by_person

Json = dict[str, Any]

# A project that began less than so long ago is shown by the hour.
YOUNG = timedelta(days=3)


def dashboard(*, project: Project) -> Json:
    """Progress, pace with its expected end, coverage, marks by type, people and cost, as of now."""
    now = timezone.now()
    covered = coverage(project=project)
    marks, people = marks_by_type(project=project), _people(project)
    progress = _progress(project, covered, people, now)
    return {
        "made_at": now,
        "report": QualityReport.objects.filter(project=project).aggregate(newest=Max("number"))["newest"],
        "progress": progress,
        "pace": _pace(counted_by_hour(project=project), progress, now),
        "coverage": _coverage(covered, project.overlap),
        "types": [{**kind, "marks": marks[kind["key"]]} for kind in types_named(project=project)],
        "people": people,
        "cost": _cost(project, progress, people),
    }


def _progress(project: Project, covered: dict[tuple[int, int], int], people: list[Json], now: datetime) -> Json:
    leased = Assignment.objects.filter(
        project=project, state=AssignmentState.ACTIVE, slot__isnull=False, leased_until__gt=now
    )
    return {
        "examples": sum(covered.values()),
        "complete": sum(examples for (slots, done), examples in covered.items() if done == slots),
        "wanted": sum(slots * examples for (slots, _), examples in covered.items()),
        "done": sum(done * examples for (_, done), examples in covered.items()),
        "leased": leased.count(),
        "annotations": sum(person["annotations"] for person in people),
        "uncounted": sum(person["annotations"] - person["counted"] for person in people),
        "annotators": len(people),
    }


def _pace(hours: list[tuple[datetime, int]], progress: Json, now: datetime) -> Json:
    """Judgements that count by hour or by day, idle ones left out; the expected end goes by those that are over."""
    hourly = not hours or now - hours[0][0] < YOUNG
    step = timedelta(hours=1) if hourly else timedelta(days=1)
    counts: Counter[datetime] = Counter()
    for hour, count in hours:
        counts[hour if hourly else _day(hour)] += count
    current = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) if hourly else _day(now)
    first = min(counts, default=current)
    over = [counts[first + number * step] for number in range(int((current - first) / step))]
    expected = eta(over, left=progress["wanted"] - progress["done"], wanted=progress["wanted"])
    return {
        "unit": "hour" if hourly else "day",
        "points": [{"start": start, "judgements": count} for start, count in sorted(counts.items())],
        "expected_at": _after(now, expected.periods, step),
        "earliest_at": _after(now, expected.low, step),
        "latest_at": _after(now, expected.high, step),
        "reason": expected.reason,
    }


def _day(time: datetime) -> datetime:
    return time.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _after(now: datetime, periods: float | None, step: timedelta) -> datetime | None:
    """None too where it is so far that no calendar holds it."""
    try:
        return None if periods is None else now + periods * step
    except OverflowError:
        return None


def _coverage(covered: dict[tuple[int, int], int], overlap: int) -> list[Json]:
    """How many examples have 0, 1, …, n judgements that count."""
    examples: Counter[int] = Counter()
    for (_, done), count in covered.items():
        examples[done] += count
    most = max(overlap, *examples, 0)
    return [{"judgements": done, "examples": examples[done]} for done in range(most + 1)] if covered else []


def _people(project: Project) -> list[Json]:
    """Everybody who judged something, by pseudonym."""
    found = marks_by_person(project=project)
    work = work_by_person(project=project)
    members = Membership.objects.filter(project=project, user__in=work).order_by("pseudonym")
    return [
        {
            "pseudonym": member.pseudonym,
            "annotations": mine["annotations"],
            "counted": mine["counted"],
            "marks": found[member.user_id],
            "active_seconds": mine["milliseconds"] / 1000,
            "timed": mine["timed"],
            "seconds_each": mine["milliseconds"] / 1000 / mine["timed"] if mine["timed"] else None,
            "earned": float(member.earned),
            "first_at": mine["first"],
            "last_at": mine["last"],
        }
        for member in members
        for mine in [work[member.user_id]]
    ]


def _cost(project: Project, progress: Json, people: list[Json]) -> Json:
    """What was earned, and what it will be when all that is wanted is done at today's price; null without a price.
    Time, of the annotations that tell theirs."""
    pay = desk_of(project).pay
    earned = sum(person["earned"] for person in people)
    seconds, timed = sum(person["active_seconds"] for person in people), sum(person["timed"] for person in people)
    left = progress["wanted"] - progress["done"]
    each = seconds / timed if timed else None
    return {
        "currency": pay.currency if pay else None,
        "per_text": pay.per_text if pay else None,
        "earned": earned if pay else None,
        "projected": earned + left * pay.per_text if pay else None,
        "active_seconds": seconds,
        "timed": timed,
        "seconds_each": each,
        "seconds_projected": None if each is None else seconds + left * each,
        "hourly": earned / seconds * 3600 if pay and seconds else None,
    }
