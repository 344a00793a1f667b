"""A person's own page about their part in a study: how far they are, and every way to go on or to leave."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from annotator.domain.errors import DomainError
from annotator.models import Participation, Provider, User
from annotator.selectors.studies import part_of, part_page
from annotator.services.erasure import person_erase
from annotator.services.parts import part_finish, part_pause, part_resume, part_stop, part_withdraw
from annotator.services.providers.registry import provider_of


def part_erase(*, part: Participation) -> None:
    """Forget who the person is: after that there is nobody to pay, and nobody to come back."""
    person_erase(user=part.user, made_by=None)


ACTIONS: dict[str, Callable[..., Any]] = {
    "pause": part_pause,
    "resume": part_resume,
    "finish": part_finish,
    "stop": part_stop,
    "withdraw": part_withdraw,
    "erase": part_erase,
}


@login_required
@require_safe
@ensure_csrf_cookie
def part(request: HttpRequest, slug: str) -> HttpResponse:
    """The page."""
    return _page(request, _own(request, slug))


@login_required
@require_POST
def part_act(request: HttpRequest, slug: str, action: str) -> HttpResponse:
    """Does one of ACTIONS, and comes back to the page."""
    if action not in ACTIONS:
        raise Http404
    mine = _own(request, slug)
    try:
        ACTIONS[action](part=mine)
    except DomainError as error:
        return _page(request, _own(request, slug), problem=error.message, status=409)
    if action == "erase":
        logout(request)
        text = "Nothing here leads to you any more. What you did stays, under a name that leads to nobody."
        return render(request, "redpen/message.html", {"title": "You are forgotten", "text": text, "home": ""})
    if action == "resume":
        return redirect("annotate", slug=slug)
    return redirect("part", slug=slug)


def _own(request: HttpRequest, slug: str) -> Participation:
    """The caller's newest part in that project. Http404 without one."""
    assert isinstance(request.user, User)
    mine = part_of(user=request.user, slug=slug)
    if mine is None:
        raise Http404
    return mine


def _page(request: HttpRequest, mine: Participation, problem: str = "", status: int = 200) -> HttpResponse:
    context = part_page(part=mine)
    address = provider_of(mine.study.provider).return_address(mine.study, mine.code) if mine.code else ""
    on_prolific = mine.study.provider == Provider.PROLIFIC
    context |= {"problem": problem, "return_address": address, "on_prolific": on_prolific}
    response = render(request, "redpen/part.html", context, status=status)
    add_never_cache_headers(response)
    return response
