"""The client against a real server: what it is for, and what it says when that does not work."""

import hashlib
import json
import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from redpen import Client, RedpenError, wire
from tests.annotator.factories import OTHER_TEXT, TEXT, TIE, judgement, span

EXAMPLES = [
    {"id": f"e{n}", "question": f"How many moons has {n}?", "responses": [{"text": TEXT}, {"text": OTHER_TEXT}]}
    for n in range(3)
]
MARKED = judgement(spans=[span("It has two moons")], corrected_text="Oru has one moon. 🌕")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "examples.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in EXAMPLES))
    return path


def test_from_import_to_dataset(olga: Client, live_server: Any, token_of: Any, project: Any, file: Path) -> None:
    (found,) = olga.projects()
    assert (found["id"], found["slug"], found["role"]) == (project.pk, "moons", "admin")
    sent: list[Any] = []
    imported = olga.import_examples(found["id"], file, report=lambda *told: sent.append(told))
    assert (imported["examples"], imported["annotations"]) == (3, 0)
    assert sent[-1] == (file.stat().st_size, file.stat().st_size)
    bot = Client(live_server.url, token_of("bot"))
    while assignment := bot.next_assignment(project.pk):
        assert bot.heartbeat(assignment["id"])
        answer = bot.submit(assignment["id"], [MARKED], comparisons=[TIE], active_seconds=2)
        assert (answer["counted"], answer["replayed"]) == (True, False)
    progress = olga.progress(project.pk)
    assert (progress["annotations"], progress["slots"]) == (3, {"open": 3, "leased": 0, "done": 3})
    frozen = olga.freeze(project.pk, "first", note="Three of them.")
    assert [each["id"] for each in olga.datasets(project.pk)] == [frozen["id"]]
    assert olga.dataset(frozen["id"])["counts"]["spans"] == {"irrelevant": 3}
    out = file.with_name("first.jsonl")
    sha256 = olga.download(frozen["id"], out)
    assert sha256 == hashlib.sha256(out.read_bytes()).hexdigest()
    records = [json.loads(line) for line in out.read_text().splitlines()]
    assert [record["judgements"][0]["corrected_text"] for record in records] == ["Oru has one moon. 🌕"] * 3
    assert not list(out.parent.glob("*.part"))


def test_a_submit_is_stored_once(olga: Client, project: Any, file: Path) -> None:
    olga.import_examples(project.pk, file)
    assignment = olga.next_assignment(project.pk)
    assert assignment
    kept = {"comparisons": [TIE], "client_id": "5ad3c8a8-5b5a-4a41-9d7d-31a9f6b0ea5c"}
    first = olga.submit(assignment["id"], [MARKED], **kept)
    again = olga.submit(assignment["id"], [MARKED], **kept)
    assert again == {**first, "replayed": True}
    with pytest.raises(RedpenError) as refused:
        olga.submit(assignment["id"], [{**MARKED, "corrected_text": None}], **kept)
    assert (refused.value.code, refused.value.status) == ("idempotency_mismatch", 422)


def test_a_refusal_says_what_is_wrong_with_which_field(olga: Client, project: Any, file: Path) -> None:
    with pytest.raises(RedpenError) as refused:
        olga.update_project(project.pk, overlap=0)
    assert (refused.value.code, refused.value.status) == ("invalid_input", 400)
    assert "overlap" in refused.value.fields
    assert str(refused.value).startswith("overlap: ")
    file.write_text("nonsense\n")
    with pytest.raises(RedpenError, match="line 1"):
        olga.import_examples(project.pk, file)
    with pytest.raises(RedpenError, match="not_found"):
        olga.project(project.pk + 1)


def test_who_may_not(live_server: Any, project: Any, token_of: Any) -> None:
    with pytest.raises(RedpenError) as refused:
        Client(live_server.url, "0" * 64).projects()
    assert refused.value.status == 401
    with pytest.raises(RedpenError, match="forbidden"):
        Client(live_server.url, token_of("ann")).datasets(project.pk)


def test_a_password_is_exchanged_for_a_token(live_server: Any, project: Any) -> None:
    client = Client.signed_in(live_server.url, "olga", "correct horse battery")
    assert client.me()["username"] == "olga"
    with pytest.raises(RedpenError) as refused:
        Client.signed_in(live_server.url, "olga", "wrong")
    assert refused.value.status == 401


def served_once(*answers: bytes) -> str:
    """The address of a server that gives each connection one answer, in this order, and closes it."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for answer in answers:
            connection, _ = listening.accept()
            connection.recv(1 << 16)
            connection.sendall(answer)
            connection.close()
        listening.close()

    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
EMPTY = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]"


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "PAUSE_SECONDS", 0.0)


@pytest.mark.usefixtures("_impatient")
def test_what_reads_is_asked_again_until_there_is_an_answer() -> None:
    assert Client(served_once(b"", BUSY, EMPTY), "t").projects() == []


@pytest.mark.usefixtures("_impatient")
def test_what_would_be_done_twice_is_not_asked_again() -> None:
    with pytest.raises(RedpenError) as refused:
        Client(served_once(b""), "t").start_job(1, "sample")
    assert (refused.value.code, refused.value.status) == ("unreachable", None)
    with pytest.raises(RedpenError, match="was answered 503"):
        Client(served_once(BUSY), "t").freeze(1, "first")


@pytest.mark.usefixtures("_impatient")
def test_half_a_download_is_none(tmp_path: Path) -> None:
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf"
    with pytest.raises(RedpenError, match="unreachable"):
        Client(served_once(half), "t").download("d", tmp_path / "out.jsonl")
    assert list(tmp_path.iterdir()) == []
