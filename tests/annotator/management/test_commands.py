"""The doors for the shell."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from annotator.models import Example, Membership, Project, User

OURS = Path(__file__).parents[2] / "golden" / "qa_feedback.json"


def run(*arguments: str) -> str:
    output = io.StringIO()
    call_command(*arguments, stdout=output)
    return output.getvalue().strip()


@pytest.mark.django_db(transaction=True)
def test_a_file_goes_in_and_comes_out(project: Project, tmp_path: Path) -> None:
    assert run("import_examples", "moons", str(OURS), "--format", "qa-feedback").startswith("4 examples, ")
    out = tmp_path / "out.jsonl"
    assert "sha256" in run("export_dataset", "moons", "d", str(out), "--freeze")
    first = out.read_bytes()
    run("export_dataset", "moons", "d", str(out))
    assert out.read_bytes() == first
    for command, said in (
        (("import_examples", "mars", str(OURS)), "Projects: moons"),
        (("import_examples", "moons", str(tmp_path / "none")), "No such file"),
        (("import_examples", "moons", str(OURS)), "line 1"),
        (("export_dataset", "moons", "e", str(out)), "no dataset 'e'"),
        (("export_dataset", "moons", "d", str(out), "--freeze"), "already"),
    ):
        with pytest.raises(CommandError, match=said):
            run(*command)
    assert Example.objects.count() == 4


@pytest.mark.django_db
def test_people_are_added(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("short\ncorrect horse battery\n"))
    with pytest.raises(CommandError, match="too short"):
        run("add_user", "ada")
    token = run("add_user", "ada", "--project", "moons", "--role", "researcher", "--simulated", "--token")
    user = User.objects.get(username="ada")
    assert user.check_password("correct horse battery")
    assert (user.is_simulated, user.is_staff, len(token) > 40) == (True, False, True)
    run("add_user", "ada", "--project", "moons", "--role", "admin")
    assert Membership.objects.get(user=user).role == "admin"
