"""Signing in by another site that speaks OpenID Connect: the code flow with PKCE, state and nonce."""

import logging
from functools import lru_cache
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from joserfc.errors import JoseError

from annotator.api.sign_in import came_in
from annotator.domain.errors import DomainError
from annotator.models import User
from annotator.services.invitations import invitation_of
from annotator.services.single_sign_on import Claims, sso_connect, sso_disconnect, sso_enter

logger = logging.getLogger(__name__)

# In the session on the way there and back: where to go on, and what for.
NEXT, INVITATION, CONNECT = "sso_next", "sso_invitation", "sso_connect"
SECONDS = 10
# What comes of an answer that is late, broken, a refusal, or a lie.
UNTRUSTED = (AuthlibBaseError, JoseError, requests.RequestException, RuntimeError, ValueError, KeyError, TypeError)
LEEWAY_SECONDS = 60
# Who is to have signed, for whom, until when. The keys are those that the issuer shows; without a signature nothing is.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]


@lru_cache(maxsize=8)
def _provider(issuer: str, client_id: str, client_secret: str) -> Any:
    return OAuth().register(
        "sso",
        client_id=client_id,
        client_secret=client_secret,
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email",
            "code_challenge_method": "S256",
            "default_timeout": SECONDS,
        },
    )


def provider() -> Any:
    """Http404 where no other site is set."""
    if not settings.OIDC_ISSUER:
        raise Http404
    return _provider(settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET)


@never_cache
@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """Off to the other site. `next`: where to go on afterwards."""
    there = provider()
    address = request.GET.get("next", "")
    allowed = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    request.session[NEXT] = address if allowed else reverse("home")
    try:
        return there.authorize_redirect(request, request.build_absolute_uri(reverse("sso_callback")))
    except UNTRUSTED as error:
        logger.warning("the site for single sign-on does not answer: %s", type(error).__name__)
        return _refused(request, f"{settings.OIDC_NAME} does not answer. Try again in a minute.", 502)


@never_cache
@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """Back from there, with a code that is changed for a signed statement of who it is."""
    there = provider()
    address = request.session.pop(NEXT, reverse("home"))
    token, connect = request.session.pop(INVITATION, None), request.session.pop(CONNECT, None)
    try:
        claims = Claims.of(_told(there, request))
        if connect and isinstance(request.user, User) and request.user.pk == connect:
            sso_connect(user=request.user, claims=claims)
            return redirect("account")
        user = sso_enter(claims=claims, invitation=invitation_of(token) if token else None)
    except DomainError as error:
        return _refused(request, error.message, 403)
    except UNTRUSTED as error:
        # What it says may hold whom it is about.
        logger.warning("a single sign-on was refused: %s", type(error).__name__)
        return _refused(request, f"What {settings.OIDC_NAME} said could not be trusted. Begin again.", 403)
    return came_in(request, user, address)


@login_required
@require_POST
def connect(request: HttpRequest) -> HttpResponse:
    """Connects the account to one at the other site. The next page leads there: a form must send nobody away."""
    provider()
    request.session[CONNECT] = request.user.pk
    context = {"title": f"Go on at {settings.OIDC_NAME}", "text": "Sign in there, and you come back here."}
    on = (f"{reverse('sso_begin')}?next={reverse('account')}", "Go there")
    return render(request, "redpen/message.html", {**context, "home": reverse("account"), "on": on})


@login_required
@require_POST
def disconnect(request: HttpRequest) -> HttpResponse:
    provider()
    assert isinstance(request.user, User)
    try:
        sso_disconnect(user=request.user)
    except DomainError as error:
        return _refused(request, error.message, 409)
    return redirect("account")


def _told(there: Any, request: HttpRequest) -> dict[str, Any]:
    """The claims of the signed statement, which is of this issuer, for us, for this visit, and has not ended."""
    there.load_server_metadata()
    if there.server_metadata.get("issuer") != settings.OIDC_ISSUER:
        raise ValueError("the site calls itself otherwise")
    there.server_metadata["id_token_signing_alg_values_supported"] = ALGORITHMS
    token = there.authorize_access_token(
        request,
        leeway=LEEWAY_SECONDS,
        claims_options={
            "iss": {"essential": True, "values": [settings.OIDC_ISSUER]},
            "aud": {"essential": True, "values": [settings.OIDC_CLIENT_ID]},
            "sub": {"essential": True},
            "exp": {"essential": True},
        },
    )
    return dict(token["userinfo"])


def _refused(request: HttpRequest, text: str, status: int) -> HttpResponse:
    context = {"title": "You could not be signed in", "text": text, "home": reverse("sign_in")}
    return render(request, "redpen/message.html", context, status=status)
