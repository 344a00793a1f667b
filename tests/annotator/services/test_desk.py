"""What a project's desk asks for decides what a submit must and may hold."""

from decimal import Decimal
from typing import Any

import pytest

from annotator.domain.errors import DomainError
from annotator.domain.feedback import record_from_json, record_to_json
from annotator.domain.taxonomy import PAPER_TAXONOMY, taxonomy_to_json
from annotator.models import Annotation, Assignment, Flag, Judgement, Membership, Project, User
from annotator.selectors.assignments import assignment_detail
from annotator.selectors.records import feedback_records
from annotator.services.annotations import annotation_submit
from annotator.services.flags import flag_set
from annotator.services.imports import examples_import
from annotator.services.projects import project_create, project_update
from tests.annotator.factories import (
    TIE,
    assignment_next,
    expire,
    jsonl,
    judgement,
    make_examples,
    make_project,
    make_user,
    span,
    submission,
)

pytestmark = pytest.mark.django_db

CLARITY = {"key": "clarity", "text": "How clear is it?", "kind": "rating"}
WHY = {"key": "why", "text": "Why so unclear?", "kind": "text", "when": {"answer": "clarity", "is": [1, 2]}}


def take(project: Project, user: User, **desk: Any) -> Assignment:
    project = project_update(project=project, desk=desk)
    make_examples(project, 1)
    assignment = assignment_next(project=project, user=user)
    assert assignment
    return assignment


def refused(assignment: Assignment, **body: Any) -> tuple[str, list[str]]:
    with pytest.raises(DomainError) as caught:
        annotation_submit(assignment=assignment, **submission(**body))
    assert not Annotation.objects.exists()
    return caught.value.code, list(caught.value.fields)


def test_only_comparisons(project: Project, annotator: User) -> None:
    assignment = take(project, annotator, asks=["comparison"], comparison="pairs")
    assert assignment_detail(assignment_id=assignment.pk)["example"]["judged"] == []
    assert refused(assignment) == ("judgements_incomplete", ["judgements"])
    assert refused(assignment, judgements=[], comparisons=[]) == ("comparisons_incomplete", ["comparisons"])
    better = {"first": 0, "second": 1, "preferred": "second", "strength": 3}
    annotation_submit(assignment=assignment, **submission(judgements=[], comparisons=[better]))
    assert not Judgement.objects.exists()


def test_only_corrections(project: Project, annotator: User) -> None:
    assignment = take(project, annotator, asks=["correction"])
    marked = judgement(spans=[span("moons")], corrected_text="Better.")
    assert refused(assignment, judgements=[marked], comparisons=[]) == ("not_asked", ["judgements.0.spans"])
    annotation_submit(
        assignment=assignment, **submission(judgements=[judgement(corrected_text="Better.")], comparisons=[])
    )
    assert Judgement.objects.get().corrected_text == "Better."


def test_spans_and_ratings(project: Project, annotator: User) -> None:
    project_update(project=project, require_corrections=True)
    assignment = take(project, annotator, asks=["marks"], questions=[CLARITY, WHY])
    shown = assignment_detail(assignment_id=assignment.pk)
    assert shown["require_corrections"] is False
    assert [question["key"] for question in shown["desk"]["questions"]] == ["clarity", "why"]

    def body(**answers: Any) -> dict[str, Any]:
        return {"judgements": [judgement(spans=[span("moons")], answers=answers)], "comparisons": []}

    assert refused(assignment, **{**body(clarity=3), "comparisons": [TIE]}) == ("not_asked", ["comparisons"])
    assert refused(assignment, **body()) == ("invalid_answer", ["judgements.0.answers.clarity"])
    assert refused(assignment, **body(clarity=1)) == ("invalid_answer", ["judgements.0.answers.why"])
    assert refused(assignment, **body(clarity=3, why="x")) == ("invalid_answer", ["judgements.0.answers.why"])
    annotation_submit(assignment=assignment, **submission(**body(clarity=1, why="Too short.")))
    assert Judgement.objects.get().answers == {"clarity": 1, "why": "Too short."}


def test_questions_alone(project: Project, annotator: User) -> None:
    assignment = take(project, annotator, asks=[], questions=[CLARITY])
    annotation_submit(
        assignment=assignment, **submission(judgements=[judgement(answers={"clarity": 5})], comparisons=[])
    )
    assert Judgement.objects.get().answers == {"clarity": 5}


