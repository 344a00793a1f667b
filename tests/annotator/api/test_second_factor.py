"""The second factor: at the sign-in, before anything is run, and when it is lost."""

import base64
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils.timezone import now
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from rest_framework.test import APIClient

from annotator.models import Project, RecoveryCode, Session, User
from annotator.services.second_factor import second_factor_begin, second_factor_check, second_factor_confirm
from annotator.services.tokens import token_issue
from tests.annotator.factories import PASSWORD
from tests.annotator.http import API, Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def adam(admin: User, settings: Any) -> User:
    settings.REQUIRE_SECOND_FACTOR = True
    admin.set_password(PASSWORD)
    admin.save()
    return admin


def code_of(device: TOTPDevice, ahead: int = 0) -> str:
    """What the app shows now, or `ahead` half minutes from now."""
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = now().timestamp() + ahead * device.step
    return f"{totp.token():06d}"


def wrong_for(device: TOTPDevice) -> str:
    near = {code_of(device, ahead) for ahead in range(-3, 4)}
    return next(code for code in ("000000", "111111", "222222", "333333", "444444", "555555") if code not in near)


def has_app(user: User) -> tuple[TOTPDevice, list[str]]:
    device = second_factor_begin(user=user)
    made = second_factor_confirm(user=user, code=code_of(device, -1), session=None)
    assert made
    return made


def sign_in(browser: Browser, **options: Any) -> Any:
    return browser.post("/sign-in", {"username": "adam", "password": PASSWORD, **options})


def rested(*devices: Any) -> None:
    """Let the wait after a wrong code be over."""
    for device in devices:
        type(device).objects.filter(pk=device.pk).update(throttling_failure_timestamp=now() - timedelta(days=2))


def test_an_admin_sets_up_an_app_and_only_then_runs_something(project: Project, adam: User, client: Browser) -> None:
    assert sign_in(client).url == "/"
    console = client.get("/console")
    assert (console.status_code, "/account/second-factor" in console.content.decode()) == (403, True)
    refused = client.get(f"{API}/projects/{project.pk}/examples")
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_required")
    assert client.post("/account/tokens", {"scopes": ["read"], "days": 1}).status_code == 403
    assert client.post("/account/second-factor/begin", {"password": "wrong"}).status_code == 422
    page = client.post("/account/second-factor/begin", {"password": PASSWORD}).content.decode()
    assert "<svg" in page
    assert "style=" not in page
    device = TOTPDevice.objects.get(user=adam, confirmed=False)
    assert base64.b32encode(device.bin_key).decode() in page.replace(" ", "")
    wrong = client.post("/account/second-factor/confirm", {"code": wrong_for(device)})
    assert (wrong.status_code, TOTPDevice.objects.filter(confirmed=True).exists()) == (422, False)
    rested(device)
    elsewhere = Browser()
    elsewhere.force_login(adam)
    key = client.session.session_key
    shown = client.post("/account/second-factor/confirm", {"code": code_of(device)}).content.decode()
    assert len(re.findall(r"<code>[a-z2-7]{4}(?:-[a-z2-7]{4}){3}</code>", shown)) == 10
    assert client.session.session_key != key
    assert client.get(f"{API}/projects/{project.pk}/examples").status_code == 200
    assert client.get("/console").status_code != 403
    assert elsewhere.get("/account").status_code == 302
    made = client.post("/account/tokens", {"scopes": ["read"], "days": 1}).content.decode()
    (token,) = re.findall(r"<code>([0-9a-f]{64})</code>", made)
    program = APIClient(headers={"Authorization": f"Token {token}"})
    assert program.get(f"{API}/projects/{project.pk}/examples").status_code == 200


def test_from_then_on_the_password_alone_signs_nobody_in(adam: User, client: Browser) -> None:
    device, codes = has_app(adam)
    assert sign_in(client, next="/account").url == "/sign-in/code"
    assert client.get("/account").status_code == 302
    assert client.get(f"{API}/me").status_code == 401
    assert client.get("/sign-in/code").status_code == 200
    assert client.post("/sign-in/code", {"code": wrong_for(device)}).status_code == 422
    # For a while after a wrong one even the right one is not looked at.
    assert client.post("/sign-in/code", {"code": code_of(device)}).status_code == 422
    rested(device)
    assert client.post("/sign-in/code", {"code": code_of(device)}).url == "/account"
    assert client.get("/account").status_code == 200
    # A code that was used is none.
    again = Browser()
    sign_in(again)
    assert again.post("/sign-in/code", {"code": code_of(device)}).status_code == 422
    # A recovery code, once.
    assert again.post("/sign-in/code", {"code": codes[0].upper()}).status_code == 302
    third = Browser()
    sign_in(third)
    assert third.post("/sign-in/code", {"code": codes[0]}).status_code == 422
    assert third.get("/account").status_code == 302
    assert RecoveryCode.objects.count() == 9


