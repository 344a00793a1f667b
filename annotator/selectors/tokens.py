"""Reads about tokens."""

from django.db import InterfaceError, OperationalError, connection
from django.db.models import QuerySet
from knox.crypto import hash_token
from knox.models import AuthToken

from annotator.models import User

COLUMNS = [field.attname for field in User._meta.concrete_fields if field.attname != "password"]
OWNER = f"""
SELECT {", ".join(f"owner.{column}" for column in COLUMNS)}
FROM knox_authtoken token JOIN annotator_user owner ON owner.id = token.user_id
WHERE token.digest = %s AND (token.expiry IS NULL OR token.expiry > now())
"""


def token_list(*, user: User) -> QuerySet[AuthToken]:
    """The person's tokens, newest first."""
    return AuthToken.objects.filter(user=user).order_by("-created")


def token_owner(*, token: str) -> User | None:
    """Whose token it is, in one query; None where there is none that holds.

    As the first query of its request it also finds out whether the connection is alive: what is broken is opened anew.
    """
    connection.health_check_done = True  # type: ignore[attr-defined]
    digest = hash_token(token)
    try:
        return _owner(digest)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return _owner(digest)


def _owner(digest: str) -> User | None:
    with connection.cursor() as cursor:
        cursor.execute(OWNER, [digest])
        row = cursor.fetchone()
    return User.from_db(connection.alias, COLUMNS, row) if row else None