def test_what_a_type_needs_may_be_optional(project: Project, annotator: User, owner: User) -> None:
    bare = judgement(spans=[span("It has two moons", "repetitive"), span("two", "inconsistent_fact")])
    strict = take(project, annotator)
    assert refused(strict, judgements=[bare])[0] == "invalid_mark"
    lenient = take(project, make_user("bob", project), needs="optional")
    assert annotation_submit(assignment=lenient, **submission(judgements=[bare])).counted
    (record,) = feedback_records(project=project)
    second = make_project(owner, "second")
    with pytest.raises(DomainError) as caught:
        examples_import(project=second, file=jsonl(record_to_json(record)), format="jsonl")
    mark = "1.judgements.0.spans"
    assert caught.value.fields.keys() == {f"{mark}.0.antecedent", f"{mark}.1.evidence"}
    project_update(project=second, desk={"needs": "optional"})
    examples_import(project=second, file=jsonl(record_to_json(record)), format="jsonl")
    assert list(feedback_records(project=second)) == [record]


def test_overlapping_types_may_be_forbidden(project: Project, annotator: User) -> None:
    assignment = take(project, annotator, overlap="forbid")
    both = judgement(spans=[span("It has two moons"), span("two moons, and", "incoherent")])
    assert refused(assignment, judgements=[both]) == ("spans_overlap", ["judgements.0.spans.1"])


def test_people_go_on_with_the_desk_they_were_given(project: Project, annotator: User) -> None:
    assignment = take(project, annotator)
    project_update(project=project, desk={"asks": ["comparison"]})
    assignment.refresh_from_db()
    assert annotation_submit(assignment=assignment, **submission()).counted
    assert next(feedback_records(project=project)).asks == ("marks", "correction", "comparison")


def test_totals_run_on(project: Project, annotator: User) -> None:
    pay = {"currency": "EUR", "per_text": 0.35}
    late = take(project, annotator, pay=pay)
    expire(late)
    assert assignment_next(project=project, user=make_user("bob", project))
    annotation_submit(assignment=late, **submission(active_seconds=10))
    annotation_submit(assignment=take(project, annotator, pay=pay), **submission(active_seconds=2.5))
    third = take(project, annotator, pay=pay)
    shown = assignment_detail(assignment_id=third.pk)["progress"]
    assert shown == {"submitted": 2, "open": 0, "active_seconds": 12.5, "earned": 0.7}
    project_update(project=project, desk={})
    third.project.refresh_from_db()
    assert assignment_detail(assignment_id=third.pk)["progress"]["earned"] is None
    annotation_submit(assignment=third, **submission(active_seconds=None))
    mine = Membership.objects.get(user=annotator)
    assert (mine.submitted, mine.active_seconds, mine.earned) == (3, 12.5, Decimal("0.7"))


def test_answers_and_strength_survive_export_and_import(project: Project, annotator: User, owner: User) -> None:
    assignment = take(project, annotator, asks=["marks", "comparison"], questions=[CLARITY])
    body = submission(
        judgements=[judgement(answers={"clarity": 4})],
        comparisons=[{"first": 0, "second": 1, "preferred": "first", "strength": 1}],
    )
    annotation_submit(assignment=assignment, **body)
    (record,) = feedback_records(project=project)
    assert (record.judgements[0].answers, record.comparisons[0].strength) == ({"clarity": 4}, 1)
    assert record.asks == ("marks", "comparison")
    line = record_to_json(record)
    assert record_from_json(line) == record
    second = make_project(owner, "second")
    examples_import(project=second, file=jsonl(line), format="jsonl")
    assert list(feedback_records(project=second)) == [record]


def test_a_desk_fits_its_taxonomy(project: Project, owner: User) -> None:
    question = {**CLARITY, "when": {"marked": ["repetitive"]}}
    project_update(project=project, desk={"questions": [question]})
    taxonomy = taxonomy_to_json(PAPER_TAXONOMY)
    taxonomy |= {"version": "2", "categories": taxonomy["categories"][1:]}
    taxonomy["categories"][0]["ignored_with"] = []
    for change in (
        lambda: project_update(project=project, taxonomy=taxonomy),
        lambda: project_create(owner=owner, slug="x", name="X", taxonomy=taxonomy, desk={"questions": [question]}),
    ):
        with pytest.raises(DomainError) as caught:
            change()
        assert (caught.value.code, list(caught.value.fields)) == ("invalid_desk", ["questions.0.when.marked"])
    assert not Project.objects.filter(slug="x").exists()
    assert project_update(project=project, taxonomy=taxonomy, desk={}).desk["questions"] == []


def test_a_flag_is_kept_once_per_reason_whatever_becomes_of_the_work(project: Project, annotator: User) -> None:
    assignment = take(project, annotator)
    flag_set(assignment=assignment, reason="broken")
    annotation_submit(assignment=assignment, **submission())
    flag_set(assignment=assignment, reason="broken", note="No passages.")
    flag_set(assignment=assignment, reason="other", note="Dull.")
    assert list(Flag.objects.order_by("reason").values_list("reason", "note")) == [
        ("broken", "No passages."),
        ("other", "Dull."),
    ]
