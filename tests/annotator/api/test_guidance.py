"""A newcomer's first hour, over HTTP; and the course as its admin sees it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils.timezone import now

from annotator.models import Participation, PartState, Project, User
from annotator.selectors.parts import parts_done
from tests.annotator.factories import TEXT, judgement, lesson, make_examples, span
from tests.annotator.http import Client
from tests.annotator.models.test_studies import study

pytestmark = pytest.mark.django_db

RULE = "One passage says one."


def course() -> list[dict[str, Any]]:
    evidence = [{"passage": 1, "sentence": 2}]
    spans = [span("two moons", "inconsistent_fact", evidence=evidence, explanation=RULE)]
    missing = [{"type": "missing_answer", "evidence": evidence, "note": "How many."}]
    return [lesson("tutorial", "t", spans, missing), lesson("qualification", "q", spans)]


def test_from_consent_to_work(project: Project, annotator: User, admin: User) -> None:
    make_examples(project, 1)
    client, path = Client(annotator), f"projects/{project.pk}"
    desk = {
        "consent": {"version": "c1", "body": "I take part of my own will."},
        "content_warning": "Astronomy.",
        "pay": {"currency": "EUR", "per_text": 0.5},
        "questions": [{"key": "fluent", "text": "Is it fluent?", "kind": "rating"}],
    }
    settings = {"desk": desk, "guideline": "Read first.", "guideline_version": "g1"}
    assert Client(admin).patch(path, settings).status_code == 200
    assert Client(admin).put(f"{path}/lessons", course()).status_code == 200

    start = client.get(f"{path}/desk").json()
    assert (start["step"], start["consent"], start["content_warning"]) == ("consent", desk["consent"], "Astronomy.")
    assert start["guideline"] == {"version": "g1", "body": "Read first.", "agreed_version": None}
    assert (start["pay"], start["earned"], start["submitted"]) == (desk["pay"], 0, 0)
    thresholds = {"span_f1": 0.6, "type_accuracy": 0.75, "missing_f1": 0.5}
    standing = {"count": 1, "done": 0, "attempts_left": 2, "thresholds": thresholds, "result": None}
    assert start["qualification"] == standing
    refused = client.post(f"{path}/assignments/next")
    assert (refused.status_code, refused.json()["code"]) == (409, "consent_required")
    outdated = client.post(f"{path}/agreements", {"document": "consent", "version": "c0"})
    assert (outdated.status_code, outdated.json()["code"]) == (409, "agreement_outdated")
    for document, version in (("consent", "c1"), ("guideline", "g1")):
        assert client.post(f"{path}/agreements", {"document": document, "version": version}).status_code == 204

    shown = client.post(f"{path}/lessons/next", {"part": "tutorial"}).json()
    assert (shown["part"], shown["number"], shown["count"]) == ("tutorial", 1, 1)
    assert (shown["desk"]["asks"], shown["desk"]["questions"]) == (["marks"], [])
    assert shown["example"]["judged"] == [0]
    assert shown["example"]["responses"][0]["segments"]["sentence"][0] == [0, 19]
    assert RULE not in str(shown)
    body = {"client_id": str(uuid4()), "judgements": [judgement(spans=[span("moons")])], "active_seconds": 3}
    for _ in range(2):
        told = client.post(f"lessons/{shown['id']}/attempts", body).json()
        assert told["score"] == {"span_f1": 5 / 9, "type_accuracy": 0, "missing_f1": 0}
        (mark,) = told["feedback"]["spans"]
        assert (mark["verdict"], mark["gold_type"], mark["why"]) == ("wrong_type", "inconsistent_fact", RULE)
        assert [each["verdict"] for each in told["feedback"]["missing"]] == ["missed"]
    assert client.post(f"{path}/lessons/next", {"part": "tutorial"}).status_code == 204
    assert client.get(f"{path}/desk").json()["tutorial"] == {"count": 1, "done": 1}

    shown = client.post(f"{path}/lessons/next", {"part": "qualification"}).json()
    marks = [span("two moons", "inconsistent_fact", evidence=[{"passage": 1, "sentence": 2}])]
    body = {"client_id": str(uuid4()), "judgements": [judgement(spans=marks)]}
    assert client.post(f"lessons/{shown['id']}/attempts", body).json() == {"score": None, "feedback": None}
    end = client.get(f"{path}/desk").json()
    assert end["step"] == "work"
    assert end["qualification"]["result"] == {"span_f1": 1, "type_accuracy": 1, "missing_f1": 1, "passed": True}
    assert client.post(f"{path}/assignments/next").status_code == 200


def test_a_study_is_told_with_what_it_pays_in_place_of_texts(project: Project, annotator: User, owner: User) -> None:
    make_examples(project, 3)
    Client(owner).patch(f"projects/{project.pk}", {"desk": {"pay": {"currency": "EUR", "per_text": 0.5}}})
    member = annotator.memberships.get()
    member.submitted, member.active_seconds = 5, 100
    member.save()
    client, path = Client(annotator), f"projects/{project.pk}"
    first = Participation.objects.create(study=study(project, owner, places=9), user=annotator, submitted_before=0)
    first.state, first.finished_at = PartState.STOPPED, first.entered_at + timedelta(hours=1)
    first.paused_at, first.paused_seconds = first.entered_at + timedelta(minutes=50), 600
    first.save()
    assert client.get(f"{path}/desk").json()["study"] is None  # over, and they may go on without an end
    second = Participation.objects.create(study=study(project, owner, "t"), user=annotator, submitted_before=3)
    told = client.get(f"{path}/desk").json()
    assert (told["pay"], told["earned"], told["submitted"]) == (None, None, 5)
    seconds = told["study"].pop("seconds")
    assert told["study"] == {
        "name": "t", "state": "working", "texts": 2, "done": 2, "minutes": 20, "reward": 4, "currency": "GBP",
    }  # fmt: skip
    assert 0 <= seconds < (now() - second.entered_at).total_seconds()
    done = parts_done(project=project, users=[annotator.pk])
    # The break that lasted until the end counts as one, and what was done before the second part is of the first.
    assert (done[first.pk].texts, done[first.pk].wall_seconds, done[second.pk].texts) == (3, 3600 - 1200, 2)


def test_the_course_is_put_in_and_read_back(project: Project, admin: User, researcher: User) -> None:
    path = f"projects/{project.pk}/lessons"
    made = Client(admin).put(path, course()).json()
    assert [(each["part"], each["number"]) for each in made] == [("tutorial", 1), ("qualification", 1)]
    assert Client(researcher).get(path).json() == made
    again = Client(admin).put(path, [{"part": each["part"], "record": each["record"]} for each in made]).json()
    assert again == made
    wrong = Client(admin).put(path, [lesson("tutorial", "w", [{**span("Oru"), "end": len(TEXT) + 1}])])
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_record")
    assert list(wrong.json()["fields"]) == ["0.judgements.0.spans.0"]
    for body in ({}, [{"part": "exam", "record": {}}], [{"part": "tutorial"}], [1]):
        assert Client(admin).put(path, body).status_code in (400, 422)
    assert Client(admin).put(path, []).json() == []


@pytest.mark.parametrize(
    "change", [{"judgements": []}, {"client_id": "one"}, {"judgements": [judgement(text_sha256="0")]}]
)
def test_attempts_that_are_refused(project: Project, admin: User, annotator: User, change: dict[str, Any]) -> None:
    (made,) = Client(admin).put(f"projects/{project.pk}/lessons", [lesson("tutorial")]).json()
    body = {"client_id": str(uuid4()), "judgements": [judgement()], **change}
    assert Client(annotator).post(f"lessons/{made['id']}/attempts", body).status_code in (400, 422)
