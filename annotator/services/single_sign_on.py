"""Whom another site has told us that somebody is, and whether that lets them in."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from annotator.domain.errors import DomainError
from annotator.models import Invitation, SsoIdentity, User
from annotator.services.invitations import invitation_accept
from annotator.services.people import user_create


@dataclass(frozen=True, slots=True)
class Claims:
    """email: only if the site says that it is verified."""

    issuer: str
    subject: str
    email: str

    @classmethod
    def of(cls, told: dict[str, Any]) -> "Claims":
        email = str(told.get("email") or "") if told.get("email_verified") is True else ""
        return cls(str(told["iss"]), str(told["sub"]), email.strip().lower())


@transaction.atomic
def sso_enter(*, claims: Claims, invitation: Invitation | None) -> User:
    """The person's account, by issuer and subject. For somebody new one is made, if they hold an invitation, which is
    used up, or have an address at one of our domains; nobody gets an account that is there already by an address.

    DomainError sso_stranger, sso_name_taken, account_closed; of invitation_accept.
    """
    known = SsoIdentity.objects.select_related("user").filter(issuer=claims.issuer, subject=claims.subject).first()
    if known is not None:
        if not known.user.is_active:
            raise DomainError("account_closed", "Your account here is closed. Ask the owner of this site.")
        if invitation:
            invitation_accept(invitation=invitation, user=known.user)
        return known.user
    domain = claims.email.rpartition("@")[2]
    if invitation is None and (not domain or domain not in settings.OIDC_DOMAINS):
        problem = "You are not known here. Ask for an invitation; if you have an account here, sign in with its"
        raise DomainError("sso_stranger", f"{problem} password, and connect the two on the page of your account.")
    try:
        user = user_create(username=claims.email or f"sso-{claims.subject}"[:150], password=None)
    except DomainError as error:
        problem = "There is an account of this name here. Sign in with its password, and connect the two on its page."
        raise DomainError("sso_name_taken", problem) from error
    _identity_add(user, claims)
    if invitation:
        invitation_accept(invitation=invitation, user=user)
    return user


@transaction.atomic
def sso_connect(*, user: User, claims: Claims) -> None:
    """From now on the person signs in to this account by that site too. DomainError sso_taken."""
    if not SsoIdentity.objects.filter(user=user, issuer=claims.issuer, subject=claims.subject).exists():
        _identity_add(user, claims)


def sso_disconnect(*, user: User) -> None:
    """DomainError sso_only where there is no other way in."""
    if not user.has_usable_password():
        raise DomainError("sso_only", "You have no password: without this you could not sign in any more.")
    SsoIdentity.objects.filter(user=user).delete()


def _identity_add(user: User, claims: Claims) -> None:
    try:
        with transaction.atomic():
            SsoIdentity.objects.create(user=user, issuer=claims.issuer, subject=claims.subject)
    except IntegrityError as error:
        raise DomainError("sso_taken", "This account of yours is connected to another one here.") from error
