"""Which headers every address answers with, whoever asks: the whole table of addresses is walked."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from annotator.api.headers import BUILT, DRAWN, NOTHING, SCRIPTED
from annotator.models import Membership, Project, Role, User

pytestmark = pytest.mark.django_db

EXAMPLES = {
    "int": "1",
    "slug": "birds",
    "str": "train.jsonl",
    "path": "a/b",
    "uuid": "00000000-0000-0000-0000-000000000000",
}
COMMON = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "accelerometer=(), autoplay=(), camera=(), display-capture=(), "
    "encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), magnetometer=(), "
    "microphone=(), midi=(), payment=(), publickey-credentials-create=(), publickey-credentials-get=(), "
    "screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# By the beginning of the address: what stands here in place of the pages that the server draws.
BEGINNINGS = {
    "api/": {"Content-Security-Policy": NOTHING},
    "healthz": {"Content-Security-Policy": NOTHING},
    "static/": {"Content-Security-Policy": NOTHING},
    "annotate/": {"Content-Security-Policy": BUILT},
    "console": {"Content-Security-Policy": BUILT},
    "enter/": {"Content-Security-Policy": SCRIPTED},
    "part/": {"Content-Security-Policy": SCRIPTED},
}
NAMES = ("Content-Security-Policy", *COMMON)


def addresses(patterns: Any = None, before: str = "") -> list[str]:
    """An address of every pattern that is routed."""
    found = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = before + re.sub(r"<(?:(\w+):)?\w+>", lambda match: EXAMPLES[match[1] or "str"], str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            found += addresses(pattern.url_patterns, here)
        elif isinstance(pattern, URLPattern):
            found.append(here)
    return found


def expected(address: str) -> dict[str, str]:
    own = next((own for start, own in BEGINNINGS.items() if address.startswith(start)), {})
    return {"Content-Security-Policy": DRAWN, **COMMON, **own}


@pytest.fixture
def callers(settings: Any, tmp_path: Path) -> list[Client]:
    """A stranger, and somebody who may see everything."""
    settings.FRONTEND_DIST = tmp_path
    for name in ("annotate", "console"):
        (tmp_path / f"{name}.html").write_text(f"<!doctype html><title>{name}</title>")
    user = User.objects.create_user("ada", is_staff=True)
    Membership.objects.create(project=Project.objects.create(slug="birds", name="Birds"), user=user, role=Role.ADMIN)
    signed_in = Client(raise_request_exception=False)
    signed_in.force_login(user)
    return [Client(raise_request_exception=False), signed_in]


def test_every_address_answers_with_its_headers(callers: list[Client]) -> None:
    walked = addresses()
    assert len(walked) > 60
    wrong = []
    for address in [*walked, "static/redpen/pages.css", "nowhere", "api/nowhere", "annotate/birds/../nowhere"]:
        for client in callers:
            answer = client.get(f"/{address}")
            seen = {name: answer.headers.get(name) for name in NAMES}
            if seen != expected(address):
                wrong.append((address, answer.status_code, seen))
            if not address.startswith("static/"):
                assert "no-store" in answer.headers["Cache-Control"], address
    assert wrong == []


@pytest.mark.parametrize("policy", [NOTHING, DRAWN, SCRIPTED, BUILT])
def test_no_policy_has_a_hole(policy: str) -> None:
    said = {words[0]: set(words[1:]) for part in policy.split(";") if (words := part.split())}
    assert said["default-src"] == {"'none'"}
    assert said["base-uri"] == said["frame-ancestors"] == {"'none'"}
    assert said["form-action"] <= {"'self'", "'none'"}
    loose = {"'unsafe-inline'", "'unsafe-eval'", "'unsafe-hashes'", "*", "data:", "blob:", "http:", "https:"}
    assert not loose & set().union(*said.values())


def test_a_form_without_its_token_is_told_on_a_page_of_ours() -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in", {"username": "a", "password": "b"})
    page = answer.content.decode()
    assert (answer.status_code, "<style" in page) == (403, False)
    assert "This form has become too old" in page


def test_an_address_that_is_none_is_told_on_a_page_of_ours(client: Client) -> None:
    page = client.get("/nowhere").content.decode()
    assert "There is nothing here" in page
    assert "<style" not in page


def test_cookies_are_for_this_site_alone(client: Client) -> None:
    User.objects.create_user("ada", password="correct horse battery")
    answer = client.post("/sign-in", {"username": "ada", "password": "correct horse battery"})
    session = answer.cookies[django_settings.SESSION_COOKIE_NAME]
    assert (session["httponly"], session["samesite"], session["path"], session["domain"]) == (True, "Lax", "/", "")
