"""The command line, as a shell calls it."""

import getpass
import json
from pathlib import Path
from typing import Any

import pytest

from redpen import Client
from redpen.cli import _print_table, main
from redpen.login import Login, LoginError, find_login, login_file, write_login
from tests.annotator.factories import OTHER_TEXT, TEXT, TIE, judgement

TOKEN = "REDPEN_TOKEN"


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in ("REDPEN_URL", TOKEN, "REDPEN_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


def test_a_day_at_the_terminal(
    live_server: Any,
    project: Any,
    olga: Client,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(getpass, "getpass", lambda prompt: "correct horse battery")
    assert main(["--url", live_server.url, "sign-in", "--username", "olga"]) == 0
    assert login_file().stat().st_mode & 0o777 == 0o600
    capsys.readouterr()
    assert main(["projects"]) == 0
    assert capsys.readouterr().out.split() == ["id", "slug", "role", "name", str(project.pk), "moons", "admin", "Moons"]
    file = home / "examples.jsonl"
    responses = [{"text": TEXT}, {"text": OTHER_TEXT}]
    file.write_text(json.dumps({"id": "e", "question": "How many moons?", "responses": responses}) + "\n")
    assert main(["import", str(file), "--project", "moons"]) == 0
    assert main(["--json", "progress", "--project", "moons"]) == 0
    assert '"examples": 1' in capsys.readouterr().out
    assert main(["freeze", "first", "--project", "moons"]) == 1
    assert "empty_dataset" in capsys.readouterr().err
    assignment = olga.next_assignment(project.pk)
    assert assignment
    olga.submit(assignment["id"], [judgement()], comparisons=[TIE])
    assert main(["freeze", "first", "--project", "moons"]) == 0
    assert main(["datasets", "--project", str(project.pk)]) == 0
    assert "first" in capsys.readouterr().out
    out = home / "out.jsonl"
    assert main(["--json", "export", "--project", "moons", "-o", str(out)]) == 0
    assert json.loads(capsys.readouterr().out)["dataset"] == "first"
    assert out.exists()
    assert main(["export", "second", "--project", "moons", "-o", str(out)]) == 1
    assert "There is no dataset 'second'; there are: first (not_found)" in capsys.readouterr().err


def test_errors_name_the_field(live_server: Any, token_of: Any, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setenv("REDPEN_URL", live_server.url)
    monkeypatch.setenv(TOKEN, token_of("olga"))
    assert main(["freeze", "n" * 201, "--project", "moons"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "invalid_input" in said.err
    assert "\n  name: " in said.err
    assert main(["jobs", "--project", "suns"]) == 1
    assert "your projects: moons" in capsys.readouterr().err


def test_no_login(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["projects"]) == 1
    assert "There is no login" in capsys.readouterr().err


def test_a_token_that_others_can_read_is_not_used() -> None:
    path = write_login(Login("https://redpen.test", "secret"))
    assert find_login(None) == Login("https://redpen.test", "secret")
    path.chmod(0o640)
    with pytest.raises(LoginError, match="0640"):
        find_login(None)


def test_a_token_goes_to_its_own_server_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    write_login(Login("https://redpen.test", "secret"))
    assert find_login("https://redpen.test/").token == "secret"
    with pytest.raises(LoginError, match=r"not of https://elsewhere\.test"):
        find_login("https://elsewhere.test")
    monkeypatch.setenv(TOKEN, "other")
    with pytest.raises(LoginError, match="no server is named"):
        find_login(None)
    assert find_login("https://elsewhere.test") == Login("https://elsewhere.test", "other")


@pytest.mark.parametrize("url", ["redpen.test", "file:///etc/passwd", "https://"])
def test_no_address(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN, "secret")
    with pytest.raises(LoginError, match="is no address"):
        find_login(url)


def test_what_comes_from_a_server_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    _print_table([{"name": "a\x1b[2Jb\nc"}], ["name"])
    assert capsys.readouterr().out == "name\na [2Jb c\n"


def test_whoever_has_a_second_factor_is_asked_for_its_code(live_server: Any, project: Any, monkeypatch: Any) -> None:
    from annotator.models import User
    from tests.annotator.api.test_second_factor import code_of, has_app

    device, _ = has_app(User.objects.get(username="olga"))
    answers = iter(["correct horse battery", code_of(device)])
    monkeypatch.setattr(getpass, "getpass", lambda prompt: next(answers))
    assert main(["--url", live_server.url, "sign-in", "--username", "olga", "--scopes", "read"]) == 0
    assert main(["projects"]) == 0
