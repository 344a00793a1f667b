"""Setting up a second factor, and giving it up."""

from base64 import b32encode
from typing import Any

import segno
from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe
from django_otp import login as show

from annotator.api.account import signed_in
from annotator.api.lockout import locked_out
from annotator.api.permissions import second_factor_shown
from annotator.models import User
from annotator.selectors.second_factor import has_second_factor, needs_second_factor, second_factor_waiting
from annotator.services.second_factor import (
    recovery_codes_renew,
    second_factor_begin,
    second_factor_check,
    second_factor_confirm,
    second_factor_remove,
)

WRONG = "That is not a code of yours, or it was used before. After a wrong one, wait a little."


@login_required
@never_cache
@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Whether there is one, and what can be done about it."""
    return _page(request)


@sensitive_post_parameters("password")
@login_required
@never_cache
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Shows the secret for the app, to whoever knows the password and, where there is an app already, has that."""
    user = signed_in(request)
    if has_second_factor(user) and not second_factor_shown(request):
        return redirect("sign_in")
    if user.has_usable_password():
        given = authenticate(request, username=user.get_username(), password=request.POST.get("password", ""))
        if given is None:
            refused = locked_out(request, user.get_username())
            return _page(request, problem=refused[1] if refused else "That is not your password.", status=422)
    return _set_up(request, second_factor_begin(user=user))


@login_required
@never_cache
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """The first code of the app: from here on it counts."""
    user = signed_in(request)
    made = second_factor_confirm(user=user, code=request.POST.get("code", ""), session=request.session.session_key)
    if made is None:
        waiting = second_factor_waiting(user)
        return _set_up(request, waiting, status=422, wrong=True) if waiting else redirect("second_factor")
    device, codes = made
    request.session.cycle_key()
    show(request, device)
    return _page(request, codes=codes)


@login_required
@never_cache
@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    """New recovery codes, for a code of the app."""
    if not _proved(request):
        return _page(request, problem=WRONG, status=422)
    return _page(request, codes=recovery_codes_renew(user=signed_in(request)))


@login_required
@never_cache
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Goes on with a password alone, for a code of the app."""
    if not _proved(request):
        return _page(request, problem=WRONG, status=422)
    second_factor_remove(user=signed_in(request))
    request.session.pop("otp_device_id", None)
    return redirect("second_factor")


def _proved(request: HttpRequest) -> bool:
    return second_factor_check(user=signed_in(request), code=request.POST.get("code", "")) is not None


def _set_up(request: HttpRequest, device: Any, *, status: int = 200, wrong: bool = False) -> HttpResponse:
    code = segno.make(device.config_url, error="m")
    picture = code.svg_inline(scale=5, light="#fff", border=4, svgclass=None, lineclass=None)
    context = {"picture": mark_safe(picture), "secret": _secret(device), "wrong": wrong, "problem": WRONG}
    return render(request, "redpen/second_factor_set_up.html", context, status=status)


def _secret(device: Any) -> str:
    """As an app takes it that has no camera."""
    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def _page(request: HttpRequest, *, status: int = 200, **shown: Any) -> HttpResponse:
    user: User = signed_in(request)
    context = {"has": has_second_factor(user), "needs": needs_second_factor(user), **shown}
    return render(request, "redpen/second_factor.html", context, status=status)
