"""Links by which somebody becomes a member, once."""

from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.db.models.functions import Now
from django.utils.timezone import now

from annotator.domain.errors import DomainError
from annotator.models import Invitation, Membership, Project, User
from annotator.services.audit import audited
from annotator.services.members import member_let_in

SALT = "redpen.invitation"
LONGEST_TOKEN = 500


@transaction.atomic
def invitation_make(*, project: Project, role: str, days: int, made_by: User) -> tuple[Invitation, str]:
    """The invitation, and what stands in its link, which is shown this once."""
    row = Invitation.objects.create(
        project=project, role=role, created_by=made_by, expires_at=now() + timedelta(days=days)
    )
    detail = {"role": role, "days": days}
    audited(actor=made_by, action="invitation.make", project=project, target=f"invitation {row.pk}", detail=detail)
    return row, signing.dumps([row.pk.hex, project.pk, role], salt=SALT)


@transaction.atomic
def invitation_revoke(*, invitation: Invitation, made_by: User) -> None:
    """Nobody gets in by it any more; whoever is in stays."""
    Invitation.objects.filter(pk=invitation.pk, used_at=None, expires_at__gt=Now()).update(expires_at=Now())
    target = f"invitation {invitation.pk}"
    audited(actor=made_by, action="invitation.revoke", project=invitation.project, target=target)


def invitation_of(token: str) -> Invitation:
    """What was signed, used up or not. DomainError invitation_unknown."""
    unknown = DomainError("invitation_unknown", "This is no invitation of ours; perhaps a part of its link is missing.")
    if len(token) > LONGEST_TOKEN:
        raise unknown
    try:
        key, project, role = signing.loads(token, salt=SALT)
        found = Invitation.objects.select_related("project").filter(pk=UUID(key), project_id=project, role=role)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise unknown from error
    row = found.first()
    if row is None:
        raise unknown
    return row


@transaction.atomic
def invitation_accept(*, invitation: Invitation, user: User) -> Membership:
    """The person becomes a member, and the link is used up; of however many that try at once, one.

    DomainError invitation_used, invitation_expired; of member_let_in; work_ended for whom an admin has shut out.
    """
    project = invitation.project
    taken = Invitation.objects.filter(pk=invitation.pk, used_at=None, expires_at__gt=Now())
    if not taken.update(used_at=Now(), used_by=user):
        invitation.refresh_from_db(fields=["used_at", "expires_at"])
        check_open(invitation)
    if Membership.objects.filter(project=project, user=user, standing="ended").exists():
        raise DomainError("work_ended", "Your work on this project has been ended; its admins can take you in again.")
    member = member_let_in(project=project, user=user, role=invitation.role)
    detail = {"invitation": str(invitation.pk), "role": invitation.role}
    audited(actor=None, action="member.join", project=project, target=f"membership {member.pk}", detail=detail)
    return member


def check_open(invitation: Invitation) -> None:
    """DomainError invitation_used or invitation_expired."""
    if invitation.used_at:
        raise DomainError("invitation_used", "This invitation has been used; each lets one person in.")
    if not invitation.open:
        raise DomainError("invitation_expired", "This invitation does not hold any more. Ask for another one.")
