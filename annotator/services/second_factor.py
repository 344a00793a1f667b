"""The second factor: an app that shows a new code every half minute, and codes on paper for when it is lost."""

from django.db import transaction
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from annotator.models import User
from annotator.services.accounts import access_end
from annotator.services.audit import audited
from annotator.services.recovery_codes import recovery_code_use, recovery_codes_make
from annotator.services.sessions import sessions_end

APP_CODE_DIGITS = 6


@transaction.atomic
def second_factor_begin(*, user: User) -> TOTPDevice:
    """A new secret for an app, which counts for nothing until a code of it is confirmed."""
    TOTPDevice.objects.filter(user=user, confirmed=False).delete()
    return TOTPDevice.objects.create(user=user, name="app", confirmed=False)


@transaction.atomic
def second_factor_confirm(*, user: User, code: str, session: str | None) -> tuple[TOTPDevice, list[str]] | None:
    """The app, and the codes to print, which are shown this once; None where it is not a code of the app's.

    Takes the place of an app of before. Whoever else is signed in as this person no longer is, but for the session of
    that key.
    """
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
    if device is None or not _verified(device, code):
        return None
    TOTPDevice.objects.filter(user=user, confirmed=True).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    sessions_end(user=user, but=session)
    audited(actor=user, action="second_factor.set", target=f"user {user.pk}")
    return device, recovery_codes_make(user=user)


@transaction.atomic
def second_factor_check(*, user: User, code: str) -> TOTPDevice | StaticDevice | None:
    """What the code is of; None if it is wrong, was used before, or comes too soon after wrong ones. Codes of either
    kind are told apart by how they look: a wrong one of one kind must not make those of the other kind wait."""
    code = code.replace(" ", "").replace("-", "").lower()
    kind = TOTPDevice if code.isdecimal() and len(code) == APP_CODE_DIGITS else StaticDevice
    device = kind.objects.select_for_update().filter(user=user, confirmed=True).first()
    return device if device is not None and _verified(device, code) else None


@transaction.atomic
def recovery_codes_renew(*, user: User) -> list[str]:
    """New ones in place of the old."""
    audited(actor=user, action="second_factor.codes", target=f"user {user.pk}")
    return recovery_codes_make(user=user)


@transaction.atomic
def second_factor_remove(*, user: User) -> None:
    """The person goes on with a password alone."""
    _remove(user)
    audited(actor=user, action="second_factor.remove", target=f"user {user.pk}")


@transaction.atomic
def second_factor_reset(*, user: User, made_by: User) -> None:
    """For somebody who has lost it: they sign in with a password alone, once more, and set up another. Their sessions
    and tokens end."""
    _remove(user)
    access_end(user)
    audited(actor=made_by, action="second_factor.reset", target=f"user {user.pk}")


def _verified(device: TOTPDevice | StaticDevice, code: str) -> bool:
    allowed, _ = device.verify_is_allowed()
    if not allowed:
        return False
    if isinstance(device, StaticDevice):
        return recovery_code_use(paper=device, code=code)
    return bool(device.verify_token(code))


def _remove(user: User) -> None:
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
