"""The only reader of the environment: every value that a deployment may choose is named here, with its default.

REDPEN_ENV is `local` (the default), `test` or `production`. Production has no defaults for what matters, and
refuses to start on a value that would leave the door open. Local secrets are made once, in the data folder.
"""

import os
import secrets
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from annotator.config.weak import flag, weaknesses, words
from annotator.management import embedded

BASE_DIR = Path(__file__).resolve().parents[2]


def _path(name: str, default: Path) -> Path:
    return Path(os.environ.get(name) or default).expanduser().resolve()


def local_secret(path: Path) -> str:
    """The secret kept in `path`, made on first use and readable by its owner alone.

    Raises ImproperlyConfigured when the disk does not take it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(48))
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(
            f"The data folder {path.parent} cannot be used: {error.strerror}. Choose another with DATA_DIR."
        ) from error


def _write_once(path: Path, text: str) -> None:
    """Of several processes that start together one wins; the others then read what it wrote, never half of it."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


ENV = os.environ.get("REDPEN_ENV", "local")
if ENV not in ("local", "test", "production"):
    raise ImproperlyConfigured(f"REDPEN_ENV is {ENV!r}; it must be local, test or production.")
PRODUCTION = ENV == "production"
if PRODUCTION and (found := weaknesses(os.environ)):
    raise ImproperlyConfigured("Redpen refuses to start in production:\n  - " + "\n  - ".join(found))

DATA_DIR = _path("DATA_DIR", BASE_DIR / ".redpen")
RUNS_DIR = _path("RUNS_DIR", DATA_DIR / "runs")
DATASETS_DIR = _path("DATASETS_DIR", DATA_DIR / "datasets")
STATIC_ROOT = _path("STATIC_ROOT", DATA_DIR / "static")

DEBUG = flag(os.environ, "DEBUG")
DEMO = flag(os.environ, "REDPEN_DEMO")
WARM_UP = os.environ.get("REDPEN_WARM_UP", "1") != "0"
SECRET_KEY = os.environ.get("SECRET_KEY") or local_secret(DATA_DIR / "secret_key")
# Keys of before, by which what they signed still holds; nothing is signed with them.
SECRET_KEY_FALLBACKS = words(os.environ, "SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = words(os.environ, "ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = words(os.environ, "CSRF_TRUSTED_ORIGINS")
EMBEDDED_POSTGRES = not os.environ.get("DATABASE_URL")
EMBEDDED_REDIS = not os.environ.get("REDIS_URL")
DATABASE_URL = os.environ.get("DATABASE_URL") or embedded.database_url(DATA_DIR)
REDIS_URL = os.environ.get("REDIS_URL") or embedded.redis_url(DATA_DIR)
PORT = int(os.environ.get("PORT") or 8000)
# How many proxies stand before Redpen, each of which adds to X-Forwarded-For whom it was asked by.
TRUSTED_PROXIES = int(os.environ.get("TRUSTED_PROXIES") or 0)
# A browser is signed out when nobody used it for so long, and in any case so long after the sign-in.
SESSION_IDLE_MINUTES = float(os.environ.get("SESSION_IDLE_MINUTES") or 12 * 60)
SESSION_HOURS = float(os.environ.get("SESSION_HOURS") or 7 * 24)
# Whether admins and owners run anything without a second factor.
REQUIRE_SECOND_FACTOR = PRODUCTION
if "REQUIRE_SECOND_FACTOR" in os.environ:
    REQUIRE_SECOND_FACTOR = flag(os.environ, "REQUIRE_SECOND_FACTOR")
# Single sign-on by OpenID Connect: the address of the site, what it calls us, and what people call it. Of whom it says
# that they have a verified address at one of these domains, an account is made.
OIDC_ISSUER = os.environ.get("OIDC_ISSUER", "")
OIDC_CLIENT_ID = os.environ.get("OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = os.environ.get("OIDC_CLIENT_SECRET", "")
OIDC_NAME = os.environ.get("OIDC_NAME", "") or "the other site"
OIDC_DOMAINS = [each.lower() for each in words(os.environ, "OIDC_DOMAINS")]
# Hosts of one's own that files may be fetched from although they are private, or without TLS: "host" or "host:port".
FETCH_ALLOW = words(os.environ, "FETCH_ALLOW")
# What all bounds on requests a minute are multiplied by.
RATE_FACTOR = float(os.environ.get("RATE_FACTOR") or (1000 if ENV == "test" else 1))
LOG_LEVEL = os.environ.get("LOG_LEVEL", "INFO").upper()

# Prolific. Token and secret are here alone, never in the database, and never logged.
PROLIFIC_API = os.environ.get("PROLIFIC_API", "https://api.prolific.com/api/v1").rstrip("/")
PROLIFIC_TOKEN = os.environ.get("PROLIFIC_TOKEN", "")
PROLIFIC_WEBHOOK_SECRET = os.environ.get("PROLIFIC_WEBHOOK_SECRET", "")
PROLIFIC_JWKS_URL = os.environ.get("PROLIFIC_JWKS_URL", "https://api.prolific.com/.well-known/study/jwks.json")

JOB_LEASE_SECONDS = float(os.environ.get("JOB_LEASE_SECONDS", "60"))
JOB_POLL_SECONDS = float(os.environ.get("JOB_POLL_SECONDS", "1"))
JOB_GRACE_SECONDS = float(os.environ.get("JOB_GRACE_SECONDS", "5"))
JOB_REAP_SECONDS = float(os.environ.get("JOB_REAP_SECONDS", "5"))
TRAINER_COMMAND = os.environ.get("TRAINER_COMMAND", "").split() or [
    *(sys.executable, "-m", "training.scripts.{kind}")
]
