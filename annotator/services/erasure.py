"""A person's data goes: what they did, where they take it back; and who they are, where they want to be forgotten.

After `work_withdraw` nothing that the person marked, wrote or answered is left in the project; after `person_erase`
what they did is left under a pseudonym that leads to nobody. Frozen datasets are revised (services.revisions), and what
is only ever added to elsewhere (history, reports) gives way within these transactions alone: annotator_erasing says so.
"""

import re
import secrets
from datetime import datetime
from functools import partial
from typing import Any

from axes.models import AccessAttempt
from django.db import connection, transaction
from django.db.models import CASCADE, QuerySet

from annotator.domain.errors import DomainError
from annotator.models import (
    Annotation,
    Assignment,
    AssignmentState,
    Draft,
    Flag,
    LessonAttempt,
    Membership,
    Participation,
    PartState,
    Payment,
    Project,
    Qualification,
    QualityReport,
    Slot,
    SlotState,
    Standing,
    StandingChange,
    SurveyReply,
    User,
)
from annotator.models.assignments import TRANSACTION
from annotator.models.people import new_pseudonym
from annotator.services.audit import audited
from annotator.services.datasets import project_locked
from annotator.services.people import check_not_last_admin
from annotator.services.revisions import datasets_revise
from annotator.services.sessions import sessions_end
from annotator.services.standing import standing_change

Json = dict[str, Any]

# What the history tells of annotations that are gone: theirs, and of what hung on them.
FORGET = """
DELETE FROM annotator_history WHERE (kind = 'annotation' AND row_id = ANY(%(annotations)s))
    OR (kind IN ('judgement', 'comparison') AND parent_id = ANY(%(annotations)s))
    OR (kind IN ('span', 'missing') AND parent_id = ANY(%(judgements)s))
"""


@transaction.atomic
def work_withdraw(*, membership: Membership, made_by: User | None) -> int:
    """Take back all that the person did in the project; how many annotations that was.

    Their texts are open to others again, datasets that held their annotations are revised, and their work here has
    ended. That they agreed to take part, and what they were paid for, stays. made_by: None for the person themselves.
    Locks the project against freezing, then the membership.
    """
    project, user, now = _begin(membership)
    annotations = Annotation.objects.filter(project=project, assignment__user=user)
    records = {str(each) for each in annotations.values_list("record_id", flat=True)}
    datasets_revise(project=project, revise=partial(_left, records), made_by=made_by)
    keys = list(annotations.values_list("pk", flat=True))
    judgements = list(annotations.filter(judgements__isnull=False).values_list("judgements__pk", flat=True))
    annotations.delete()
    with connection.cursor() as cursor:
        cursor.execute(FORGET, {"annotations": keys, "judgements": judgements})
    texts_give_back(project=project, user=user, reason="withdrawn")
    theirs = Assignment.objects.filter(project=project, user=user)
    Flag.objects.filter(assignment__in=theirs).delete()
    for model in (LessonAttempt, Qualification, SurveyReply):
        path = "lesson__project" if model is LessonAttempt else "project"
        model._default_manager.filter(**{path: project}, user=user).delete()
    _end(membership, "Took back what they had done.", made_by, now)
    target, detail = f"membership {membership.pk}", {"annotations": len(keys)}
    audited(actor=made_by, action="person.withdraw", project=project, target=target, detail=detail)
    return len(keys)


@transaction.atomic
def person_erase(*, user: User, made_by: User | None) -> None:
    """Cut every link between the person and what they did: name, e-mail, ids of platforms, tokens, sessions, what they
    said about themselves; and give them another pseudonym wherever the old one stood, frozen datasets included.

    made_by: None for the person themselves. DomainError last_admin where nobody else could run a project of theirs, or
    the site. Locks as work_withdraw, project by project.
    """
    _check_not_last_owner(user)
    memberships = list(Membership.objects.filter(user=user).select_related("project", "user").order_by("project_id"))
    said = [identity for row in user.identities.all() for identity in (row.person_id, row.session_id)]
    said += [user.username, user.email]
    for membership in memberships:
        project, _, now = _begin(membership)
        check_not_last_admin(membership)
        old, new = membership.pseudonym, new_pseudonym()
        datasets_revise(project=project, revise=partial(_renamed, old, new), made_by=made_by)
        for report in QualityReport.objects.filter(project=project, figures__icontains=old):
            report.figures = _told(report.figures, old, new)
            report.save(update_fields=["figures"])
        texts_give_back(project=project, user=user, reason="erased")
        _end(membership, "Was erased.", made_by, now)
        for change in StandingChange.objects.filter(project=project, user=user):
            change.reason = _without(change.reason, {old, *said})
            change.save(update_fields=["reason"])
        for payment in Payment.objects.filter(participation__user=user, participation__study__project=project):
            payment.reason, payment.problem = (
                _without(text, {old, *said}) for text in (payment.reason, payment.problem)
            )
            payment.save(update_fields=["reason", "problem"])
        Membership.objects.filter(pk=membership.pk).update(pseudonym=new)
    SurveyReply.objects.filter(user=user).delete()
    _personal_rows_delete(user)
    sessions_end(user=user)
    AccessAttempt.objects.filter(username=user.username).delete()
    user.username, user.password = f"erased-{secrets.token_hex(8)}", "!"
    user.first_name = user.last_name = user.email = ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.save()
    for membership in memberships:
        target = f"membership {membership.pk}"
        audited(actor=made_by, action="person.erase", project=membership.project, target=target)


