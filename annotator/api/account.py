"""A person's own account: password, the tokens of their programs, and where they are signed in."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from annotator.api.lockout import locked_out
from annotator.api.permissions import second_factor_shown
from annotator.domain.errors import DomainError
from annotator.domain.scopes import DEFAULT_DAYS, MAX_DAYS, SCOPES
from annotator.models import SsoIdentity, User
from annotator.selectors.second_factor import has_second_factor, needs_second_factor
from annotator.selectors.sessions import session_list
from annotator.selectors.tokens import token_list
from annotator.services.passwords import password_change
from annotator.services.sessions import sessions_end
from annotator.services.tokens import token_issue, token_revoke

SCOPE_NAMES = {
    "read": "Read: look at and download what you can see",
    "annotate": "Annotate: get texts and submit judgements",
    "manage": "Manage: all else that you may do",
}


class PasswordForm(PasswordChangeForm):
    """A wrong old password counts as one at the sign-in."""

    tokens = forms.BooleanField(required=False)

    def __init__(self, request: HttpRequest, data: Any = None) -> None:
        self.request = request
        super().__init__(signed_in(request), data)

    def clean_old_password(self) -> str:
        old: str = self.cleaned_data["old_password"]
        name = self.user.get_username()
        if authenticate(self.request, username=name, password=old) is None:
            refused = locked_out(self.request, name)
            raise ValidationError(refused[1] if refused else "That is not your password.")
        return old


class TokenForm(forms.Form):
    name = forms.CharField(max_length=100, required=False)
    scopes = forms.MultipleChoiceField(choices=[(scope, SCOPE_NAMES[scope]) for scope in SCOPES])
    days = forms.IntegerField(min_value=1, max_value=MAX_DAYS)


@method_decorator([login_required, never_cache], name="dispatch")
class Account(View):
    """Your account."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return account_page(request)


@method_decorator([login_required, never_cache, sensitive_post_parameters()], name="dispatch")
class PasswordChange(View):
    def post(self, request: HttpRequest) -> HttpResponse:
        form = PasswordForm(request, request.POST)
        if not form.is_valid():
            return account_page(request, password=form, status=422)
        user, password = signed_in(request), form.cleaned_data["new_password1"]
        password_change(
            user=user, password=password, session=request.session.session_key, tokens=form.cleaned_data["tokens"]
        )
        update_session_auth_hash(request, user)
        return account_page(request, done="Your password is changed, and you are signed out everywhere else.")


@method_decorator([login_required, never_cache], name="dispatch")
class TokenMake(View):
    """The one answer that shows the token."""

    def post(self, request: HttpRequest) -> HttpResponse:
        form = TokenForm(request.POST)
        if not form.is_valid():
            return account_page(request, token=form, status=422)
        shown = second_factor_shown(request)
        if not shown and needs_second_factor(signed_in(request)):
            problem = "Set up your second factor first, or sign in with it: tokens are made for whoever has shown it."
            return account_page(request, token=form, problem=problem, status=403)
        _, made = token_issue(user=signed_in(request), second_factor=shown, **form.cleaned_data)
        return account_page(request, made=made)


@require_POST
@login_required
def token_end(request: HttpRequest, token_key: str) -> HttpResponse:
    try:
        token_revoke(user=signed_in(request), token_key=token_key)
    except DomainError as error:
        return account_page(request, problem=error.message, status=404)
    return redirect("account")


@require_POST
@login_required
def sessions_end_others(request: HttpRequest) -> HttpResponse:
    sessions_end(user=signed_in(request), but=request.session.session_key)
    return redirect("account")


def signed_in(request: HttpRequest) -> User:
    """Who is signed in; the views have refused everyone else."""
    assert isinstance(request.user, User)
    return request.user


def account_page(request: HttpRequest, *, status: int = 200, **shown: Any) -> HttpResponse:
    """The page, with what has just been done or was wrong."""
    user = signed_in(request)
    context = {
        "password": PasswordForm(request),
        "token": TokenForm(initial={"days": DEFAULT_DAYS}),
        "scopes": [(scope, SCOPE_NAMES[scope]) for scope in SCOPES],
        "max_days": MAX_DAYS,
        "second_factor": has_second_factor(user),
        "sso": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
        "connected": SsoIdentity.objects.filter(user=user).exists(),
        "needs_second_factor": needs_second_factor(user),
        "tokens": token_list(user=user),
        "sessions": session_list(user=user),
        "here": request.session.session_key,
        "idle_hours": settings.SESSION_COOKIE_AGE / 3600,
        **shown,
    }
    return render(request, "redpen/account.html", context, status=status)
