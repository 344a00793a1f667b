"""The accounts of people who come from platforms or by links."""

import secrets

from django.db import connection

from annotator.models import IdentityProof, PlatformIdentity, Provider, Study, User
from annotator.services.people import user_create

# Of these it is known who they are, so that a person is the same in every study; of a claim nobody knows.
KNOWN = (IdentityProof.TOKEN, IdentityProof.API, IdentityProof.LINK)


def person_of(*, study: Study, person_id: str) -> User:
    """The account of that person of the study's provider, made if there is none: without a password, under a name that
    says nothing.

    A platform's people are the same everywhere. Ids that admins give to people whom they know are their project's own:
    nobody gets into an account of another project by naming somebody there. Must run in a transaction, until whose end
    others who ask for the same person wait.
    """
    where = f"{study.provider} {study.project_id if study.provider == Provider.LINK else ''} {person_id}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 5))", [where])
    known = PlatformIdentity.objects.filter(provider=study.provider, person_id=person_id, proof__in=KNOWN)
    if study.provider == Provider.LINK:
        known = known.filter(study__project=study.project_id)
    identity = known.select_related("user").order_by("pk").first()
    return identity.user if identity else account_new()


def account_new() -> User:
    """An account for somebody who comes in."""
    return user_create(username=f"crowd-{secrets.token_hex(8)}", password=None)


def is_crowd(user: User) -> bool:
    """Whether the account is of somebody who came in so, and can sign in no other way."""
    return not user.has_usable_password() and user.identities.exists()
