"""Changing a password, and forgetting what was noted of wrong ones."""

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.db import transaction
from django.utils.timezone import now
from knox.models import AuthToken

from annotator.models import Session, User
from annotator.services.audit import audited
from annotator.services.sessions import sessions_end


@transaction.atomic
def password_change(*, user: User, password: str, session: str | None, tokens: bool) -> None:
    """A new password, which was checked. Whoever else is signed in as this person no longer is, but for the session of
    that key; with `tokens` those of their programs end too."""
    user.set_password(password)
    user.save(update_fields=["password"])
    sessions_end(user=user, but=session)
    if tokens:
        AuthToken.objects.filter(user=user).delete()
    audited(actor=user, action="password.change", target=f"user {user.pk}")


def sign_ins_forget() -> None:
    """Delete sessions and tokens that have ended, and the notes on failed sign-ins that lock nobody out any more."""
    pause = get_cool_off()
    assert pause is not None
    Session.objects.filter(expire_date__lt=now()).delete()
    AuthToken.objects.filter(expiry__lt=now()).delete()
    AccessAttempt.objects.filter(attempt_time__lt=now() - pause).delete()
