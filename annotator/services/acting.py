"""Who acts, for the history that the database writes."""

from django.db import connection

from annotator.models import User


def acting_as(user: User) -> None:
    """Until the end of this transaction, the history says of what is changed that this person changed it.

    Must run in a transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('redpen.actor', %s, true)", [str(user.pk)])
