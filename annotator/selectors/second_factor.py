"""Who has a second factor, and who must."""

from django.conf import settings
from django_otp.plugins.otp_totp.models import TOTPDevice

from annotator.models import Membership, Role, User


def has_second_factor(user: User) -> bool:
    """Whether they have set one up, and are asked for it at every sign-in."""
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def second_factor_waiting(user: User) -> TOTPDevice | None:
    """The app that they are setting up."""
    return TOTPDevice.objects.filter(user=user, confirmed=False).first()


def needs_second_factor(user: User) -> bool:
    """Whether they may run nothing without: admins of any project, and the owners of the site."""
    if not settings.REQUIRE_SECOND_FACTOR:
        return False
    return user.is_staff or Membership.objects.filter(user=user, role=Role.ADMIN).exists()
