"""Reads about tokens."""

from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, connection
from django.db.models import QuerySet
from knox.crypto import hash_token
from knox.models import AuthToken

from annotator.models import User

COLUMNS = [field.attname for field in User._meta.concrete_fields if field.attname != "password"]
OWNER = f"""
SELECT grants.scopes, grants.second_factor, {", ".join(f"owner.{column}" for column in COLUMNS)}
FROM knox_authtoken token
    JOIN annotator_tokengrant grants ON grants.token_id = token.digest
    JOIN annotator_user owner ON owner.id = token.user_id
WHERE token.digest = %s AND token.expiry > now()
"""


@dataclass(frozen=True, slots=True)
class Grant:
    """What the token of a request may be used for, and whether its owner had shown a second factor for it."""

    scopes: frozenset[str]
    second_factor: bool


def token_list(*, user: User) -> QuerySet[AuthToken]:
    """The person's tokens with their grants, newest first."""
    return AuthToken.objects.filter(user=user).select_related("grant").order_by("-created")


def token_owner(*, token: str) -> tuple[User, Grant] | None:
    """Whose token it is and what for, in one query; None where there is none that holds.

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


def _owner(digest: str) -> tuple[User, Grant] | None:
    with connection.cursor() as cursor:
        cursor.execute(OWNER, [digest])
        row = cursor.fetchone()
    if row is None:
        return None
    scopes, second_factor, *values = row
    return User.from_db(connection.alias, COLUMNS, values), Grant(frozenset(scopes), second_factor)
