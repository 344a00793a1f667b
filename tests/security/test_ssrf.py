"""Nothing that somebody types in makes Redpen ask its own network, and there is one way out only."""

import ast
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

import annotator
from annotator.domain.addresses import address_of, is_public
from annotator.domain.errors import DomainError
from annotator.models import Example, Project, User
from annotator.services import fetch
from tests.annotator.factories import jsonl
from tests.annotator.http import Client
from tests.security import ssrf
from tests.security.speaking import Spoken, speaking

WAYS_OUT = {"requests", "urllib.request", "urllib3", "http.client", "socket", "httpx", "aiohttp", "ftplib", "smtplib"}
# Beside services/fetch.py: who asks only this machine, or for its name.
NAMED = {
    "services/fetch.py": {"http.client", "socket"},
    "api/single_sign_on.py": {"requests"},  # its errors; Authlib asks OIDC_ISSUER, which the operator sets
    "services/job_states.py": {"socket"},  # gethostname
    "management/commands/demo.py": {"socket", "urllib.request"},  # its own port
}


def test_no_payload_reaches_a_listener_of_this_machine() -> None:
    found = ssrf.attempts()
    assert len(found) - 2 >= 60
    assert ssrf.wrong(found) == []


def test_nothing_else_goes_out() -> None:
    root = Path(annotator.__file__).parent
    found: dict[str, set[str]] = {}
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [f"{node.module}.{alias.name}" for alias in node.names] if isinstance(node, ast.ImportFrom) else []
            for name in WAYS_OUT & set(names):
                found.setdefault(str(path.relative_to(root)), set()).add(name)
    assert found == NAMED


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_what_belongs_to_everybody_is_public(address: str) -> None:
    assert is_public(address)


def test_what_is_asked_is_what_was_looked_at() -> None:
    found = address_of("https://Files.Example.org:8443/ä b?x=ü&y=%20".replace(" ", "%20"))
    assert (found.scheme, found.host, found.port) == ("https", "files.example.org", 8443)
    assert found.target == "/%C3%A4%20b?x=%C3%BC&y=%20"
    assert found.authority == "files.example.org:8443"


@pytest.fixture
def says(settings: Any) -> Iterator[Any]:
    """A web server of one's own that FETCH_ALLOW names, and what it is to say: `says(b"…")` gives its address."""
    with speaking() as spoken:
        settings.FETCH_ALLOW = [f"127.0.0.1:{spoken.port}"]

        def say(*pieces: Any) -> Spoken:
            spoken.pieces = pieces
            return spoken

        yield say


def refusal(url: str, **options: Any) -> str:
    with pytest.raises(DomainError) as raised:
        fetch.download(url, BytesIO(), **{"most_bytes": 1000, "timeout": 5, **options})
    return raised.value.message


OK = b"HTTP/1.1 200 OK\r\n"


def test_a_host_of_ones_own_is_asked_by_its_name_and_without_proxies(
    says: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    host, into = says(OK + b"Content-Length: 5\r\n\r\nhello"), BytesIO()
    fetch.download(f"{host.url}/a?b=c#d", into, most_bytes=5)
    assert into.read() == b"hello"
    assert host.heard[0].startswith(b"GET /a?b=c HTTP/1.1\r\n")
    assert f"\r\nHost: 127.0.0.1:{host.port}\r\n".encode() in host.heard[0]


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (OK + b"Content-Length: 6\r\n\r\nhello!", "is longer than 5 bytes"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n6\r\nhello!\r\n0\r\n\r\n", "is longer than 5 bytes"),
        (OK + b"\r\n" + b"x" * 100_000, "is longer than 5 bytes"),
        (OK + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b", "in an encoding that was not asked for"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "is answered by 404"),
        (b"HTTP/1.1 206 Partial\r\nContent-Length: 1\r\n\r\nx", "is answered by 206"),
        (OK + b"X: " + b"x" * 100_000 + b"\r\n\r\n", "does not answer, or not in time"),
        (OK + b"X: y\r\n" * 200 + b"\r\n", "does not answer, or not in time"),
        (b"no HTTP at all\r\n\r\n", "does not answer, or not in time"),
        (b"", "does not answer, or not in time"),
        (OK + b"Content-Length: 100\r\n\r\nhello", "does not answer, or not in time"),
    ],
)
def test_an_answer_is_bounded(says: Any, said: bytes, problem: str) -> None:
    assert problem in refusal(says(said).url, most_bytes=5)


@pytest.mark.parametrize("said", [(OK, 0.05), (OK + b"Content-Length: 1000\r\n\r\n", 0.05)])
def test_bytes_that_drip_in_are_bounded_by_the_whole_time(says: Any, said: Any) -> None:
    start, pause = said
    host = says(start, *[(pause, b"x")] * 400)
    began = time.monotonic()
    assert "not in time" in refusal(host.url, timeout=0.5)
    assert time.monotonic() - began < 10  # of the 20 that it would take


def test_redirects_are_followed_within_bounds(says: Any) -> None:
    host = says(b"HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n")
    assert "leads on more than 3 times" in refusal(host.url)
    assert len(host.heard) == 4


@pytest.mark.django_db
def test_a_file_is_imported_from_its_address(says: Any, project: Project, researcher: User) -> None:
    line = jsonl({"id": "far", "prompt": "Q", "question": "How many?", "passages": [], "responses": [{"text": "One."}]})
    body = line.getvalue()
    host = says(OK + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    client, path = Client(researcher), f"projects/{project.pk}/imports"
    assert client.upload(f"{path}/preview", url=host.url, format="jsonl").json()["entries"] == 1
    assert client.upload(path, url=host.url, format="jsonl").json()["examples"] == 1
    assert Example.objects.get(project=project).external_id == "far"


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [{}, {"url": "https://files.example.org/", "file": BytesIO(b"{}")}])
def test_an_import_is_of_a_file_or_an_address(project: Project, researcher: User, fields: Any) -> None:
    answer = Client(researcher).upload(f"projects/{project.pk}/imports", format="jsonl", **fields)
    assert (answer.status_code, answer.json()["fields"]) == (400, {"file": "Give either a file or the address of one."})


@pytest.mark.django_db
def test_an_address_that_is_refused_is_named(project: Project, researcher: User) -> None:
    path = f"projects/{project.pk}/imports/preview"
    answer = Client(researcher).upload(path, format="jsonl", url="https://169.254.169.254/latest/meta-data/")
    assert (answer.status_code, answer.json()["code"]) == (422, "fetch_refused")
    assert answer.json()["fields"] == {"url": "leads to an address that is not public"}
