"""People who change each other's place at the same moment."""

from functools import partial

import pytest

from annotator.domain.errors import DomainError
from annotator.models import Invitation, Membership, Project, Role, User
from annotator.services.invitations import invitation_accept, invitation_make
from annotator.services.members import member_remove
from annotator.services.people import membership_set
from tests.annotator.factories import make_user
from tests.annotator.services.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_admins_who_take_each_other_out_leave_one(project: Project, owner: User, admin: User) -> None:
    def remove(member: Membership, made_by: User) -> str:
        try:
            member_remove(member=member, made_by=made_by)
        except DomainError as error:
            return error.code
        return "removed"

    for _ in range(5):
        Membership.objects.filter(project=project).delete()
        first, second = (membership_set(project=project, user=user, role=Role.ADMIN) for user in (owner, admin))
        codes = at_once([partial(remove, second, owner), partial(remove, first, admin)])
        assert sorted(codes) == ["last_admin", "removed"]
        assert project.memberships.filter(role=Role.ADMIN).count() == 1


def test_of_many_who_open_one_invitation_one_gets_in(project: Project, admin: User) -> None:
    invitation, _ = invitation_make(project=project, role=Role.ANNOTATOR, days=1, made_by=admin)
    people = [make_user(f"p{number}") for number in range(8)]

    def accept(user: User) -> str:
        try:
            invitation_accept(invitation=Invitation.objects.get(pk=invitation.pk), user=user)
        except DomainError as error:
            return error.code
        return "in"

    codes = at_once([partial(accept, user) for user in people])
    assert sorted(codes) == ["in"] + ["invitation_used"] * 7
    assert project.memberships.filter(user__in=people).count() == 1
