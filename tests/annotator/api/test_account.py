"""The page of one's own account."""

import re

import pytest
from django.test import Client
from rest_framework.test import APIClient

from annotator.models import Session, User
from annotator.services.tokens import token_issue
from tests.annotator.factories import PASSWORD, make_user
from tests.annotator.http import API

pytestmark = pytest.mark.django_db
NEW = "another horse entirely"
CHANGE = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}


@pytest.fixture
def ann(annotator: User, client: Client) -> User:
    annotator.set_password(PASSWORD)
    annotator.save()
    client.force_login(annotator)
    return annotator


def works(token: str) -> bool:
    return APIClient(headers={"Authorization": f"Token {token}"}).get(f"{API}/me").status_code == 200


@pytest.mark.parametrize("ends", [True, False])
def test_a_new_password_ends_every_other_session_and_the_tokens_if_so_asked(
    client: Client, ann: User, ends: bool
) -> None:
    elsewhere = Client()
    elsewhere.force_login(ann)
    _, token = token_issue(user=ann)
    answer = client.post("/account/password", {**CHANGE, **({"tokens": "on"} if ends else {})})
    assert "signed out everywhere else" in answer.content.decode()
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302
    assert Session.objects.filter(user=ann).count() == 1
    assert works(token) is not ends
    fresh = Client()
    assert fresh.post("/sign-in", {"username": "ann", "password": PASSWORD}).status_code == 200
    assert fresh.post("/sign-in", {"username": "ann", "password": NEW}).status_code == 302


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"old_password": "wrong"}, "That is not your password."),
        ({"new_password2": "something else"}, "match"),
        ({"new_password1": "short", "new_password2": "short"}, "too short"),
        ({"new_password1": "password1234", "new_password2": "password1234"}, "too common"),
    ],
)
def test_a_password_that_is_not_changed(client: Client, ann: User, wrong: dict[str, str], said: str) -> None:
    answer = client.post("/account/password", CHANGE | wrong)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    ann.refresh_from_db()
    assert ann.check_password(PASSWORD)


def test_the_old_password_is_no_place_to_guess(client: Client, ann: User, settings) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        client.post("/account/password", CHANGE | {"old_password": "wrong"})
    answer = client.post("/account/password", CHANGE)
    assert "Too many wrong passwords" in answer.content.decode()


def test_a_token_is_shown_once_and_ended(client: Client, ann: User) -> None:
    page = client.post("/account/tokens", {"name": "laptop", "scopes": ["read"], "days": 30})
    (token,) = re.findall(r"<code>([0-9a-f]{64})</code>", page.content.decode())
    assert works(token)
    assert "no-store" in page["Cache-Control"]
    again = client.get("/account").content.decode()
    assert token not in again
    assert "laptop" in again
    key = ann.auth_token_set.get().token_key
    stranger = Client()
    stranger.force_login(make_user("otto"))
    assert stranger.post(f"/account/tokens/{key}/end").status_code == 404
    assert works(token)
    assert client.post(f"/account/tokens/{key}/end").status_code == 302
    assert not works(token)


def test_a_token_for_nothing_or_for_ever_is_not_made(client: Client, ann: User) -> None:
    for wrong in ({"days": 30}, {"scopes": ["all"], "days": 30}, {"scopes": ["read"], "days": 366}):
        assert client.post("/account/tokens", wrong).status_code == 422
    assert not ann.auth_token_set.exists()


def test_the_other_sessions_are_ended(client: Client, ann: User) -> None:
    elsewhere, stranger = Client(headers={"User-Agent": "Mozilla/5.0 (iPhone) Safari/600"}), Client()
    elsewhere.force_login(ann)
    stranger.force_login(make_user("otto"))
    elsewhere.get("/account")
    assert client.get("/account").content.decode().count("last used") == 2
    client.post("/account/sessions/end")
    assert [each.get("/account").status_code for each in (client, elsewhere, stranger)] == [200, 302, 200]


@pytest.mark.parametrize("path", ["password", "tokens", "tokens/abcdefgh/end", "sessions/end"])
def test_each_form_has_its_own_token_against_other_sites(ann: User, path: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ann)
    assert strict.post(f"/account/{path}").status_code == 403
    assert Client().post(f"/account/{path}").url.startswith("/sign-in?next=")
