"""Single sign-on against a real site of its own: who gets in, and every lie that gets nobody in."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.test import Client as Browser
from joserfc.jwk import RSAKey

from annotator.models import Project, Session, SsoIdentity, User
from annotator.services.invitations import invitation_make
from tests.annotator.factories import PASSWORD
from tests.annotator.oidc import CLIENT_ID, CLIENT_SECRET, OidcSite

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(settings: Any) -> Iterator[OidcSite]:
    site = OidcSite()
    settings.OIDC_ISSUER, settings.OIDC_NAME = site.issuer, "Lab"
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT_ID, CLIENT_SECRET
    settings.OIDC_DOMAINS = ["lab.org"]
    yield site
    site.close()


@pytest.fixture
def known(annotator: User, site: OidcSite) -> User:
    SsoIdentity.objects.create(user=annotator, issuer=site.issuer, subject="person-1")
    return annotator


def go(browser: Browser, query: str = "") -> str:
    """Off to the site; the address of ours that it sends the browser back to."""
    away = browser.get(f"/sign-in/sso{query}")
    assert away.status_code == 302, away.content
    back = requests.get(away.url, allow_redirects=False, timeout=5).headers["Location"]
    assert back.startswith("http://testserver/sign-in/sso/callback?")
    return back.removeprefix("http://testserver")


def is_in(browser: Browser) -> str | None:
    answer = browser.get("/api/v1/me")
    return answer.json()["username"] if answer.status_code == 200 else None


def test_somebody_who_is_connected_comes_in(client: Browser, known: User, site: OidcSite) -> None:
    assert "Sign in with Lab" in client.get("/sign-in").content.decode()
    planted = client.session.session_key
    answer = client.get(go(client, "?next=/account"))
    assert (answer.status_code, answer.url) == (302, "/account")
    assert is_in(client) == "ann"
    assert Session.objects.get(user=known).session_key != planted
    (asked,) = site.asked
    assert set(asked["scope"].split()) == {"openid", "email"}


def test_an_address_of_elsewhere_is_not_where_one_goes_on(client: Browser, known: User) -> None:
    assert client.get(go(client, "?next=https://elsewhere.example/")).url == "/"


@pytest.mark.parametrize(
    "lies",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": ["another", "third"]},
        {"aud": None},
        {"azp": "another"},
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"iat": 4_000_000_000},
        {"sub": None},
    ],
    ids=str,
)
def test_a_statement_that_is_not_for_us_gets_nobody_in(
    client: Browser, known: User, site: OidcSite, lies: dict[str, Any]
) -> None:
    site.lies = lies
    assert client.get(go(client)).status_code == 403
    assert is_in(client) is None


def test_a_statement_that_has_just_ended(client: Browser, known: User, site: OidcSite) -> None:
    site.lies = {"exp": int(time.time()) - 120}
    assert client.get(go(client)).status_code == 403
    site.lies = {"exp": int(time.time()) - 20}  # clocks differ
    assert client.get(go(client)).status_code == 302


@pytest.mark.parametrize("how", ["wrong key", "wrong key of the same name", "no signature", "their public key as ours"])
def test_a_statement_that_somebody_else_has_written(client: Browser, known: User, site: OidcSite, how: str) -> None:
    if how == "no signature":
        site.alg = "none"
    elif how == "their public key as ours":
        site.alg = "HS256"
    else:
        kid = "two" if how == "wrong key" else "one"
        site.key = RSAKey.generate_key(2048, {"kid": kid})
    assert client.get(go(client)).status_code == 403
    assert is_in(client) is None


def test_keys_may_change(client: Browser, known: User, site: OidcSite) -> None:
    assert client.get(go(client)).status_code == 302
    site.key = RSAKey.generate_key(2048, {"kid": "next", "alg": "RS256", "use": "sig"})
    site.keys = [site.key]
    other = Browser()
    assert other.get(go(other)).status_code == 302


def test_states_that_are_not_ours(client: Browser, known: User, site: OidcSite) -> None:
    back = go(client)
    parts = parse_qs(urlsplit(back).query)
    code, state = parts["code"][0], parts["state"][0]
    for query in (f"code={code}&state=x", f"code={code}", f"state={state}", "", "error=access_denied&state=x"):
        assert client.get(f"/sign-in/sso/callback?{query}").status_code == 403
    # What one browser began no other one ends.
    other = Browser()
    other.get("/sign-in/sso")
    assert other.get(back).status_code == 403
    assert (is_in(client), is_in(other)) == (None, None)


def test_a_code_is_good_once(client: Browser, known: User, site: OidcSite) -> None:
    back = go(client)
    assert client.get(back).status_code == 302
    other = Browser()
    assert other.get(back).status_code == 403
    # A used code under a state of one's own: the site refuses it.
    code, state = (parse_qs(urlsplit(each).query)[name][0] for each, name in ((back, "code"), (go(other), "state")))
    assert other.get(f"/sign-in/sso/callback?code={code}&state={state}").status_code == 403
    # And a fresh code of somebody else's does not fit the verifier.
    third, fourth = Browser(), Browser()
    code, state = (parse_qs(urlsplit(go(each)).query)[name][0] for each, name in ((third, "code"), (fourth, "state")))
    assert fourth.get(f"/sign-in/sso/callback?code={code}&state={state}").status_code == 403
    assert (is_in(other), is_in(fourth)) == (None, None)


def test_a_site_that_says_nothing_or_is_another(client: Browser, known: User, site: OidcSite, settings: Any) -> None:
    site.without_statement = True
    assert client.get(go(client)).status_code == 403
    site.without_statement = False
    settings.OIDC_CLIENT_ID = "redpen"
    settings.OIDC_CLIENT_SECRET = "not the secret"  # which is another client, that knows nothing yet
    assert client.get(go(client)).status_code == 403
    site.called = "https://elsewhere.example"
    settings.OIDC_CLIENT_SECRET = "not the secret either"
    assert client.get(go(client)).status_code == 403
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    assert client.get("/sign-in/sso").status_code == 502
    assert is_in(client) is None


def test_an_account_is_made_for_a_verified_address_of_ours_alone(client: Browser, site: OidcSite, owner: User) -> None:
    for claims in (
        {},
        {"email": "eve@lab.org"},
        {"email": "eve@lab.org", "email_verified": False},
        {"email": "eve@lab.org", "email_verified": "true"},
        {"email": "eve@elsewhere.org", "email_verified": True},
        {"email": "eve@notlab.org", "email_verified": True},
        {"email": "eve@lab.org@elsewhere.org", "email_verified": True},
    ):
        site.claims = {"sub": "eve", **claims}
        answer = client.get(go(client))
        assert (answer.status_code, "You are not known here" in answer.content.decode()) == (403, True)
    assert list(User.objects.all()) == [owner]
    site.claims = {"sub": "eve", "email": "Eve@lab.org", "email_verified": True}
    assert client.get(go(client)).status_code == 302
    assert is_in(client) == "eve@lab.org"
    made = SsoIdentity.objects.get()
    assert (made.subject, made.user.has_usable_password(), made.user.is_staff) == ("eve", False, False)
    # Who they are is their number there: another address is the same person, and another number is not.
    site.claims = {"sub": "eve", "email": "married@elsewhere.org", "email_verified": True}
    assert client.get(go(client)).status_code == 302
    assert is_in(client) == "eve@lab.org"
    site.claims = {"sub": "another", "email": "eve@lab.org", "email_verified": True}
    thief = Browser()
    assert thief.get(go(thief)).status_code == 403
    assert is_in(thief) is None


def test_an_address_takes_over_no_account(client: Browser, site: OidcSite) -> None:
    User.objects.create_user("adam@lab.org", email="adam@lab.org", password=PASSWORD)
    site.claims = {"sub": "x", "email": "adam@lab.org", "email_verified": True}
    answer = client.get(go(client))
    assert (answer.status_code, "connect the two" in answer.content.decode()) == (403, True)
    assert not SsoIdentity.objects.exists()


def test_somebody_who_is_invited_comes_in(client: Browser, site: OidcSite, project: Project, admin: User) -> None:
    _, token = invitation_make(project=project, role="researcher", days=1, made_by=admin)
    assert "Join with Lab" in client.get(f"/invitation/{token}").content.decode()
    assert client.get(go(client)).status_code == 302
    made = SsoIdentity.objects.get().user
    assert made.memberships.get(project=project).role == "researcher"
    assert is_in(client) == made.username
    # Used up.
    site.claims = {"sub": "person-2"}
    other = Browser()
    other.get(f"/invitation/{token}")
    assert other.get(go(other)).status_code == 403


def test_a_closed_account_stays_closed(client: Browser, known: User) -> None:
    User.objects.filter(pk=known.pk).update(is_active=False)
    assert client.get(go(client)).status_code == 403
    assert is_in(client) is None


def test_an_account_is_connected_and_disconnected(
    client: Browser, site: OidcSite, annotator: User, admin: User
) -> None:
    annotator.set_password(PASSWORD)
    annotator.save()
    client.force_login(annotator)
    # Not by a link from elsewhere: only after the form on the page was sent.
    assert client.get(go(client)).status_code == 403
    assert is_in(client) == "ann"
    assert "Go there" in client.post("/account/sso").content.decode()
    assert client.get(go(client)).url == "/account"
    assert SsoIdentity.objects.get().user == annotator
    fresh = Browser()
    fresh.get(go(fresh))
    assert is_in(fresh) == "ann"
    # It belongs to one account.
    other = Browser()
    other.force_login(admin)
    other.post("/account/sso")
    assert other.get(go(other)).status_code == 403
    assert client.post("/account/sso/end").status_code == 302
    assert not SsoIdentity.objects.exists()


def test_there_stays_a_way_in(client: Browser, known: User) -> None:
    client.force_login(known)
    assert client.post("/account/sso/end").status_code == 409
    assert SsoIdentity.objects.filter(user=known).exists()


def test_a_second_factor_is_asked_for_all_the_same(client: Browser, known: User) -> None:
    from tests.annotator.api.test_second_factor import has_app

    has_app(known)
    assert client.get(go(client)).url == "/sign-in/code"
    assert is_in(client) is None


def test_nothing_of_it_is_there_where_no_site_is_set(client: Browser) -> None:
    assert "sso" not in client.get("/sign-in").content.decode()
    assert [client.get(f"/sign-in/sso{rest}").status_code for rest in ("", "/callback?code=a&state=b")] == [404, 404]
