"""Accounts and memberships."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from annotator.domain.errors import DomainError
from annotator.models import Membership, Project, Role, User


def user_create(
    *, username: str, password: str | None, is_staff: bool = False, is_simulated: bool = False
) -> User:
    """A new account; without a password nobody can sign in to it.

    DomainError name_taken, invalid_username or weak_password.
    """
    user = User(username=username, is_staff=is_staff, is_simulated=is_simulated)
    try:
        user.clean_fields(exclude=["password"])
    except ValidationError as error:
        raise DomainError("invalid_username", f"{username!r}: {' '.join(error.messages)}") from error
    if password is not None:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise DomainError("weak_password", " ".join(error.messages)) from error
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise DomainError("name_taken", f"There is a user {username!r} already.") from error
    return user


def membership_set(*, project: Project, user: User, role: str) -> Membership:
    """Take the person into the project, or change the role of a member."""
    membership, _ = Membership.objects.update_or_create(project=project, user=user, defaults={"role": role})
    return membership


def check_not_last_admin(member: Membership) -> None:
    """DomainError last_admin if nobody else could run the project. Whoever asks holds the project, so that of two
    admins who would go at once the second is told."""
    admins = Membership.objects.filter(project=member.project, role=Role.ADMIN, user__is_active=True)
    if member.role == Role.ADMIN and not admins.exclude(pk=member.pk).exists():
        message = f"This is the last admin of project {member.project.slug}; make somebody else one first."
        raise DomainError("last_admin", message)
