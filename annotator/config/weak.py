"""Which settings of a production would leave a door open. Pure: what it judges is handed to it by config/env.py."""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import dj_database_url

SECRET_KEY_MIN_LENGTH = 50
# Beside the words of people in a hurry, what Label Studio, doccano and Argilla once shipped (CVE-2023-43791 and kin).
KNOWN_SECRETS = (
    *("secret", "changeme", "change-me", "insecure", "example", "password"),
    *("fefwefwef13", "v8sk33sy82", "argilla"),
)
KNOWN_PASSWORDS = (
    *("", "admin", "changeme", "change-me", "default", "example", "password", "postgres", "redis", "redpen", "root"),
    *("secret", "test", "12345678", "123456789", "1234567890", "qwertyuiop"),
)
PASSWORD_MIN_LENGTH = 8
LOG_LEVELS = ("INFO", "WARNING", "ERROR", "CRITICAL")
# Names that mean a machine beside this one: of a container, or in a network of one's own.
NEAR = (".local", ".internal", ".lan", ".svc", ".home.arpa")
FOLDERS = ("DATA_DIR", "RUNS_DIR", "DATASETS_DIR")
MOST_PROXIES = 8

Given = Mapping[str, str]


def flag(given: Given, name: str) -> bool:
    return given.get(name, "").lower() in ("1", "true", "yes", "on")


def words(given: Given, name: str, default: str = "") -> list[str]:
    return [item.strip() for item in given.get(name, default).split(",") if item.strip()]


def weaknesses(given: Given) -> list[str]:
    """What forbids starting in production, one sentence each; never a secret itself."""
    return [
        *_secret_key("SECRET_KEY", given.get("SECRET_KEY", "")),
        *(each for old in words(given, "SECRET_KEY_FALLBACKS") for each in _secret_key("SECRET_KEY_FALLBACKS", old)),
        *_switches(given),
        *_hosts(given),
        *_database(given.get("DATABASE_URL", "")),
        *_redis(given.get("REDIS_URL", "")),
        *_proxies(given.get("TRUSTED_PROXIES", "")),
        *_folders(given),
        *_fetching(given),
        *_prolific(given),
        *_single_sign_on(given),
    ]