def texts_give_back(*, project: Project, user: User, reason: str) -> None:
    """Nothing of the project is the person's any more: what they hold or have submitted is open to others.

    Of what they have submitted only where the annotation is gone. Must run in a transaction.
    """
    theirs = Assignment.objects.filter(project=project, user=user, annotation__isnull=True)
    held = theirs.exclude(state=AssignmentState.RELEASED).order_by("pk").select_for_update(of=("self",))
    rows = list(held)
    # Of a lease that has ended the place is somebody else's by now, or open.
    slots = [row.slot_id for row in rows if row.slot_id is not None and row.state != AssignmentState.EXPIRED]
    keys = [row.pk for row in rows]
    Draft.objects.filter(assignment__in=keys).delete()
    Assignment.objects.filter(pk__in=keys).update(
        state=AssignmentState.RELEASED, slot=None, leased_until=None, release_reason=reason
    )
    Slot.objects.filter(pk__in=slots).update(state=SlotState.OPEN, opened_in=TRANSACTION)


def _begin(membership: Membership) -> tuple[Project, User, datetime]:
    # A part is locked before its membership, as everywhere.
    list(_parts(membership).select_for_update(of=("self",)))
    now = project_locked(membership.project)
    Membership.objects.select_for_update().get(pk=membership.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('redpen.erasing', 'on', true)")
    return membership.project, membership.user, now


def _end(membership: Membership, reason: str, made_by: User | None, now: datetime) -> None:
    if membership.standing != Standing.ENDED:
        standing_change(
            project=membership.project, user=membership.user, standing=Standing.ENDED, reason=reason, made_by=made_by
        )
    Membership.objects.filter(pk=membership.pk).update(withdrawn_at=now)
    _parts(membership).update(state=PartState.WITHDRAWN, finished_at=now, paused_at=None)


def _parts(membership: Membership) -> QuerySet[Participation]:
    """What the person is in the middle of, and holds a place by."""
    parts = Participation.objects.filter(user=membership.user, study__project=membership.project)
    return parts.filter(state=PartState.WORKING)


def _check_not_last_owner(user: User) -> None:
    others = User.objects.filter(is_active=True, is_staff=True).exclude(pk=user.pk)
    if user.is_staff and not others.exists():
        raise DomainError("last_admin", "This is the last owner of the site; make somebody else one first.")


def _personal_rows_delete(user: User) -> None:
    """Whatever would go with the account is about the person alone; what is to outlive them is protected."""
    for relation in User._meta.related_objects:
        if relation.on_delete is CASCADE:
            relation.related_model._default_manager.filter(**{relation.field.name: user}).delete()


def _left(gone: set[str], record: Json) -> Json | None:
    """The frozen record, unless it is one of those annotations, or made of one."""
    made_of = {record["record_id"], *record["raw"].get("adjudication", {}).get("records", ())}
    return record if made_of.isdisjoint(gone) else None


def _renamed(old: str, new: str, record: Json) -> Json:
    if record["annotator"]["pseudonym"] != old:
        return record
    return {**record, "annotator": {**record["annotator"], "pseudonym": new}}


def _told(value: Any, old: str, new: str) -> Any:
    """The same plain data with `new` wherever it names `old`."""
    if isinstance(value, dict):
        return {_told(key, old, new): _told(each, old, new) for key, each in value.items()}
    if isinstance(value, list):
        return [_told(each, old, new) for each in value]
    return new if value == old else value


def _without(text: str, names: set[str]) -> str:
    for name in sorted(names - {""}, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "…", text)
    return text
