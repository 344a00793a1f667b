"""A person's record and what people say about themselves, as researchers get them: under pseudonyms."""

import csv
import io
import json
from typing import Any

import pytest

from annotator.models import (
    GoldOrigin,
    Participation,
    PartState,
    Payment,
    PlatformIdentity,
    Project,
    Qualification,
    Standing,
    User,
)
from annotator.services.annotations import annotation_submit
from annotator.services.gold import gold_checks_run, gold_make
from annotator.services.standing import standing_change
from tests.annotator.factories import TIE, assignment_next, make_examples, make_user, submission
from tests.annotator.http import Client
from tests.annotator.models.test_studies import study

pytestmark = pytest.mark.django_db

SURVEY = [
    {"key": "age", "text": "How old are you?", "kind": "choice", "options": [{"key": "young", "name": "Under 40"}]},
    {"key": "says", "text": "Anything else?", "kind": "text", "required": False},
]


def test_a_persons_record_tells_all_but_who_they_are(
    project: Project, annotator: User, researcher: User, admin: User, owner: User
) -> None:
    make_examples(project, 3)
    member = annotator.memberships.get()
    for _ in range(2):
        work = assignment_next(project=project, user=annotator)
        assert work
        gold_make(example=work.example, judgements=[], comparisons=[TIE], origin=GoldOrigin.ADJUDICATION, made_by=None)
        annotation_submit(assignment=work, **submission(active_seconds=30))
    gold_checks_run()
    standing_change(project=project, user=annotator, standing=Standing.PAUSED, reason="A look.", made_by=admin)
    figures = {"span_f1": 0.5, "type_accuracy": 1, "missing_f1": 1}
    Qualification.objects.create(project=project, user=annotator, sitting=1, passed=False, **figures)
    part = Participation.objects.create(study=study(project, owner), user=annotator, submitted_before=0)
    PlatformIdentity.objects.create(
        user=annotator, study=part.study, provider="link", person_id="5f3e", session_id="9c1d", proof="api"
    )
    Payment.objects.create(participation=part, kind="bonus", amount="1.50", currency="GBP", reason="Well done.")
    part.state, part.finished_at, part.paused_seconds = PartState.STOPPED, part.entered_at, 0
    part.save()

    answer = Client(researcher).get(f"projects/{project.pk}/people/{member.pk}")
    told = answer.json()
    assert (told["pseudonym"], told["annotations"], told["seconds_each"]) == (member.pseudonym, 2, 30)
    (day,) = told["work"]
    assert (day["annotations"], day["timed"], day["seconds"]) == (2, 2, 60)
    assert len(told["checks"]) == told["gold"]["checks"]
    changes = [(each["standing"], each["reason"], each["by"]) for each in told["changes"]]
    assert changes == [("paused", "A look.", "adam")]
    assert [(each["sitting"], each["passed"], each["span_f1"]) for each in told["sittings"]] == [(1, False, 0.5)]
    (one,) = told["studies"]
    done = ("done", "wall_seconds", "active_seconds")
    assert (one["name"], one["state"], *(one[name] for name in done)) == ("s", "stopped", 2, 0, 60)
    assert [(each["kind"], each["amount"], each["state"]) for each in one["payments"]] == [("bonus", 1.5, "proposed")]
    assert told["survey"] is None
    text = answer.content.decode()
    assert [word for word in ("5f3e", "9c1d", annotator.username) if f'"{word}"' in text] == []


def test_somebody_who_did_nothing_has_a_record_too(project: Project, annotator: User, researcher: User) -> None:
    told = Client(researcher).get(f"projects/{project.pk}/people/{annotator.memberships.get().pk}").json()
    assert (told["annotations"], told["work"], told["checks"], told["studies"]) == (0, [], [], [])


def test_who_says_what_is_told_by_pseudonym(project: Project, annotator: User, researcher: User, owner: User) -> None:
    path = f"projects/{project.pk}"
    assert Client(owner).patch(path, {"desk": {"survey": SURVEY}}).status_code == 200
    silent = make_user("silas", project)
    said: Any = {"age": "young", "says": "=1+1"}
    assert Client(annotator).post(f"{path}/survey", {"answers": said}).status_code == 204
    assert Client(silent).post(f"{path}/survey", {"answers": {}}).status_code == 204
    names = {user: user.memberships.get().pseudonym for user in (annotator, silent)}

    told = Client(researcher).get(f"{path}/survey").json()
    assert [question["key"] for question in told["questions"]] == ["age", "says"]
    assert {row["pseudonym"]: row["answers"] for row in told["replies"]} == {names[annotator]: said, names[silent]: {}}
    lines = Client(researcher).get(f"{path}/survey/download").getvalue().decode().splitlines()
    file = {row["annotator"]: row["answers"] for row in map(json.loads, lines)}
    assert file == {names[annotator]: said, names[silent]: {}}
    table = Client(researcher).get(f"{path}/survey/download", {"format": "csv"})
    rows = {row["annotator"]: row for row in csv.DictReader(io.StringIO(table.getvalue().decode()))}
    assert rows[names[annotator]] == {"annotator": names[annotator], "age": "young", "says": "'=1+1"}
    assert rows[names[silent]]["age"] == ""
