"""Coming in: by name and password, or in the demo by a button."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from annotator.api.lockout import USERNAME_CHARS, locked_out
from annotator.domain.browsers import browser_named
from annotator.models import User
from annotator.services.sessions import BROWSER

DEMO_ROLES = ("annotator", "researcher", "admin")
PASSWORD_BACKEND = "django.contrib.auth.backends.ModelBackend"
LOCKED_OUT = "locked_out"


def enter(request: HttpRequest, user: User) -> None:
    """Signs the person in, to a session that was none before."""
    request.session.flush()
    login(request, user, backend=PASSWORD_BACKEND)
    request.session[BROWSER] = browser_named(request.headers.get("User-Agent", ""))


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

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        assert isinstance(user, User)
        url = self.get_success_url()
        enter(self.request, user)
        return redirect(url)

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
