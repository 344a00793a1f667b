"""The page behind an invitation. Looking at it changes nothing; a POST uses it up."""

from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from annotator.api.sign_in import enter
from annotator.api.single_sign_on import INVITATION
from annotator.domain.errors import DomainError
from annotator.models import Invitation, User
from annotator.services.invitations import check_open, invitation_accept, invitation_of
from annotator.services.people import user_create

GONE = {"invitation_unknown": 404, "invitation_used": 410, "invitation_expired": 410}


class NewAccountForm(forms.Form):
    username = forms.CharField(max_length=150)
    password = forms.CharField(strip=False)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Says to what one is invited; whoever is signed in joins, and others sign in or make an account first."""
    try:
        found = invitation_of(token)
        response = _joined(request, found) if request.method == "POST" else None
        if response is None:
            check_open(found)
            request.session[INVITATION] = token
            response = _page(request, found)
    except DomainError as error:
        context = {"title": "You cannot come in by this", "text": error.message, "home": "/"}
        response = render(request, "redpen/message.html", context, status=GONE.get(error.code, 409))
    add_never_cache_headers(response)
    return response


def _joined(request: HttpRequest, found: Invitation) -> HttpResponse:
    if isinstance(request.user, User):
        invitation_accept(invitation=found, user=request.user)
        return redirect("home")
    form = NewAccountForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    try:
        with transaction.atomic():
            user = user_create(**form.cleaned_data)
            invitation_accept(invitation=found, user=user)
    except DomainError as error:
        if error.code not in ("name_taken", "invalid_username", "weak_password"):
            raise
        form.add_error("password" if error.code == "weak_password" else "username", error.message)
        return _page(request, found, form=form, status=422)
    enter(request, user)
    return redirect("home")


def _page(request: HttpRequest, found: Invitation, *, status: int = 200, **shown: Any) -> HttpResponse:
    sso = settings.OIDC_NAME if settings.OIDC_ISSUER else ""
    context = {"invitation": found, "project": found.project, "form": NewAccountForm(), "sso": sso, **shown}
    return render(request, "redpen/invitation.html", context, status=status)
