"""Redpen as production runs it: the command of its image, a token per annotator."""

import hashlib
import json
import os
import re
import secrets
import sys
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from tests.bench.store import texts
from tests.bench.store.cycles import Site
from tests.bench.store.load import Cycle, Wrong, expect
from tests.bench.store.serving import free_address, serving
from tests.bench.store.wire import Address, request

ROOT = Path(__file__).resolve().parents[3]
RULES = {"overlap": 1, "desk": {"asks": ["marks"]}}
SPANS = [{"start": a, "end": b, "quote": texts.RESPONSE[a:b], "type": "irrelevant"} for a, b in texts.MARKED]
SHA256 = hashlib.sha256(texts.RESPONSE.encode()).hexdigest()


def set_up(folder: Path, database_url: str, redis_url: str) -> None:
    """Production's settings for this process and for the servers it starts, and an up-to-date database."""
    import django

    os.environ |= {"DATA_DIR": str(folder), "REDIS_URL": redis_url, "REDPEN_ENV": "production"}
    # The socket lets its owner in whatever the password; production wants to see one.
    os.environ["DATABASE_URL"] = database_url.replace("redpen@", f"redpen:{secrets.token_hex(16)}@", 1)
    os.environ |= {"SECRET_KEY": secrets.token_urlsafe(48), "ALLOWED_HOSTS": "127.0.0.1"}
    # No proxy, but one address is known; and nobody here is as slow as people are.
    os.environ |= {"TRUSTED_PROXIES": "1", "RATE_FACTOR": "1000"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "annotator.config.settings"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)


def image_command(address: Address) -> list[str]:
    """The image's command, on this Python and at this address. Raises ValueError if it does not name one."""
    lines = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    found = re.search(r"^CMD (\[.*\])$", lines, re.MULTILINE)
    if not found:
        raise ValueError("the Dockerfile has no CMD in the form of a list")
    program, *arguments = json.loads(found[1])
    arguments[arguments.index("--bind") + 1] = "{}:{}".format(*address)
    return [sys.executable, "-m", program, *arguments]


def postgres_version() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"{cursor.fetchone()[0]}, embedded, its defaults (fsync on)"


def another_database(name: str) -> dict[str, str]:
    """An empty database on the same PostgreSQL, for somebody else: how libpq finds it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        cursor.execute("CHECKPOINT")
    found = connection.get_connection_params()
    return {"host": found["host"], "user": found["user"], "dbname": name}


@contextmanager
def web(folder: Path) -> Iterator[Address]:
    address = free_address()
    with serving(image_command(address), address, "/sign-in", folder / "web.log", dict(os.environ)):
        yield address


@contextmanager
def running(folder: Path, examples: int, annotators: int) -> Iterator[Site]:
    made, tokens = project("cycles", examples, annotators)
    with web(folder) as address:
        yield Site(address, [annotator(made.pk, token) for token in tokens], lambda: stored(made.pk))


def headers(token: str) -> dict[str, str]:
    """What a program sends along, through a proxy that ends TLS."""
    return {
        "Host": "127.0.0.1",
        "Authorization": f"Token {token}",
        "Content-Type": "application/json",
        "X-Forwarded-Proto": "https",
    }


def project(slug: str, examples: int, annotators: int) -> tuple[Any, list[str]]:
    """A project of so many examples, and a token per annotator."""
    from annotator.services.imports import examples_import
    from annotator.services.tokens import token_issue
    from tests.annotator.factories import jsonl, make_project, make_user

    made = make_project(make_user(f"owner-{slug}", is_staff=True), slug, **RULES)
    examples_import(project=made, file=jsonl(*texts.examples(examples)), format="jsonl")
    people = [make_user(f"{slug}-{number}", made) for number in range(annotators)]
    return made, [token_issue(user=person)[1] for person in people]


def annotator(project_id: int, token: str) -> Callable[[], Cycle]:
    take = request("POST", f"/api/v1/projects/{project_id}/assignments/next", headers(token), b"{}")

    def cycle() -> Cycle:
        reply = expect((yield "next", take), 200)
        yield from submit(orjson.loads(reply.body)["id"], token)

    return cycle


def submit(assignment_id: int, token: str, sha256: str = SHA256, spans: Sequence[dict] = SPANS) -> Cycle:
    """Raises Wrong unless it is stored and fills a place."""
    reply = expect((yield "submit", submission(assignment_id, token, str(uuid.uuid4()), sha256, spans)), 200)
    if b'"counted":true' not in reply.body:
        raise Wrong(f"not counted: {reply.body!r}")


def submission(
    assignment_id: int, token: str, client_id: str, sha256: str = SHA256, spans: Sequence[dict] = SPANS
) -> bytes:
    judgement = {"response": 0, "text_sha256": sha256, "spans": spans, "missing": []}
    body = orjson.dumps({"client_id": client_id, "judgements": [judgement], "active_seconds": 12.5})
    return request("POST", f"/api/v1/assignments/{assignment_id}/submit", headers(token), body)


def stored(project_id: int) -> tuple[int, int]:
    """Annotations and spans that the project has."""
    from annotator.models import Annotation, Span

    spans = Span.objects.filter(judgement__annotation__project=project_id)
    return Annotation.objects.filter(project=project_id).count(), spans.count()
