"""What somebody is told who has guessed at a password too often."""

from math import ceil

from django.http import HttpRequest

from annotator.api.client_ip import client_ip
from annotator.models import User
from annotator.selectors.lockout import lockout_seconds

# Nobody has a longer name; what is no name is no guess at a password.
USERNAME_CHARS = User._meta.get_field("username").max_length or 0


def locked_out(request: HttpRequest, username: str) -> tuple[int, str] | None:
    """Seconds to wait and what to say, if the password was not even looked at or was wrong once too often."""
    if not getattr(request, "axes_locked_out", False):
        return None
    seconds = lockout_seconds(username=username, ip_address=client_ip(request))
    minutes = ceil(seconds / 60)
    pause = "a minute" if minutes == 1 else f"{minutes} minutes"
    return seconds, f"Too many wrong passwords for this name. Wait {pause}, then try again."
