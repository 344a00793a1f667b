"""Links that let one person into one study, once."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.db.models.functions import Now
from django.utils.timezone import now

from annotator.domain.errors import DomainError
from annotator.models import EntryLink, IdentityProof, PlatformIdentity, Provider, Study, User
from annotator.services.audit import audited
from annotator.services.crowd import person_of

SALT = "redpen.entry.link"


@dataclass(slots=True)
class NewLink:
    """`token` is shown this once, as part of `address`; `person` as the admin named them."""

    link: EntryLink
    token: str
    person: str
    address: str = ""


@transaction.atomic
def links_make(*, study: Study, made_by: User, people: Sequence[str], days: int) -> list[NewLink]:
    """A link for each of these people, by the ids that the admin gives them; "" makes one up.

    Whoever is known to come by links here keeps their account. DomainError invalid_study for a study of a platform,
    identity_taken where somebody else, whom nobody has checked, has said to be that person in this study.
    """
    if study.provider != Provider.LINK:
        raise DomainError("invalid_study", "People come into this study from its platform, and not by links.")
    # Before the people, as everywhere.
    Study.objects.select_for_update().get(pk=study.pk)
    made = []
    for person in people:
        name = person or f"link-{secrets.token_hex(8)}"
        user = person_of(study=study, person_id=name)
        identity, _ = PlatformIdentity.objects.get_or_create(
            study=study,
            person_id=name,
            defaults={"user": user, "provider": Provider.LINK, "proof": IdentityProof.LINK},
        )
        if identity.user_id != user.pk:
            problem = "is somebody who came in by the study's public address; nobody has checked that it is them"
            raise DomainError("identity_taken", f"people: {person!r} {problem}", {"people": problem})
        link = EntryLink.objects.create(
            study=study, user=user, made_by=made_by, expires_at=now() + timedelta(days=days)
        )
        made.append(NewLink(link, token_of(link), person))
    detail = {"count": len(made), "days": days}
    audited(actor=made_by, action="link.make", project=study.project, target=f"study {study.pk}", detail=detail)
    return made


@transaction.atomic
def link_revoke(*, link: EntryLink, made_by: User) -> None:
    """Whoever holds it gets in no more by it; whoever is in stays. A second time changes nothing."""
    EntryLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=Now()).update(expires_at=Now())
    audited(actor=made_by, action="link.revoke", project=link.study.project, target=f"study {link.study_id}")


def token_of(link: EntryLink) -> str:
    """What stands in the link's address, signed."""
    return signing.dumps([link.pk.hex, link.study_id, link.user_id], salt=SALT)


def link_of(token: str) -> EntryLink:
    """The link that was signed, whether or not it may still be used. DomainError link_unknown."""
    unknown = DomainError("link_unknown", "This link is not one that was made here; perhaps a part of it is missing.")
    if len(token) > 500:
        raise unknown
    try:
        key, study, user = signing.loads(token, salt=SALT)
        found = EntryLink.objects.select_related("study__project", "user").filter(
            pk=UUID(key), study_id=study, user_id=user
        )
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise unknown from error
    link = found.first()
    if link is None:
        raise unknown
    return link


def link_use(*, link: EntryLink) -> None:
    """Of however many that try at once, one. DomainError link_used or link_expired. Must run in the transaction of
    what it opens, so that whoever gets no place can try again."""
    if EntryLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=Now()).update(used_at=Now()):
        return
    link.refresh_from_db(fields=["used_at", "expires_at"])
    if link.used_at:
        raise DomainError("link_used", "This link has been used; it opens the study once.")
    raise DomainError("link_expired", "This link does not hold any more. Ask whoever gave it to you for another.")
