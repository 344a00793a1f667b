"""Prolific's signed study tokens: JWTs, checked by its published keys."""

import base64
import threading
import time
from collections.abc import Sequence
from typing import Any

import jwt
from django.conf import settings

from annotator.domain.errors import DomainError
from annotator.services.providers.http import ask, asked_json
from annotator.services.providers.interface import Claim

# Never those with a shared secret, for which a public key would be one.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384")
MAX_TOKEN = 8192
KEYS_SECONDS = 600
# A kid that is not known has the keys fetched again, but not for each of a thousand made-up ones.
FRESH_SECONDS = 30

_lock = threading.Lock()
_keys: dict[str, Any] = {}
_fetched: dict[str, float] = {}


def check(claim: Claim, hosts: Sequence[str]) -> None:
    """That Prolific signed just this claim for one of these hosts, and it still holds.

    DomainError entry_refused; provider_unavailable if its keys cannot be had.
    """
    refused = DomainError("entry_refused", "The signed token of this address does not hold.")
    if len(claim.token) > MAX_TOKEN or not _canonical(claim.token):
        raise refused
    try:
        header = jwt.get_unverified_header(claim.token)
        if header.get("alg") not in ALGORITHMS or not isinstance(header.get("kid"), str):
            raise refused
        key = _key(header["kid"])
        if key is None or (key.algorithm_name and key.algorithm_name != header["alg"]):
            raise refused
        body = jwt.decode(
            claim.token,
            key.key,
            algorithms=[header["alg"]],
            audience=[f"{scheme}{host}" for host in hosts for scheme in ("", "https://", "http://")],
            options={"require": ["exp", "aud"]},
            leeway=10,
        )
    except jwt.PyJWTError as error:
        raise refused from error
    said = body.get("prolific")
    wanted = {"participant_id": claim.person_id, "study_id": claim.study_id, "session_id": claim.session_id}
    if not isinstance(said, dict) or {name: said.get(name) for name in wanted} != wanted:
        raise refused


def _canonical(token: str) -> bool:
    """Whether it is written as it was when it was signed: the last letter of a part may be read in several ways."""
    try:
        parts = [base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split(".")]
    except ValueError:
        return False
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) == token


def _key(kid: str) -> Any:
    """The key of that name, of keys that are no older than KEYS_SECONDS; None if there is none."""
    url, now = settings.PROLIFIC_JWKS_URL, time.monotonic()
    with _lock:
        age = now - _fetched.get(url, float("-inf"))
        if age > KEYS_SECONDS or (f"{url} {kid}" not in _keys and age > FRESH_SECONDS):
            found = asked_json(ask("GET", url, headers={"Accept": "application/json"}))
            for known in [name for name in _keys if name.startswith(f"{url} ")]:
                del _keys[known]
            for each in found.get("keys") or []:
                if each.get("kid") and each.get("kty") in ("RSA", "EC"):
                    _keys[f"{url} {each['kid']}"] = jwt.PyJWK(each)
            _fetched[url] = now
        return _keys.get(f"{url} {kid}")
