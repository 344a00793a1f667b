"""docs/keys.md names every secret and every algorithm that the code knows; and a new SECRET_KEY does what it says."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from annotator.domain.errors import DomainError
from annotator.models import Project, User
from annotator.services.entry_links import link_of, links_make
from annotator.services.invitations import invitation_make, invitation_of
from annotator.services.tokens import token_issue
from annotator.services.trainer import WITHHELD
from tests.annotator.factories import PASSWORD, make_study

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "keys.md").read_text("utf-8")
# What env.py reads beside secrets. A name that is new must be put here, or into docs/keys.md.
NO_SECRETS = {
    *("REDPEN_ENV", "DATA_DIR", "RUNS_DIR", "DATASETS_DIR", "STATIC_ROOT", "DEBUG", "REDPEN_DEMO", "REDPEN_WARM_UP"),
    *("ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "PORT", "TRUSTED_PROXIES", "SESSION_IDLE_MINUTES", "SESSION_HOURS"),
    *("REQUIRE_SECOND_FACTOR", "OIDC_CLIENT_ID", "OIDC_NAME", "OIDC_DOMAINS"),
    *("FETCH_ALLOW", "RATE_FACTOR", "LOG_LEVEL", "PROLIFIC_API", "TRAINER_COMMAND"),
    *("JOB_LEASE_SECONDS", "JOB_POLL_SECONDS", "JOB_GRACE_SECONDS", "JOB_REAP_SECONDS"),
}
NAME = re.compile(r"(?!INFO)[A-Z][A-Z0-9_]{2,}")
SECRET = re.compile(r"(?:[A-Z0-9]+_)+(?:KEY|TOKEN|SECRET|PASSWORD)")
KEYED = {"hmac", "jwt", "argon2", "joserfc", "authlib", "cryptography", "nacl", "ssl", "django.core.signing"}
OWNED = re.compile(r"\| `([A-Z_]+)` \|(.+)\|(.+)\|(.+)\|")


@cache
def trees() -> dict[str, ast.Module]:
    files = (file for package in ("annotator", "redpen", "training") for file in (ROOT / package).rglob("*.py"))
    return {str(file.relative_to(ROOT)): ast.parse(file.read_text("utf-8")) for file in files}


def texts(path: str) -> set[str]:
    return {
        node.value for node in ast.walk(trees()[path]) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def named(word: str) -> bool:
    return f"`{word}`" in PAGE


def test_every_setting_is_a_secret_that_is_named_or_is_none() -> None:
    read = {text for text in texts("annotator/config/env.py") if NAME.fullmatch(text)}
    assert len(read) > 30
    secret = {name for name in read - NO_SECRETS if named(name)}
    assert read - NO_SECRETS - secret == set()
    assert NO_SECRETS - read == set(), "names that nobody reads"
    assert {name for name in NO_SECRETS if SECRET.fullmatch(name)} == set()
    assert set(WITHHELD) <= secret


def test_every_secret_says_what_it_is_for_who_holds_it_and_how_it_is_replaced() -> None:
    rows = {match[1]: [cell.strip() for cell in match.groups()[1:]] for match in OWNED.finditer(PAGE)}
    assert set(WITHHELD) <= set(rows)
    assert [name for name, cells in rows.items() if not all(cells)] == []


def test_every_name_of_a_secret_in_the_code_is_there() -> None:
    found = {(path, text) for path in trees() for text in texts(path) if SECRET.fullmatch(text)}
    assert {"SECRET_KEY", "REWARD_TOKEN", "REDPEN_TOKEN"} <= {text for _, text in found}
    assert [each for each in sorted(found) if not named(each[1])] == []


def test_every_secret_of_the_containers_is_there() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    assert {"POSTGRES_PASSWORD", "REDIS_PASSWORD"} <= asked
    assert [name for name in sorted(asked - NO_SECRETS) if not named(name)] == []


def test_every_place_and_purpose_of_keyed_cryptography_is_there() -> None:
    places = {
        path
        for path, tree in trees().items()
        if any(name == module or name.startswith(f"{module}.") for name in imports(tree) for module in KEYED)
    }
    places = {path for path in places if "/migrations/" not in path}
    assert "annotator/api/webhooks.py" in places
    assert [path for path in sorted(places) if not named(path)] == []
    salts = {text for path in trees() for text in texts(path) if re.fullmatch(r"redpen\.[a-z.]+", text)}
    signed = {salt for salt in salts if any(salt in texts(path) for path in places)}
    assert len(signed) == 3
    assert [salt for salt in sorted(signed) if not named(salt)] == []


def test_no_hash_is_used_but_those_that_are_there() -> None:
    used = {
        node.attr
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "hashlib"
    }
    assert used == {"sha256", "file_digest"}


def test_keys_of_before_are_read_from_the_environment() -> None:
    command = "from annotator.config import settings; print(settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS)"
    environment = {**os.environ, "SECRET_KEY": "new", "SECRET_KEY_FALLBACKS": "old, older"}
    done = subprocess.run([sys.executable, "-c", command], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == "new ['old', 'older']", done.stderr


@pytest.mark.django_db
@pytest.mark.parametrize("kept", [True, False])
def test_a_new_secret_key_is_not_noticed_while_the_old_one_is_kept(
    project: Project, owner: User, settings: Any, kept: bool
) -> None:
    owner.set_password(PASSWORD)
    owner.save()
    browser, asks = Client(), {"username": "olga", "password": PASSWORD}
    browser.post("/sign-in", asks)
    (link,) = links_make(study=make_study(project, owner), made_by=owner, people=["one"], days=1)
    _, invitation = invitation_make(project=project, role="annotator", days=1, made_by=owner)
    _, token = token_issue(user=owner)

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY] if kept else []
    settings.SECRET_KEY = "a-new-one" * 8
    assert (browser.get("/account").status_code == 200) is kept
    for read, signed in ((link_of, link.token), (invitation_of, invitation)):
        if kept:
            read(signed)
        else:
            with pytest.raises(DomainError, match="perhaps a part of"):
                read(signed)
    # Whoever came back is signed in by the new key.
    settings.SECRET_KEY_FALLBACKS = []
    assert (browser.get("/account").status_code == 200) is kept
    with pytest.raises(DomainError, match="perhaps a part of"):
        link_of(link.token)
    program = APIClient(headers={"Authorization": f"Token {token}"})
    assert program.get("/api/v1/me").status_code == 200
    assert Client().post("/sign-in", asks).status_code == 302
