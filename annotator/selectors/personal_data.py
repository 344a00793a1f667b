"""Everything that is kept about a person, for that person."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from annotator.domain.feedback import record_to_json
from annotator.models import (
    Agreement,
    Flag,
    LessonAttempt,
    Membership,
    Participation,
    Payment,
    Qualification,
    StandingChange,
    SurveyReply,
    User,
)
from annotator.selectors.records import annotations, record_of, whole

Json = dict[str, Any]

# What is told of each kind of row, beside the annotations.
AGREEMENT = ("document", "version", "body", "created_at")
STUDY = ("study__name", "state", "entered_at", "finished_at", "paused_seconds", "code", "provider_state")
PAYMENT = ("kind", "amount", "currency", "reason", "state", "created_at", "settled_at")
LESSON = ("lesson__part", "lesson__number", "judgements", "tally", "active_seconds", "created_at")
SITTING = ("sitting", "span_f1", "type_accuracy", "missing_f1", "passed", "created_at")


def personal_data(*, user: User) -> Json:
    """{"account", "identities", "projects": [{"name", "role", "pseudonym", …, "annotations": feedback records}]}."""
    memberships = Membership.objects.filter(user=user).select_related("project").order_by("pk")
    return {
        "account": _told(user, ("username", "first_name", "last_name", "email", "date_joined", "last_login")),
        "identities": _rows(user.identities.order_by("pk"), ("provider", "person_id", "session_id", "created_at")),
        "projects": [_of_project(membership) for membership in memberships],
    }


def _of_project(membership: Membership) -> Json:
    project, user = membership.project, membership.user
    mine: Json = {"project": project, "user": user}
    done = whole(annotations(project=project, gold=True).filter(assignment__user=user)).order_by("pk")
    parts = Participation.objects.filter(study__project=project, user=user).order_by("pk")
    lessons = LessonAttempt.objects.filter(lesson__project=project, user=user).order_by("pk")
    payments = Payment.objects.filter(participation__in=parts).order_by("pk")
    flags = Flag.objects.filter(assignment__project=project, assignment__user=user).order_by("pk")
    return {
        **_told(membership, ("role", "pseudonym", "standing", "submitted", "active_seconds", "earned", "created_at")),
        "name": project.name,
        "agreements": _rows(Agreement.objects.filter(**mine).order_by("pk"), AGREEMENT),
        "survey": _rows(SurveyReply.objects.filter(**mine), ("answers", "created_at")),
        "lessons": _rows(lessons, LESSON),
        "qualifications": _rows(Qualification.objects.filter(**mine).order_by("pk"), SITTING),
        "studies": _rows(parts, STUDY),
        "payments": _rows(payments, PAYMENT),
        "standing_changes": _rows(
            StandingChange.objects.filter(**mine).order_by("pk"), ("standing", "reason", "created_at")
        ),
        "reports": _rows(flags, ("assignment__example__external_id", "reason", "note", "created_at")),
        "annotations": [record_to_json(record_of(row, membership.pseudonym)) for row in done],
    }


def _rows(rows: Iterable[Model], paths: tuple[str, ...]) -> list[Json]:
    return [_told(row, paths) for row in rows]


def _told(row: Model, paths: tuple[str, ...]) -> Json:
    told = {}
    for path in paths:
        value: Any = row
        for name in path.split("__"):
            value = getattr(value, name)
        told[path.replace("__", "_")] = value
    return told
