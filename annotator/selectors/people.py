"""The people of a project, and what is known about how well they judge."""

from typing import Any

from django.db.models import Count

from annotator.domain.scoring import FIGURES
from annotator.models import (
    Assignment,
    AssignmentState,
    GoldKind,
    Membership,
    Project,
    Qualification,
    Standing,
    StandingChange,
)
from annotator.selectors.access import not_found
from annotator.selectors.gold import gold_scores, score
from annotator.selectors.projects import desk_of
from annotator.selectors.quality import report_latest

NO_CHECKS = score(0, 0)


def member_of(*, project: Project, member_id: int) -> Membership:
    """The membership of that number; DomainError not_found."""
    found = Membership.objects.select_related("user").filter(project=project, pk=member_id).first()
    if found is None:
        raise not_found("member", member_id)
    return found


def people_list(*, project: Project) -> dict[str, Any]:
    """Everybody who has judged something or works here, who did most first, and the number of the report (None without
    one) that `reliability` and `weight` are from."""
    members = list(Membership.objects.filter(project=project))
    known = people_known(project=project, members=members)
    people = [row for row in known["people"] if row["annotations"] or row["standing"] != Standing.WORKING]
    people.sort(key=lambda each: (-each["annotations"], each["pseudonym"]))
    return {**known, "people": people}


def people_known(*, project: Project, members: list[Membership]) -> dict[str, Any]:
    """The same of these people, whatever they did."""
    report, pay = report_latest(project), desk_of(project).pay
    figures = report.figures if report else {"reliability": [], "weights": {}}
    reliability: dict[str, list[dict[str, Any]]] = {}
    for row in figures["reliability"]:
        reliability.setdefault(row["annotator"], []).append(row)
    scores, results = gold_scores(project=project), _qualifications(project)
    changes = {row.user_id: row for row in StandingChange.objects.filter(project=project).order_by("pk")}
    imported = _imported(project, [row.user_id for row in members if not row.submitted])
    people = [
        {
            "id": row.pk,
            "pseudonym": row.pseudonym,
            "role": row.role,
            "annotations": row.submitted or imported.get(row.user_id, 0),
            "seconds_each": row.active_seconds / row.submitted if row.submitted and row.active_seconds else None,
            "earned": float(row.earned) if pay else None,
            "gold": scores.get((row.user_id, GoldKind.GOLD), NO_CHECKS),
            "attention": scores.get((row.user_id, GoldKind.ATTENTION), NO_CHECKS),
            "qualification": results.get(row.user_id),
            "reliability": reliability.get(row.pseudonym, []),
            "weight": figures["weights"].get(row.pseudonym),
            "standing": row.standing,
            "reason": changes[row.user_id].reason if row.user_id in changes else "",
        }
        for row in members
    ]
    return {"report": report and report.number, "currency": pay and pay.currency, "people": people}


def _imported(project: Project, users: list[int]) -> dict[int, int]:
    """How much there is of people who handed nothing in here themselves."""
    rows = Assignment.objects.filter(project=project, user__in=users, state=AssignmentState.SUBMITTED)
    return dict(rows.order_by().values_list("user_id").annotate(Count("pk")))


def _qualifications(project: Project) -> dict[int, dict[str, Any]]:
    """How the last sitting of each went, by user."""
    rows = Qualification.objects.filter(project=project).order_by("sitting")
    return {row.user_id: {name: getattr(row, name) for name in (*FIGURES, "passed")} for row in rows}
