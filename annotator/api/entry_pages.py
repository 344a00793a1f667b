"""The doors into a study. Looking at one changes nothing; going through it is a POST."""

from collections.abc import Callable

from django.contrib.auth import login, logout
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods

from annotator.api.limits import Rate, TooManyRequests, check_stranger_rate
from annotator.domain.errors import DomainError
from annotator.models import EntryLink, Participation, PartState, Study, User
from annotator.selectors.studies import session_known, study_to_enter
from annotator.services.crowd import is_crowd
from annotator.services.entry import enter_by_claim, enter_by_link
from annotator.services.entry_links import link_of
from annotator.services.providers.interface import Claim
from annotator.services.providers.registry import provider_of

CLAIM_SALT = "redpen.entry.claim"
CLAIM_SECONDS = 15 * 60
# Each may ask a platform who somebody is.
ENTRIES = Rate(60, shared=True)
BACKEND = "django.contrib.auth.backends.ModelBackend"

# What people are told who do not get in: a title, and the status. The sentence is the error's own.
REFUSALS = {
    "link_unknown": ("This link cannot be read", 404),
    "link_used": ("This link has been used", 410),
    "link_expired": ("This link has expired", 410),
    "not_found": ("There is no such study", 404),
    "study_full": ("All places are taken", 409),
    "study_draft": ("This study has not begun", 409),
    "study_closed": ("This study is over", 409),
    "other_study": ("One study at a time", 409),
    "runs_a_project": ("You cannot take part in this study", 403),
    "work_ended": ("You cannot take part in this study", 403),
    "identity_in_use": ("Somebody has come in under this number", 409),
    "entry_incomplete": ("Something is missing in this address", 400),
    "entry_by_link": ("This study is entered by a link of your own", 404),
    "entry_refused": ("We could not confirm who you are", 403),
    "entry_stale": ("You waited a little too long", 409),
    "too_many": ("Try again in a minute", 429),
    "provider_unavailable": ("Try again in a minute", 503),
    "provider_refused": ("We could not confirm who you are", 403),
}


def _door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page whose address must neither be kept nor passed on, and which says what is wrong instead of failing."""

    @ensure_csrf_cookie
    @require_http_methods(["GET", "HEAD", "POST"])
    def guarded(request: HttpRequest, **kwargs: object) -> HttpResponse:
        try:
            user = request.user
            if isinstance(user, User) and not is_crowd(user):
                response = _sign_out_first(request, user)
            else:
                response = view(request, **kwargs)
        except DomainError as error:
            response = _refused(request, error)
        except TooManyRequests as error:
            response = _refused(request, DomainError("too_many", "Many people come in from where you are."), error.wait)
        add_never_cache_headers(response)
        return response

    return guarded


@_door
def enter_link(request: HttpRequest, token: str) -> HttpResponse:
    """Shows the study that a link opens, or goes in."""
    link = link_of(token)
    if link.used_at and link.user == request.user:
        return redirect("part", slug=link.study.project.slug)
    if request.method == "POST":
        return _go_in(request, enter_by_link(link=link))
    _check_link(link)
    return render(request, "redpen/enter.html", {"study": link.study})


@_door
def enter_study(request: HttpRequest, study_id: int) -> HttpResponse:
    """Shows the study, and carries along what the address said about who comes; or checks it, and goes in."""
    study = study_to_enter(study_id=study_id)
    provider = provider_of(study.provider)
    if request.method != "POST":
        claim = provider.claim_of(study, request.GET.dict())
        carried = [study.pk, claim.person_id, claim.session_id, claim.study_id, claim.token]
        return render(
            request, "redpen/enter.html", {"study": study, "claim": signing.dumps(carried, salt=CLAIM_SALT)}
        )
    check_stranger_rate(request, "enter_study", ENTRIES)
    claim = _carried(study, request.POST.get("claim", ""))
    host = request.get_host()
    known = session_known(study=study, claim_session=claim.session_id)
    proof = provider.check(study, claim, hosts=[host, host.rsplit(":", 1)[0]], known=known)
    present = request.user if isinstance(request.user, User) else None
    return _go_in(request, enter_by_claim(study=study, claim=claim, proof=proof, present=present))


def _carried(study: Study, text: str) -> Claim:
    """What the page was given by its address. DomainError entry_stale or entry_refused."""
    try:
        place, person, session, where, token = signing.loads(text, salt=CLAIM_SALT, max_age=CLAIM_SECONDS)
    except signing.SignatureExpired as error:
        raise DomainError("entry_stale", "Open the address of the study once more.") from error
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise DomainError("entry_refused", "This is not what the page was sent with.") from error
    if place != study.pk:
        raise DomainError("entry_refused", "This is not what the page was sent with.")
    return Claim(person, session, where, token)


def _check_link(link: EntryLink) -> None:
    """DomainError as link_use would raise, without using it."""
    if link.used_at:
        raise DomainError("link_used", "This link has been used; it opens the study once.")
    if link.is_over:
        raise DomainError("link_expired", "This link does not hold any more. Ask whoever gave it to you for another.")


def _go_in(request: HttpRequest, part: Participation) -> HttpResponse:
    """Signs the person in, with a session of their own, and sends them where they are to go on."""
    if request.user.is_authenticated and request.user != part.user:
        logout(request)
    login(request, part.user, backend=BACKEND)
    working = part.state == PartState.WORKING and part.paused_at is None
    return redirect("annotate" if working else "part", slug=part.study.project.slug)


def _sign_out_first(request: HttpRequest, user: User) -> HttpResponse:
    text = f"You are signed in as {user.username}. Sign out, and open this address again, to come into the study."
    return _message(request, "Sign out first", text, 409)


def _refused(request: HttpRequest, error: DomainError, wait: int = 60) -> HttpResponse:
    title, status = REFUSALS.get(error.code, ("That did not work", 422))
    response = _message(request, title, error.message, status)
    if status in (429, 503):
        response["Retry-After"] = str(wait)
    return response


def _message(request: HttpRequest, title: str, text: str, status: int) -> HttpResponse:
    context = {"title": title, "text": text, "home": reverse("home"), "user": request.user}
    return render(request, "redpen/message.html", context, status=status)