def _single_sign_on(given: Given) -> Iterator[str]:
    issuer = given.get("OIDC_ISSUER", "")
    if issuer and not issuer.startswith("https://"):
        yield f"OIDC_ISSUER is {issuer!r}; it must be an https:// address."
    missing = [name for name in ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET") if not given.get(name)]
    if issuer and missing:
        yield f"OIDC_ISSUER is set, but not {' and '.join(missing)}."


def _secret_key(name: str, secret: str) -> Iterator[str]:
    if len(secret) < SECRET_KEY_MIN_LENGTH:
        yield f"{name} is {len(secret)} characters long; it needs {SECRET_KEY_MIN_LENGTH}."
    elif any(word in secret.lower() for word in KNOWN_SECRETS) or _guessable(secret):
        yield f"{name} is a known or guessable value; generate a random one."


def _guessable(secret: str) -> bool:
    """Few characters, one piece again and again, or characters in their order."""
    again = secret in (secret + secret)[1:-1]
    in_order = sum(ord(after) - ord(before) == 1 for before, after in pairwise(secret))
    return len(set(secret)) < 10 or again or in_order > len(secret) // 3


def _switches(given: Given) -> Iterator[str]:
    if flag(given, "DEBUG"):
        yield "DEBUG is on."
    if flag(given, "REDPEN_DEMO"):
        yield "REDPEN_DEMO is on; its sign-in buttons let anybody in."
    if (level := given.get("LOG_LEVEL", "INFO").upper()) not in LOG_LEVELS:
        yield f"LOG_LEVEL is {level!r}, which writes people's data into logs; it must be {' or '.join(LOG_LEVELS)}."


def _hosts(given: Given) -> Iterator[str]:
    hosts = words(given, "ALLOWED_HOSTS")
    # ".org" and "*.lab.org" stand for more than anybody owns, or for nothing that Django knows.
    if not hosts or any("*" in host or (host.startswith(".") and "." not in host[1:]) for host in hosts):
        yield "ALLOWED_HOSTS must name the hosts that serve Redpen; it is empty or open."
    for origin in words(given, "CSRF_TRUSTED_ORIGINS"):
        if not origin.startswith("https://") or "*" in origin:
            yield f"CSRF_TRUSTED_ORIGINS holds {origin!r}; each must be the https:// address of one host."


def _database(url: str) -> Iterator[str]:
    if not url:
        yield "DATABASE_URL is not set."
        return
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        yield f"DATABASE_URL is of {parts.scheme!r}; it must be of postgres."
        return
    found = dj_database_url.parse(url)
    password = str(found.get("PASSWORD") or "")
    if _known(password, str(found.get("USER") or "")):
        yield "DATABASE_URL has no password or a default one."
    elif len(password) < PASSWORD_MIN_LENGTH:
        yield f"DATABASE_URL has a password of {len(password)} characters; it needs {PASSWORD_MIN_LENGTH}."
    mode = parse_qs(parts.query).get("sslmode", [""])[0]
    if _far(parts.hostname) and mode not in ("require", "verify-ca", "verify-full"):
        yield "DATABASE_URL names a host elsewhere without sslmode=require, verify-ca or verify-full."


def _redis(url: str) -> Iterator[str]:
    if not url:
        yield "REDIS_URL is not set."
        return
    parts = urlsplit(url)
    if parts.scheme == "unix" or parts.hostname in ("localhost", "127.0.0.1", "::1"):
        return
    password = unquote(parts.password or "")
    if _known(password, parts.username or ""):
        yield "REDIS_URL has no password or a default one, and whoever reaches Redis decides what workers do."
    elif len(password) < PASSWORD_MIN_LENGTH:
        yield f"REDIS_URL has a password of {len(password)} characters; it needs {PASSWORD_MIN_LENGTH}."
    if _far(parts.hostname) and parts.scheme != "rediss":
        yield "REDIS_URL names a host elsewhere without TLS; it must begin with rediss://."


def _known(password: str, user: str) -> bool:
    return password.lower() in KNOWN_PASSWORDS or password == user


def _far(host: str | None) -> bool:
    """Whether the way there leaves the machines that belong together: a public address or a full name."""
    if not host:
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith(NEAR)


def _proxies(text: str) -> Iterator[str]:
    count = int(text) if re.fullmatch(r"\d{1,3}", text) else 0
    if not 1 <= count <= MOST_PROXIES:
        yield (
            f"TRUSTED_PROXIES is {text!r}; it must say how many proxies stand before Redpen, 1 to {MOST_PROXIES}: "
            "too few, and everybody is locked out with one; too many, and anybody makes up their address."
        )


def _folders(given: Given) -> Iterator[str]:
    static = given.get("STATIC_ROOT")
    for name in FOLDERS:
        folder = Path(given[name]).expanduser().resolve() if given.get(name) else None
        if folder is None:
            continue
        if folder.is_dir() and folder.stat().st_mode & 0o007:
            yield f"{name} ({folder}) is open to every user of this machine; close it with chmod o-rwx."
        if static and folder.is_relative_to(Path(static).expanduser().resolve()):
            yield f"{name} ({folder}) lies in STATIC_ROOT, from which everybody is served."


def _fetching(given: Given) -> Iterator[str]:
    for host in words(given, "FETCH_ALLOW"):
        if not re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:\d{1,5})?", host) or host.startswith("169.254."):
            yield f"FETCH_ALLOW holds {host!r}; each must be one host, and none of 169.254.0.0/16."


def _prolific(given: Given) -> Iterator[str]:
    if given.get("PROLIFIC_TOKEN") and not given.get("PROLIFIC_WEBHOOK_SECRET"):
        yield "PROLIFIC_TOKEN is set without PROLIFIC_WEBHOOK_SECRET: nobody could tell who sends what Prolific sends."
    for name in ("PROLIFIC_API", "PROLIFIC_JWKS_URL"):
        if given.get(name) and not given[name].startswith("https://"):
            yield f"{name} is {given[name]!r}; it must begin with https://, since a token or a key goes that way."
