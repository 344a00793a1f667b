"""One person of a project, by their pseudonym: what they did when, how well, in which studies, and what they got."""

from typing import Any

from django.db.models import F, Sum
from django.db.models.functions import TruncDate

from annotator.domain.scoring import FIGURES
from annotator.models import (
    GoldCheck,
    Membership,
    Participation,
    Payment,
    Project,
    Qualification,
    StandingChange,
    SurveyReply,
    WorkTally,
)
from annotator.selectors.parts import parts_done
from annotator.selectors.people import people_known

Json = dict[str, Any]

# Of the newest so many are told.
CHECKS_TOLD = 500


def person_detail(*, project: Project, member: Membership) -> Json:
    """What researchers see of a person; nothing of it says who they are outside of the project."""
    known = people_known(project=project, members=[member])
    return {
        **known["people"][0],
        "report": known["report"],
        "currency": known["currency"],
        "since": member.created_at,
        "text_limit": member.text_limit,
        "work": _work(project, member),
        "checks": _checks(project, member),
        "changes": _changes(project, member),
        "sittings": _sittings(project, member),
        "studies": _studies(project, member),
        "survey": SurveyReply.objects.filter(project=project, user=member.user).values("answers", "created_at").first(),
    }


def _work(project: Project, member: Membership) -> list[Json]:
    """By day (UTC): how many annotations came in, and the seconds of those that tell theirs."""
    rows = WorkTally.objects.filter(project=project, user=member.user).annotate(date=TruncDate("hour")).values("date")
    sums = rows.annotate(count=Sum("annotations"), timed=Sum("timed"), spent=Sum("milliseconds"))
    return [
        {"date": row["date"], "annotations": row["count"], "timed": row["timed"], "seconds": row["spent"] / 1000}
        for row in sums.order_by("date")
        if row["count"]
    ]


def _checks(project: Project, member: Membership) -> list[Json]:
    """Against gold, the oldest first."""
    rows = GoldCheck.objects.filter(project=project, user=member.user).order_by("-pk")
    told = rows.values("kind", "right", at=F("annotation__created_at"), example=F("annotation__assignment__example_id"))
    return [{**row} for row in told[:CHECKS_TOLD]][::-1]


def _changes(project: Project, member: Membership) -> list[Json]:
    """Of standing, the newest first; `by` is null where the gold rule did it."""
    rows = StandingChange.objects.filter(project=project, user=member.user).order_by("-pk")
    return [{**row} for row in rows.values("standing", "reason", at=F("created_at"), by=F("made_by__username"))]


def _sittings(project: Project, member: Membership) -> list[Json]:
    rows = Qualification.objects.filter(project=project, user=member.user).order_by("sitting")
    return list(rows.values("sitting", "passed", *FIGURES, at=F("created_at")))


def _studies(project: Project, member: Membership) -> list[Json]:
    """The person's parts in studies, the newest first, with their payments."""
    parts = Participation.objects.filter(study__project=project, user=member.user).select_related("study")
    done = parts_done(project=project, users=[member.user_id])
    payments: dict[int, list[Json]] = {}
    for row in Payment.objects.filter(participation__in=parts).order_by("pk"):
        payments.setdefault(row.participation_id, []).append(
            {
                "id": row.pk,
                "kind": row.kind,
                "amount": row.amount,
                "state": row.state,
                "reason": row.reason,
                "at": row.settled_at or row.created_at,
            }
        )
    return [
        {
            "id": part.study_id,
            "name": part.study.name,
            "state": part.state,
            "entered_at": part.entered_at,
            "finished_at": part.finished_at,
            "texts": part.study.texts,
            "done": done[part.pk].texts,
            "wall_seconds": done[part.pk].wall_seconds,
            "active_seconds": done[part.pk].active_seconds,
            "currency": part.study.currency,
            "payments": payments.get(part.pk, []),
        }
        for part in parts.order_by("-pk")
    ]
