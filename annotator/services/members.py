"""Who is in a project, and as what. Its last admin stays; what people did stays whatever becomes of their place."""

from django.db import IntegrityError, transaction

from annotator.domain.errors import DomainError
from annotator.models import Assignment, Membership, Project, Role, Standing, StandingChange, User
from annotator.selectors.access import not_found
from annotator.services.audit import audited
from annotator.services.crowd import is_crowd
from annotator.services.erasure import texts_give_back
from annotator.services.people import check_not_last_admin


@transaction.atomic
def member_add(*, project: Project, username: str, role: str, made_by: User) -> Membership:
    """Take somebody who has an account into the project, or back into it.

    DomainError invalid_member where there is no such account, or one of the crowd for anything but annotating;
    member_already.
    """
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        problem = f"there is no account {username!r}; send an invitation instead"
        raise DomainError("invalid_member", f"username: {problem}", {"username": problem})
    member = member_let_in(project=project, user=user, role=role)
    detail = {"role": role}
    audited(actor=made_by, action="member.add", project=project, target=f"membership {member.pk}", detail=detail)
    return member


def member_let_in(*, project: Project, user: User, role: str) -> Membership:
    """The person's membership, new or of before its end. Must run in a transaction; DomainError as member_add."""
    _check_role(user, role)
    member = Membership.objects.select_for_update().filter(project=project, user=user).first()
    if member is None:
        try:
            with transaction.atomic():
                return Membership.objects.create(project=project, user=user, role=role)
        except IntegrityError:
            member = Membership.objects.select_for_update().get(project=project, user=user)
    if member.standing != Standing.ENDED:
        problem = f"is a member already, as {member.role}"
        raise DomainError("member_already", f"username: {problem}", {"username": problem})
    StandingChange.objects.create(
        project=project, user=user, standing=Standing.WORKING, reason="Taken in again.", made_by=None
    )
    member.role, member.standing = role, Standing.WORKING
    member.save(update_fields=["role", "standing"])
    return member


@transaction.atomic
def member_role(*, member: Membership, role: str, made_by: User) -> Membership:
    """DomainError last_admin, invalid_member, not_found where they have just gone. Locks the project."""
    member = _locked(member)
    _check_role(member.user, role)
    if role != Role.ADMIN:
        check_not_last_admin(member)
    before, member.role = member.role, role
    member.save(update_fields=["role"])
    target, detail = f"membership {member.pk}", {"from": before, "to": role}
    audited(actor=made_by, action="member.role", project=member.project, target=target, detail=detail)
    return member


@transaction.atomic
def member_remove(*, member: Membership, made_by: User) -> None:
    """Somebody who did nothing here is a stranger again. Whoever did keeps their pseudonym and what they did, as an
    annotator whose work has ended; what they held is open to others. DomainError last_admin, not_found. Locks the
    project."""
    member = _locked(member)
    project, user = member.project, member.user
    check_not_last_admin(member)
    target = f"membership {member.pk}"
    if Assignment.objects.filter(project=project, user=user).exists() or user.participations.filter(
        study__project=project
    ):
        texts_give_back(project=project, user=user, reason="removed")
        if member.standing != Standing.ENDED:
            StandingChange.objects.create(
                project=project, user=user, standing=Standing.ENDED, reason="Removed.", made_by=made_by
            )
        member.role, member.standing = Role.ANNOTATOR, Standing.ENDED
        member.save(update_fields=["role", "standing"])
    else:
        member.delete()
    audited(actor=made_by, action="member.remove", project=project, target=target)


def _locked(member: Membership) -> Membership:
    """As it is by now: of two admins who would take each other's role at once, the second waits for the first."""
    Project.objects.select_for_update(no_key=True).get(pk=member.project_id)
    found = Membership.objects.select_related("project", "user").filter(pk=member.pk).first()
    if found is None:
        raise not_found("member", member.pk)
    return found


def _check_role(user: User, role: str) -> None:
    if role != Role.ANNOTATOR and is_crowd(user):
        problem = f"is {role!r}; somebody who came in by a study can be an annotator"
        raise DomainError("invalid_member", f"role: {problem}", {"role": problem})
