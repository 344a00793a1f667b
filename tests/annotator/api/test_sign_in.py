"""Signing in: guesses, whom they lock out and for how long, and what a session is."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.test import Client, RequestFactory
from django.utils.timezone import now
from rest_framework.test import APIClient

from annotator.api.client_ip import client_ip
from annotator.models import Session, User
from annotator.services.passwords import sign_ins_forget
from annotator.services.sessions import SessionStore
from annotator.services.tokens import token_issue
from tests.annotator.factories import PASSWORD
from tests.annotator.http import API

pytestmark = pytest.mark.django_db
LIMIT = settings.AXES_FAILURE_LIMIT
SESSION = settings.SESSION_COOKIE_NAME


@pytest.fixture
def ann(annotator: User) -> User:
    annotator.set_password(PASSWORD)
    annotator.save()
    return annotator


def sign_in(client: Client, password: str = PASSWORD, name: str = "ann", **options: Any) -> Any:
    return client.post("/sign-in", {"username": name, "password": password}, **options)


def basic(password: str, name: str = "ann") -> str:
    return f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"


def ask_for_token(password: str = PASSWORD, name: str = "ann", **options: Any) -> Any:
    client = APIClient(headers={"Authorization": basic(password, name)})
    return client.post(f"{API}/tokens", {"scopes": ["read"]}, format="json", **options)


def test_who_guesses_waits_and_the_right_password_does_not_help(client: Client, ann: User) -> None:
    assert {sign_in(client, "wrong").status_code for _ in range(LIMIT - 1)} == {200}
    answers = [sign_in(client, "wrong"), sign_in(client)]
    for answer in answers:
        assert answer.status_code == 429
        assert 14 * 60 < int(answer["Retry-After"]) <= 15 * 60
        page = answer.content.decode()
        assert "Too many wrong passwords for this name. Wait 15 minutes" in page
        assert 'role="alert"' in page
        assert 'aria-invalid="true"' in page
    assert client.get("/account").status_code == 302
    # At the other door as well.
    refused = ask_for_token()
    assert (refused.status_code, refused.json()["code"]) == (429, "locked_out")
    assert 14 * 60 < int(refused["Retry-After"]) <= 15 * 60
    # A guess made meanwhile does not make it longer.
    AccessAttempt.objects.update(attempt_time=now() - timedelta(minutes=14, seconds=30))
    assert int(sign_in(client, "wrong")["Retry-After"]) <= 30
    AccessAttempt.objects.update(attempt_time=now() - timedelta(minutes=15, seconds=1))
    assert sign_in(client).status_code == 302


def test_guesses_at_the_api_lock_both_doors(client: Client, ann: User) -> None:
    assert {ask_for_token("wrong").status_code for _ in range(LIMIT - 1)} == {401}
    assert ask_for_token("wrong").status_code == 429
    assert sign_in(client).status_code == 429


def test_a_name_that_is_not_there_is_locked_alike(client: Client) -> None:
    answers = [sign_in(client, "wrong", "nobody") for _ in range(LIMIT)]
    assert [answer.status_code for answer in answers] == [200] * (LIMIT - 1) + [429]


def test_signing_in_forgets_the_guesses_of_before(client: Client, ann: User) -> None:
    for _ in range(LIMIT - 1):
        sign_in(client, "wrong")
    assert sign_in(client).status_code == 302
    assert not AccessAttempt.objects.exists()


def test_others_are_not_locked_out(client: Client, ann: User, researcher: User) -> None:
    researcher.set_password(PASSWORD)
    researcher.save()
    for _ in range(LIMIT):
        sign_in(client, "wrong")
    assert sign_in(client, name="rita").status_code == 302
    assert sign_in(Client(), REMOTE_ADDR="198.51.100.7").status_code == 302


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_USER_AGENT"])
def test_no_header_gets_round_the_lock(client: Client, ann: User, header: str) -> None:
    answers = [sign_in(client, "wrong", **{header: f"203.0.113.{number}"}) for number in range(LIMIT)]
    assert answers[-1].status_code == 429
    assert sign_in(client, **{header: "203.0.113.200"}).status_code == 429


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "seen"),
    [
        (0, "192.0.2.1", "203.0.113.9", "192.0.2.1"),
        (1, "10.0.0.1", "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "10.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "10.0.0.1", "203.0.113.9", "10.0.0.1"),  # fewer hops than there are proxies: not through them
        (1, "10.0.0.1", None, "10.0.0.1"),
        (1, "10.0.0.1", "6.6.6.6, <script>", "10.0.0.1"),
        (0, "", None, None),
        (0, "2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::"),
        (0, "::ffff:192.0.2.1", None, "192.0.2.1"),
    ],
)
def test_where_a_request_comes_from(settings: Any, proxies: int, remote: str, forwarded: Any, seen: Any) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded is not None else {}
    assert client_ip(RequestFactory(REMOTE_ADDR=remote, **headers).get("/")) == seen


@pytest.mark.parametrize("name", ["a\0b", "x" * 10_000, "", "nobody"])
def test_a_name_that_nobody_can_have(name: str) -> None:
    assert ask_for_token("wrong", name).status_code == 401
    assert sign_in(Client(), "wrong", name).status_code == 200


def test_signing_in_begins_a_session_and_the_one_of_before_is_worth_nothing(client: Client, ann: User) -> None:
    stranger = SessionStore()
    stranger["planted"] = "by somebody else"
    stranger.create()
    client.cookies[SESSION] = stranger.session_key
    token = client.get("/sign-in").cookies["csrftoken"].value
    answer = sign_in(client, HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0")
    assert answer.cookies[SESSION].value != stranger.session_key
    assert answer.cookies["csrftoken"].value != token
    (row,) = Session.objects.all()
    assert (row.user, row.browser) == (ann, "Firefox on Linux")
    assert "planted" not in SessionStore(row.session_key)


def session_aged(client: Client, **past: timedelta) -> None:
    store = SessionStore(client.cookies[SESSION].value)
    for name, age in past.items():
        store[name] = (now() - age).timestamp()
    store.save()


def test_a_session_grows_old(client: Client, ann: User) -> None:
    sign_in(client)
    until = Session.objects.get().expire_date
    assert timedelta(hours=11.9) < until - now() < timedelta(hours=12.1)
    # In use it goes on; a note of that is written now and then, not at every request.
    client.get("/account")
    assert Session.objects.get().expire_date == until
    session_aged(client, seen_at=timedelta(minutes=20))
    Session.objects.update(expire_date=now() + timedelta(hours=11))
    client.get("/account")
    assert Session.objects.get().expire_date > now() + timedelta(hours=11.9)
    # Left alone it ends,
    Session.objects.update(expire_date=now() - timedelta(seconds=1))
    assert client.get("/account").status_code == 302
    # and used all the time it ends too.
    sign_in(client)
    session_aged(client, signed_in_at=timedelta(days=7, seconds=-60))
    assert client.get("/account").status_code == 200
    session_aged(client, signed_in_at=timedelta(days=7, seconds=1))
    assert client.get("/account").status_code == 302
    assert not Session.objects.filter(user=ann, expire_date__gt=now()).exists()


def test_what_has_ended_is_forgotten(client: Client, ann: User) -> None:
    sign_in(client)
    sign_in(Client(), "wrong")
    row, _ = token_issue(user=ann)
    sign_ins_forget()
    assert (Session.objects.count(), AccessAttempt.objects.count(), ann.auth_token_set.count()) == (1, 1, 1)
    past = now() - timedelta(days=1)
    Session.objects.update(expire_date=past)
    AccessAttempt.objects.update(attempt_time=past)
    row.expiry = past
    row.save()
    sign_ins_forget()
    assert (Session.objects.count(), AccessAttempt.objects.count(), ann.auth_token_set.count()) == (0, 0, 0)
