"""Whether somebody has guessed at a password too often."""

from math import ceil

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.utils.timezone import now


def lockout_seconds(*, username: str, ip_address: str | None) -> int:
    """How long whoever asks for this account from there must wait until they may try again; 1 at least."""
    last = AccessAttempt.objects.filter(username=username, ip_address=ip_address).order_by("-attempt_time").first()
    pause = get_cool_off()
    assert pause is not None
    return max(1, ceil((last.attempt_time + pause - now()).total_seconds())) if last else 1
