"""Who is in a project, who is invited to it, and all accounts."""

from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.timezone import now
from django_otp.plugins.otp_totp.models import TOTPDevice

from annotator.models import Invitation, Membership, Project, Role, Standing, User
from annotator.selectors.access import not_found

ACCOUNTS = 200


def member_list(*, project: Project) -> QuerySet[Membership]:
    """Everybody but annotators whose work here has ended, by name."""
    members = Membership.objects.filter(project=project).exclude(role=Role.ANNOTATOR, standing=Standing.ENDED)
    return members.select_related("user").order_by("user__username")


def invitation_list(*, project: Project) -> QuerySet[Invitation]:
    """Those that still let somebody in, the newest first."""
    rows = Invitation.objects.filter(project=project, used_at=None, expires_at__gt=now())
    return rows.select_related("created_by").order_by("-created_at")


def invitation_in(*, project: Project, invitation_id: UUID) -> Invitation:
    """DomainError not_found."""
    found = Invitation.objects.select_related("project").filter(project=project, pk=invitation_id).first()
    if found is None:
        raise not_found("invitation", invitation_id)
    return found


def account_list(*, name: str, after: str) -> QuerySet[User]:
    """Accounts of people who sign in by themselves whose name contains this, by name, from `after` on: ACCOUNTS of
    them."""
    rows = User.objects.filter(username__icontains=name, username__gt=after, identities=None)
    here, live = Q(sessions__expire_date__gt=now()), Q(auth_token_set__expiry__gt=now())
    return rows.annotate(
        sessions_count=Count("sessions", filter=here, distinct=True),
        tokens_count=Count("auth_token_set", filter=live, distinct=True),
        projects_count=Count("memberships", distinct=True),
        second_factor=Exists(TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)),
    ).order_by("username")[:ACCOUNTS]


def account_of(*, account_id: int) -> User:
    """DomainError not_found."""
    found = User.objects.filter(pk=account_id).first()
    if found is None:
        raise not_found("account", account_id)
    return found
