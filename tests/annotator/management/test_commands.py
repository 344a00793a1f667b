"""The doors for the shell."""

import io
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from annotator.management import seed
from annotator.management.demo_users import ensure_demo_users
from annotator.models import Example, Membership, Project, User
from annotator.selectors.guidance import attempt_detail, step_of
from annotator.services.guidance import agreement_add
from annotator.services.lessons import attempt_submit, lesson_next
from tests.annotator.factories import jsonl, lesson

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
def test_a_course_is_put_in(project: Project, tmp_path: Path) -> None:
    file = tmp_path / "lessons.jsonl"
    file.write_bytes(jsonl(lesson("tutorial", "a"), lesson("qualification"), lesson("tutorial", "b")).read())
    assert run("import_lessons", "moons", str(file)) == "tutorial: 2, qualification: 1"
    for wrong, said in (({}, "line 1: part: is None"), ({"part": "tutorial"}, "line 1: record"), ([], "line 1: part")):
        file.write_bytes(jsonl(wrong).read())
        with pytest.raises(CommandError, match=said):
            run("import_lessons", "moons", str(file))
    assert project.lessons.count() == 3


@pytest.mark.django_db(transaction=True)
def test_the_seed_leads_its_annotator_from_the_guideline_to_work(tmp_path: Path) -> None:
    ensure_demo_users(tmp_path)
    project = seed.seed().project
    assert seed.seed().project == project
    annotator = User.objects.get(username="annotator")
    assert step_of(project=project, user=annotator) == "guideline"
    agreement_add(project=project, user=annotator, document="guideline", version=project.guideline_version)
    for part, count in (("tutorial", 3), ("qualification", 2)):
        assert step_of(project=project, user=annotator) == part
        for _ in range(count):
            found = lesson_next(project=project, user=annotator, part=part)
            assert found
            (response,) = found.body["responses"]
            marks = [{**gold, "text_sha256": response["sha256"]} for gold in found.body["judgements"]]
            told = attempt_detail(
                attempt=attempt_submit(lesson=found, user=annotator, client_id=uuid4(), judgements=marks)
            )
            if part == "tutorial":
                assert set(told["score"].values()) == {1}
                assert all(len(mark["why"]) > 50 for marks in told["feedback"].values() for mark in marks)
    assert step_of(project=project, user=annotator) == "work"


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
