"""What the owner of the site does with accounts."""

from django.db import transaction
from knox.models import AuthToken

from annotator.domain.errors import DomainError
from annotator.models import User
from annotator.services.audit import audited
from annotator.services.sessions import sessions_end


@transaction.atomic
def account_close(*, user: User, closed: bool, made_by: User) -> User:
    """Let nobody in by this account any more, or again. What the person did stays. DomainError own_account."""
    if user.pk == made_by.pk:
        raise DomainError("own_account", "This is your own account; another owner of the site can close it.")
    if user.is_active == closed:
        user.is_active = not closed
        user.save(update_fields=["is_active"])
        if closed:
            access_end(user)
        audited(actor=made_by, action="account.close" if closed else "account.open", target=f"user {user.pk}")
    return user


@transaction.atomic
def account_sign_out(*, user: User, made_by: User) -> None:
    """End every session of the person, and the tokens of their programs."""
    access_end(user)
    audited(actor=made_by, action="account.sign_out", target=f"user {user.pk}")


def access_end(user: User) -> None:
    """Sessions and tokens."""
    sessions_end(user=user)
    AuthToken.objects.filter(user=user).delete()
