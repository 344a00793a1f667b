"""Coming in: by name and password, or in the demo by a button."""

import time
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import login as show

from annotator.api.lockout import USERNAME_CHARS, locked_out
from annotator.domain.browsers import browser_named
from annotator.models import User
from annotator.selectors.second_factor import has_second_factor
from annotator.services.second_factor import second_factor_check
from annotator.services.sessions import BROWSER

DEMO_ROLES = ("annotator", "researcher", "admin")
PASSWORD_BACKEND = "django.contrib.auth.backends.ModelBackend"
LOCKED_OUT = "locked_out"
# Who has shown a password, where they were going, when, and how many codes of theirs were wrong.
PENDING, PENDING_SECONDS, CODES = "pending", 600, 5


def enter(request: HttpRequest, user: User) -> None:
    """Signs the person in, to a session that was none before."""
    request.session.flush()
    login(request, user, backend=PASSWORD_BACKEND)
    request.session[BROWSER] = browser_named(request.headers.get("User-Agent", ""))


def came_in(request: HttpRequest, user: User, url: str) -> HttpResponse:
    """Somebody is who they say, as far as a password or another site tells: signs them in, or asks whoever has one for
    their second factor first. Until then nobody is signed in."""
    if not has_second_factor(user):
        enter(request, user)
        return redirect(url)
    request.session.flush()
    request.session[PENDING] = [user.pk, url, time.time(), 0]
    return redirect("sign_in_code")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The second step. After CODES wrong codes, or ten minutes, the first one is to be done again."""
    pending = request.session.get(PENDING) or [None, "", 0.0, 0]
    user = User.objects.filter(pk=pending[0], is_active=True).first()
    if user is None or time.time() - pending[2] > PENDING_SECONDS or pending[3] >= CODES:
        return redirect("sign_in")
    if request.method != "POST":
        return render(request, "redpen/code.html")
    device = second_factor_check(user=user, code=request.POST.get("code", ""))
    if device is None:
        request.session[PENDING] = [*pending[:3], pending[3] + 1]
        return render(request, "redpen/code.html", {"wrong": True}, status=422)
    enter(request, user)
    show(request, device)
    return redirect(pending[1])


class SignInForm(AuthenticationForm):
    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": "That name and password do not belong together. Check both; capitals count.",
    }
    wait_seconds = 0

    def clean(self) -> dict[str, Any]:
        if len(self.cleaned_data.get("username", "")) > USERNAME_CHARS:
            raise super().get_invalid_login_error()
        return super().clean()

    def get_invalid_login_error(self) -> ValidationError:
        if refused := self.request and locked_out(self.request, self.cleaned_data["username"]):
            self.wait_seconds, message = refused
            return ValidationError(message, code=LOCKED_OUT)
        return super().get_invalid_login_error()


class SignIn(LoginView):
    template_name = "redpen/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    extra_context = {"demo_roles": DEMO_ROLES if settings.DEMO else ()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(sso=settings.OIDC_NAME if settings.OIDC_ISSUER else "", **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        assert isinstance(user, User)
        return came_in(self.request, user, self.get_success_url())

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_invalid(form)
        if isinstance(form, SignInForm) and form.wait_seconds:
            response.status_code = 429
            response["Retry-After"] = str(form.wait_seconds)
        return response


@require_POST
def demo_sign_in(request: HttpRequest, role: str) -> HttpResponse:
    """Signs in as the demo's person of that role, without a password: routed in the demo only."""
    enter(request, get_object_or_404(User, username=role, is_active=True))
    return redirect("home")
