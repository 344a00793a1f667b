"""What the table of callers does not ask: tokens that have ended, passwords, second factors, places that were lost."""

import base64
from datetime import timedelta

from django.test import override_settings
from django.utils.timezone import now
from django_otp.plugins.otp_totp.models import TOTPDevice
from knox.models import AuthToken
from rest_framework.test import APIClient

from annotator.models import Membership, TokenGrant, User
from annotator.services.second_factor import second_factor_begin, second_factor_confirm
from annotator.services.tokens import token_issue
from tests.access.asking import Tally, ask, undone
from tests.access.world import World
from tests.annotator.api.test_second_factor import code_of
from tests.annotator.factories import PASSWORD

TOKENS = {"scopes": ["read"]}


def program(token: str) -> APIClient:
    return APIClient(headers={"Authorization": f"Token {token}"}, raise_request_exception=False)


def basic(name: str, password: str) -> APIClient:
    sent = base64.b64encode(f"{name}:{password}".encode()).decode()
    return APIClient(headers={"Authorization": f"Basic {sent}"}, raise_request_exception=False)


def probes(world: World) -> Tally:
    tally = Tally("probes")
    with undone():
        _tokens(world, tally)
    with undone():
        _passwords(world, tally)
    with undone(), override_settings(REQUIRE_SECOND_FACTOR=True):
        _second_factors(world, tally)
    with undone():
        _lost_places(world, tally)
    return tally


def _tokens(world: World, tally: Tally) -> None:
    ann = world.people["annotator"]
    assert ann
    row, token = token_issue(user=ann, scopes=["read"])
    _, other = token_issue(user=ann, scopes=["read"])
    tally.check("a token", ask(program(token), "get", "me").status_code, 200)
    tally.check("a token, and whose", ask(program(token), "get", "me").json()["username"], "ann")
    AuthToken.objects.filter(pk=row.pk).update(expiry=now() - timedelta(days=1))
    tally.check("a token that has ended", ask(program(token), "get", "me").status_code, 401)
    AuthToken.objects.filter(pk=row.pk).update(expiry=None)
    tally.check("a token without an end", ask(program(token), "get", "me").status_code, 401)
    tally.check("a token that is none", ask(program("x" * 64), "get", "me").status_code, 401)
    TokenGrant.objects.exclude(token=row).delete()
    tally.check("a token for nothing", ask(program(other), "get", "me").status_code, 401)


def _passwords(world: World, tally: Tally) -> None:
    ann = User.objects.get(username="ann")  # a copy: the world is not to know of the password
    ann.set_password(PASSWORD)
    ann.save()
    tally.check("a password", ask(basic("ann", PASSWORD), "post", "tokens", TOKENS).status_code, 201)
    tally.check("a wrong password", ask(basic("ann", "wrong"), "post", "tokens", TOKENS).status_code, 401)
    tally.check("another's password", ask(basic("otto", PASSWORD), "post", "tokens", TOKENS).status_code, 401)
    for name in ("a\0b", "x" * 151):
        tally.check("a name of nobody", ask(basic(name, "wrong"), "post", "tokens", TOKENS).status_code, 401)
    tally.check("a password for anything else", ask(basic("ann", PASSWORD), "get", "me").status_code, 401)
    User.objects.filter(pk=ann.pk).update(is_active=False)
    tally.check("of a closed account", ask(basic("ann", PASSWORD), "post", "tokens", TOKENS).status_code, 401)
    User.objects.filter(pk=ann.pk).update(is_active=True)
    answers = []
    for _ in range(10):  # kept, as nobody takes them back here
        answers.append(basic("ann", "wrong").post("/api/v1/tokens", TOKENS, format="json").status_code)
    tally.check("ten wrong passwords", answers, [401] * 9 + [429])
    locked = basic("ann", PASSWORD).post("/api/v1/tokens", TOKENS, format="json")
    tally.check("and then the right one", (locked.status_code, "Retry-After" in locked), (429, True))


def _second_factors(world: World, tally: Tally) -> None:
    adam, ann = (User.objects.get(username=name) for name in ("adam", "ann"))
    path = f"projects/{world.keys['project_id']}/examples"
    for shown, status in ((True, 200), (False, 403)):
        _, token = token_issue(user=adam, scopes=["read"], second_factor=shown)
        got = ask(program(token), "get", path).status_code
        tally.check(f"a token made {'with' if shown else 'without'} one", got, status)
    tally.check("an admin's session alone", ask(world.clients["admin"], "post", "tokens", TOKENS).status_code, 403)
    tally.check("with it", ask(world.verified["admin"], "post", "tokens", TOKENS).status_code, 201)
    # Which ends their sessions.
    for person in (adam, ann):
        person.set_password(PASSWORD)
        person.save()
    tally.check("an admin's password alone", ask(basic("adam", PASSWORD), "post", "tokens", TOKENS).status_code, 403)
    tally.check("an annotator's", ask(basic("ann", PASSWORD), "post", "tokens", TOKENS).status_code, 201)
    device = second_factor_begin(user=ann)
    tally.check("one that is being set up", ask(basic("ann", PASSWORD), "post", "tokens", TOKENS).status_code, 201)
    assert second_factor_confirm(user=ann, code=code_of(device, -1), session=None)
    for otp, status in (("", 403), ("000000", 403), (code_of(device), 201)):
        TOTPDevice.objects.update(throttling_failure_count=0)
        answer = ask(basic("ann", PASSWORD), "post", "tokens", {**TOKENS, "otp": otp})
        tally.check(f"a password with {otp or 'no code'}", answer.status_code, status)
        if status == 201:
            made = basic("ann", PASSWORD).post("/api/v1/tokens", {**TOKENS, "otp": otp}, format="json").json()
            kept = TokenGrant.objects.get(token__token_key=made["token_key"])
            tally.check("and the token says so", kept.second_factor, True)


def _lost_places(world: World, tally: Tally) -> None:
    """Whoever is no member any more has no assignment either."""
    ann = world.people["annotator"]
    Membership.objects.filter(user=ann).delete()
    client, path = world.clients["annotator"], f"assignments/{world.keys['assignment_id']}"
    for method, what in (("get", ""), ("put", "/draft"), ("post", "/heartbeat"), ("post", "/submit")):
        tally.check(f"{method} {what}", ask(client, method, f"{path}{what}").status_code, 404)
