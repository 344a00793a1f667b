"""The pages: the door for each role, and the two built entries of the frontend."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from annotator.api.permissions import second_factor_shown
from annotator.models import User
from annotator.selectors.pages import first_project_slug, runs_a_project
from annotator.selectors.second_factor import needs_second_factor
from annotator.selectors.studies import part_paused


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Sends people where their work is: annotators to their project, whoever runs one to the console."""
    if isinstance(request.user, AnonymousUser):
        return redirect("sign_in")
    if runs_a_project(request.user):
        return redirect("console")
    slug = first_project_slug(request.user)
    if slug is None:
        return _message(request, "There is no project for you yet", "Ask whoever invited you to add you to one.", 200)
    return redirect("annotate", slug=slug)


@login_required
@require_safe
@ensure_csrf_cookie
def annotate(request: HttpRequest, slug: str, rest: str = "") -> HttpResponseBase:
    """The annotate page. Which project and assignments a person may see is the API's decision."""
    assert isinstance(request.user, User)
    if part_paused(user=request.user, slug=slug):
        return redirect("part", slug=slug)
    return _entry(request, "annotate.html")


@login_required
@require_safe
@ensure_csrf_cookie
def console(request: HttpRequest, rest: str = "") -> HttpResponseBase:
    """The console, for those who run a project."""
    assert isinstance(request.user, User)
    if not runs_a_project(request.user):
        return _message(
            request,
            "The console is for admins and researchers",
            f"You are signed in as {request.user.username}, who is neither in any project.",
            403,
        )
    if not second_factor_shown(request) and needs_second_factor(request.user):
        title, text = "A second factor comes first", "Admins and owners show one before they run anything."
        return _message(request, title, text, 403, on=(reverse("second_factor"), "Set it up"))
    return _entry(request, "console.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW: a form came without its token, or from elsewhere."""
    return _message(request, "This form has become too old", "Go back, load the page again, and try once more.", 403)


def _entry(request: HttpRequest, name: str) -> HttpResponseBase:
    """A page that Vite built; its assets are named by their hash, so only this file must be asked for each time."""
    path = Path(settings.FRONTEND_DIST) / name
    if not path.is_file():
        return _message(request, "The frontend is not built", "Run `make frontend`, then reload this page.", 503)
    response = FileResponse(path.open("rb"), content_type="text/html; charset=utf-8")
    add_never_cache_headers(response)
    return response


def _message(
    request: HttpRequest, title: str, text: str, status: int, on: tuple[str, str] | None = None
) -> HttpResponse:
    """`on`: an address and the words that lead there."""
    context = {"title": title, "text": text, "home": reverse("home"), "on": on}
    return render(request, "redpen/message.html", context, status=status)
