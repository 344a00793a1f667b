"""Correcting what was submitted: by version, all or nothing, and once however often it is sent."""

from collections import Counter
from functools import partial
from typing import Any

import pytest

from annotator.models import (
    Adjudication,
    Annotation,
    Assignment,
    Comparison,
    Judgement,
    Membership,
    Project,
    Span,
    User,
)
from annotator.selectors.sheets import access_sheet
from annotator.services.annotations import annotation_submit
from annotator.services.edits import EditConflict, annotation_edit
from tests.annotator.factories import (
    TEXT,
    assignment_next,
    expire,
    judgement,
    make_examples,
    make_user,
    span,
    submission,
)
from tests.annotator.http import Client
from tests.annotator.services.test_concurrency import at_once


@pytest.fixture
def assignment(project: Project, annotator: User) -> Assignment:
    make_examples(project)
    taken = assignment_next(project=project, user=annotator)
    assert taken
    annotation_submit(assignment=taken, **submission())
    return taken


def edited(*quotes: str, **fields: Any) -> dict[str, Any]:
    spans = [span(quote) for quote in quotes]
    return {"judgements": [judgement(spans=spans)], "comparisons": submission()["comparisons"], **fields}


@pytest.mark.django_db
def test_an_edit_replaces_all_that_was_said(assignment: Assignment) -> None:
    client, path = Client(assignment.user), f"assignments/{assignment.pk}/annotation"
    shown = client.get(path)
    assert (shown["ETag"], shown.json()["version"], shown.json()["counted"]) == ('"1"', 1, True)
    assert shown.json()["judgements"][0]["corrected_text"] == "Oru has one moon."
    kept = Judgement.objects.get().pk
    pair = {"first": 1, "second": 0, "preferred": "first", "strength": 2}
    body = edited("ring of ice", "moons", comparisons=[pair], active_seconds=7.5)
    for replayed in (False, True):
        answer = client.put(path, body, headers={"If-Match": '"1"'})
        assert (answer.status_code, answer["ETag"]) == (200, '"2"')
        assert (answer.json()["version"], answer.json()["replayed"]) == (2, replayed)
    assert [mark.quote for mark in Span.objects.all()] == ["ring of ice", "moons"]
    assert (Comparison.objects.get().first, Comparison.objects.get().strength) == (1, 2)
    assert (Judgement.objects.get().pk, Judgement.objects.get().corrected_text) == (kept, None)
    row = Annotation.objects.get()
    assert (row.version, row.active_seconds) == (2, 20.0)
    mine = Membership.objects.get(user=assignment.user)
    assert (mine.submitted, mine.active_seconds) == (1, 20.0)
    again = client.get(path).json()
    assert (again["version"], len(again["judgements"][0]["spans"])) == (2, 2)


@pytest.mark.django_db
def test_of_two_edits_of_one_version_the_later_gets_both(assignment: Assignment) -> None:
    client, path = Client(assignment.user), f"assignments/{assignment.pk}/annotation"
    assert client.put(path, edited("moons"), headers={"If-Match": '"1"'}).status_code == 200
    conflict = client.put(path, edited("ring"), headers={"If-Match": '"1"'})
    assert (conflict.status_code, conflict.json()["code"]) == (412, "version_conflict")
    stored, sent = conflict.json()["stored"], conflict.json()["sent"]
    assert (stored["version"], stored["judgements"][0]["spans"][0]["quote"]) == (2, "moons")
    assert (sent["version"], sent["judgements"][0]["spans"][0]["quote"]) == (1, "ring")
    for header in ({}, {"If-Match": "*"}, {"If-Match": 'W/"2"'}, {"If-Match": "2"}):
        refused = client.put(path, edited("ring"), headers=header)
        assert (refused.status_code, refused.json()["code"]) == (428, "version_required")
    assert Annotation.objects.get().version == 2


@pytest.mark.django_db
def test_an_edit_is_checked_as_a_submit_is(assignment: Assignment, project: Project) -> None:
    client, path = Client(assignment.user), f"assignments/{assignment.pk}/annotation"
    wrong = [
        ("invalid_mark", edited("moons")["judgements"][0] | {"spans": [span("moons", "typo")]}),
        ("correction_unchanged", judgement(spans=[span("moons")], corrected_text=TEXT)),
        ("text_changed", judgement(text_sha256="0" * 64)),
    ]
    for code, body in wrong:
        refused = client.put(path, edited(judgements=[body]), headers={"If-Match": '"1"'})
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    shapeless = client.put(path, {"judgements": [{"response": "0"}]}, headers={"If-Match": '"1"'})
    assert "judgements.0.spans" in shapeless.json()["fields"]
    other = Client(make_user("bob", project))
    assert other.get(path).status_code == 404
    assert other.put(path, edited("moons"), headers={"If-Match": '"1"'}).status_code == 404
    assert Annotation.objects.get().version == 1


@pytest.mark.django_db
def test_a_late_submit_is_edited_and_stays_surplus(project: Project, annotator: User) -> None:
    make_examples(project)
    lost = assignment_next(project=project, user=annotator)
    assert lost
    expire(lost)
    assert assignment_next(project=project, user=make_user("bob", project))
    assert not annotation_submit(assignment=lost, **submission()).counted
    client, path = Client(annotator), f"assignments/{lost.pk}/annotation"
    assert client.put(path, edited("moons"), headers={"If-Match": '"1"'}).json()["counted"] is False


@pytest.mark.django_db
def test_what_an_adjudicator_has_settled_is_edited_no_more(assignment: Assignment, owner: User) -> None:
    Adjudication.objects.create(
        project=assignment.project, example=assignment.example, state="settled", adjudicator=owner,
        taxonomy=assignment.taxonomy, versions={}, asks=[], judgements=[], settles=[1, 2],
        settled_at=assignment.leased_until,
    )  # fmt: skip
    path = f"assignments/{assignment.pk}/annotation"
    refused = Client(assignment.user).put(path, edited("moons"), headers={"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["code"]) == (409, "adjudication_settled")


@pytest.mark.django_db
def test_a_submit_sent_again_after_an_edit_changes_nothing(project: Project, annotator: User) -> None:
    make_examples(project)
    taken = assignment_next(project=project, user=annotator)
    assert taken
    body = submission()
    annotation_submit(assignment=taken, **body)
    path = f"assignments/{taken.pk}/annotation"
    assert Client(annotator).put(path, edited("ring"), headers={"If-Match": '"1"'}).status_code == 200
    assert annotation_submit(assignment=taken, **body).replayed
    assert Span.objects.get().quote == "ring"


@pytest.mark.django_db(transaction=True)
def test_of_edits_at_once_one_wins(assignment: Assignment) -> None:
    quotes = ["Oru", "moons", "ring", "ice"]

    def attempt(quote: str, version: int) -> str:
        sheet = access_sheet(user_id=assignment.user_id, assignment_id=assignment.pk)
        try:
            annotation_edit(sheet=sheet, version=version, **edited(quote))
            return quote
        except EditConflict as error:
            return f"conflict with {error.stored['version']}"

    for version in range(1, 11):
        answers = at_once([partial(attempt, quote, version) for quote in quotes])
        conflict = f"conflict with {version + 1}"
        assert Counter(answers)[conflict] == 3
        (winner,) = set(answers) - {conflict}
        assert (Span.objects.get().quote, Annotation.objects.get().version) == (winner, version + 1)
