"""The history: written by the database whoever writes the rows, only ever added to, and enough to rebuild them."""

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from annotator.models import Annotation, Assignment, History, Project, Span, User
from annotator.selectors.history import history_differences
from annotator.selectors.sheets import access_sheet
from annotator.services.adjudications import adjudication_make_gold, adjudication_reopen, adjudication_settle
from annotator.services.annotations import annotation_submit
from annotator.services.assignments import assignment_heartbeat, assignment_release, leases_expire
from annotator.services.drafts import draft_save
from annotator.services.edits import annotation_edit
from annotator.services.gold import gold_retire
from annotator.services.projects import project_update
from tests.annotator.adjudicating import judged_twice, work
from tests.annotator.factories import assignment_next, expire, judgement, make_examples, make_user, span, submission
from tests.annotator.http import Client

pytestmark = pytest.mark.django_db

KINDS = ("slot", "assignment", "annotation", "judgement", "span", "missing", "comparison", "adjudication", "gold")
SAME = dict.fromkeys(KINDS, 0)


@pytest.fixture
def assignment(project: Project, annotator: User) -> Assignment:
    make_examples(project, 3)
    taken = assignment_next(project=project, user=annotator)
    assert taken
    return taken


def edit(assignment: Assignment, version: int, *quotes: str) -> None:
    sheet = access_sheet(user_id=assignment.user_id, assignment_id=assignment.pk)
    said = [judgement(spans=[span(quote) for quote in quotes])]
    annotation_edit(sheet=sheet, version=version, judgements=said, comparisons=submission()["comparisons"])


def run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_every_row_is_rebuilt_after_all_that_people_and_raw_sql_do(
    assignment: Assignment, project: Project, annotator: User
) -> None:
    assert history_differences() == SAME
    project = project_update(project=project, overlap=3)
    assignment_heartbeat(assignment=assignment)
    draft_save(assignment=assignment, revision=0, body={"a": 1})
    annotation_submit(assignment=assignment, **submission())
    edit(assignment, 1, "moons", "ring of ice")
    for number, ends in enumerate(("release", "expire", "late")):
        person = make_user(f"p{number}", project)
        taken = assignment_next(project=project, user=person)
        assert taken
        if ends == "release":
            assignment_release(assignment=taken, reason="dull")
        else:
            expire(taken)
            leases_expire(project=project)
        if ends == "late":
            annotation_submit(assignment=taken, **submission())
    project_update(project=project, overlap=1)
    assert history_differences() == SAME
    run("UPDATE annotator_span SET explanation = 'so' WHERE quote = 'moons'")
    run("UPDATE annotator_span SET id = id + 1000 WHERE quote = 'moons'")
    run("DELETE FROM annotator_comparison")
    run("UPDATE annotator_slot SET state = 'open'")
    run("UPDATE annotator_judgement SET corrected_text = 'None', answers = '{\"q\": null}'")
    Annotation.objects.update(weight=0.5)
    assert history_differences() == SAME
    assert Span.objects.filter(pk__gt=1000, explanation="so").exists()
    run("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE annotator_span")
    assert history_differences() == SAME
    Annotation.objects.all().delete()
    assert history_differences() == SAME


def test_a_row_that_is_not_what_was_told_is_found(assignment: Assignment) -> None:
    annotation_submit(assignment=assignment, **submission())
    run("SET session_replication_role = replica")
    run("UPDATE annotator_span SET explanation = 'unseen'")
    run("DELETE FROM annotator_comparison")
    run("SET session_replication_role = origin")
    assert history_differences() == {**SAME, "span": 1, "comparison": 1}


def test_what_is_settled_and_what_is_gold_is_recorded(project: Project, researcher: User) -> None:
    example = judged_twice(project)
    adjudication_settle(example=example, user=researcher, version=0, work=work())
    gold_retire(gold=adjudication_make_gold(example=example, user=researcher))
    adjudication_reopen(example=example, user=researcher, version=1, reason="too soon")
    assert history_differences() == SAME
    told = History.objects.filter(kind__in=["adjudication", "gold"], parent_id=example.pk).order_by("pk")
    assert [(each.kind, each.operation) for each in told] == [
        ("adjudication", "insert"),
        ("gold", "insert"),
        ("gold", "update"),
        ("adjudication", "update"),
    ]
    assert told[3].image["reopen_reason"] == "too soon"
    assert {each.actor for each in told} == {researcher.pk}


def test_who_gives_a_text_back_is_told(assignment: Assignment) -> None:
    assignment_release(assignment=assignment, reason="dull")
    last = History.objects.filter(kind="assignment", row_id=assignment.pk).latest("pk")
    assert (last.image["state"], last.actor) == ("released", assignment.user_id)


def test_a_row_may_take_the_key_that_another_had(assignment: Assignment) -> None:
    annotation_submit(assignment=assignment, **submission(judgements=[judgement(spans=[span("moons"), span("ring")])]))
    run("UPDATE annotator_span SET explanation = 'so' WHERE quote = 'moons'")  # which puts it behind the other
    first, second = Span.objects.order_by("pk").values_list("pk", flat=True)
    run("UPDATE annotator_span SET id = id + 1")
    assert list(Span.objects.order_by("pk").values_list("pk", flat=True)) == [second, second + 1]
    assert second == first + 1
    assert history_differences() == SAME


@pytest.mark.parametrize(
    "sql", ["UPDATE annotator_history SET actor = 1", "DELETE FROM annotator_history", "TRUNCATE annotator_history"]
)
def test_the_history_is_only_added_to(assignment: Assignment, sql: str) -> None:
    run("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="only ever added to"), transaction.atomic():
        run(sql)


def test_heartbeats_and_drafts_are_not_recorded(assignment: Assignment) -> None:
    assignment_heartbeat(assignment=assignment)  # the first sign of work, which is
    before = History.objects.count()
    for revision in range(5):
        assignment_heartbeat(assignment=assignment)
        draft_save(assignment=assignment, revision=revision, body={"revision": revision})
    assert History.objects.count() == before


def test_an_update_keeps_what_has_changed(assignment: Assignment) -> None:
    annotation_submit(assignment=assignment, **submission())
    last = History.objects.filter(kind="slot", row_id=assignment.slot_id).latest("pk")
    assert (last.operation, last.image, last.actor) == ("update", {"state": "done"}, assignment.user_id)


def test_researchers_read_who_changed_what(assignment: Assignment, researcher: User) -> None:
    body = submission()
    annotation_submit(assignment=assignment, **body)
    edit(assignment, 1, "moons")
    path = f"projects/{assignment.project_id}/annotations/{body['client_id']}/history"
    with connection.cursor() as cursor:
        cursor.execute("SELECT transaction_timestamp()")
        (begun,) = cursor.fetchone()
    # The history outlives the rows of other tests, whose numbers may come again.
    told = [each for each in Client(researcher).get(path).json() if datetime.fromisoformat(each["at"]) >= begun]
    assert [(each["kind"], each["operation"]) for each in told] == [
        ("annotation", "insert"),
        ("judgement", "insert"),
        ("span", "insert"),
        ("comparison", "insert"),
        ("annotation", "update"),
        ("span", "delete"),
        ("comparison", "delete"),
        ("judgement", "update"),
        ("span", "insert"),
        ("comparison", "insert"),
    ]
    assert told[4]["values"] == {"version": 2}
    assert told[7]["values"] == {"corrected_text": None}
    pseudonym = assignment.user.memberships.get().pseudonym
    assert {each["by"] for each in told} == {pseudonym}