def test_wrong_codes_of_one_kind_do_not_lock_the_other(adam: User) -> None:
    device, codes = has_app(adam)
    paper = StaticDevice.objects.get()
    for _ in range(3):
        rested(device)
        assert second_factor_check(user=adam, code=wrong_for(device)) is None
    assert second_factor_check(user=adam, code=codes[3]) == paper
    for _ in range(3):
        rested(paper)
        assert second_factor_check(user=adam, code="aaaa-bbbb-cccc-dddd") is None
    rested(device)
    assert second_factor_check(user=adam, code=code_of(device)) == device


def test_after_five_wrong_codes_or_ten_minutes_the_password_comes_again(adam: User, client: Browser) -> None:
    device, _ = has_app(adam)
    sign_in(client)
    for _ in range(5):
        assert client.post("/sign-in/code", {"code": wrong_for(device)}).status_code == 422
    rested(device)
    assert client.post("/sign-in/code", {"code": code_of(device)}).url == "/sign-in"
    sign_in(client)
    session = client.session
    session["pending"] = [*session["pending"][:2], session["pending"][2] - 601, 0]
    session.save()
    assert client.post("/sign-in/code", {"code": code_of(device)}).url == "/sign-in"
    assert Browser().get("/sign-in/code").url == "/sign-in"
    assert not Session.objects.filter(user=adam).exists()


def ask_for_token(**body: Any) -> Any:
    basic = base64.b64encode(f"adam:{PASSWORD}".encode()).decode()
    client = APIClient(headers={"Authorization": f"Basic {basic}"})
    return client.post(f"{API}/tokens", {"scopes": ["read", "manage"], **body}, format="json")


def test_no_token_for_a_password_alone(project: Project, adam: User) -> None:
    refused = ask_for_token()
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_required")
    device, _ = has_app(adam)
    for body in ({}, {"otp": wrong_for(device)}):
        refused = ask_for_token(**body)
        assert (refused.status_code, list(refused.json()["fields"])) == (403, ["otp"])
        rested(device, StaticDevice.objects.get())
    token = ask_for_token(otp=code_of(device)).json()["token"]
    program = APIClient(headers={"Authorization": f"Token {token}"})
    assert program.get(f"{API}/projects/{project.pk}/examples").status_code == 200
    # One of before, or of the shell, is worth as much as a password.
    program = APIClient(headers={"Authorization": f"Token {token_issue(user=adam)[1]}"})
    refused = program.get(f"{API}/projects/{project.pk}/examples")
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_required")


def test_who_runs_nothing_needs_none_and_may_have_one(project: Project, adam: User, annotator: User) -> None:
    assert Client(annotator).post("tokens", {"scopes": ["read"]}).status_code == 201
    annotator.set_password(PASSWORD)
    annotator.save()
    has_app(annotator)
    browser = Browser()
    assert browser.post("/sign-in", {"username": "ann", "password": PASSWORD}).url == "/sign-in/code"


@pytest.fixture
def signed(adam: User, client: Browser) -> Iterator[tuple[Browser, TOTPDevice, list[str]]]:
    device, codes = has_app(adam)
    sign_in(client)
    client.post("/sign-in/code", {"code": codes[-1]})
    return client, device, codes


def test_new_recovery_codes_take_the_place_of_the_old(signed: Any, adam: User) -> None:
    client, device, codes = signed
    assert client.post("/account/second-factor/codes", {"code": wrong_for(device)}).status_code == 422
    rested(device)
    page = client.post("/account/second-factor/codes", {"code": code_of(device)}).content.decode()
    assert len(re.findall(r"<code>[a-z2-7-]{19}</code>", page)) == 10
    assert second_factor_check(user=adam, code=codes[0]) is None


def test_it_is_given_up_for_a_code_alone(project: Project, signed: Any, adam: User) -> None:
    client, device, _ = signed
    assert client.post("/account/second-factor/remove", {"code": "x"}).status_code == 422
    assert TOTPDevice.objects.filter(user=adam).exists()
    assert client.post("/account/second-factor/remove", {"code": code_of(device)}).status_code == 302
    assert not TOTPDevice.objects.filter(user=adam).exists()
    assert client.get(f"{API}/projects/{project.pk}/examples").json()["code"] == "second_factor_required"


def test_the_owner_resets_it(signed: Any, adam: User, owner: User, settings: Any) -> None:
    client, *_ = signed
    token_issue(user=adam, second_factor=True)
    settings.REQUIRE_SECOND_FACTOR = False
    theirs = Client(owner)
    assert {each["username"]: each["second_factor"] for each in theirs.get("accounts").json()} == {
        "adam": True,
        "olga": False,
    }
    assert theirs.delete(f"accounts/{adam.pk}/second-factor").status_code == 204
    assert client.get("/account").status_code == 302
    assert not adam.auth_token_set.exists()
    assert sign_in(client).url == "/"
