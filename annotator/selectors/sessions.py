"""Where a person is signed in."""

from django.db.models import QuerySet
from django.utils.timezone import now

from annotator.models import Session, User


def session_list(*, user: User) -> QuerySet[Session]:
    """The person's sessions that still hold, the one used last first."""
    return Session.objects.filter(user=user, expire_date__gt=now()).order_by("-seen_at")
