"""Signed-in browsers: a session knows whose it is, grows old, and can be ended by its person and by the site's owner.

Django's SESSION_ENGINE.
"""

from datetime import UTC, datetime
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils.timezone import now

from annotator.models import Session, User

SIGNED_IN_AT, SEEN_AT, BROWSER = "signed_in_at", "seen_at", "browser"


class SessionStore(DatabaseStore):
    """Beside what is in the session, its row says whose it is, and where and when they signed in."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        if SESSION_KEY in data:
            data.setdefault(SIGNED_IN_AT, now().timestamp())
        row = cast(Session, super().create_model_instance(data))
        row.user_id = data.get(SESSION_KEY)
        row.browser = data.get(BROWSER, "")
        row.signed_in_at = datetime.fromtimestamp(data[SIGNED_IN_AT], UTC) if SESSION_KEY in data else None
        return row


def session_seen(session: SessionBase) -> None:
    """It is in use, of which a note is kept every few minutes; one that is too old is emptied, and nobody is signed in
    to it any more. That it was idle too long ends it by itself: such a session is not found."""
    if SESSION_KEY not in session:
        return
    at = now().timestamp()
    if at - session[SIGNED_IN_AT] > settings.SESSION_ABSOLUTE_AGE:
        session.flush()
    elif at - session.get(SEEN_AT, session[SIGNED_IN_AT]) > settings.SESSION_COOKIE_AGE / 50:
        session[SEEN_AT] = at


def sessions_end(*, user: User, but: str | None = None) -> int:
    """End the person's sessions, all or all but the one of this key; how many there were."""
    return Session.objects.filter(user=user).exclude(session_key=but or "").delete()[0]
