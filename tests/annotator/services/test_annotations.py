"""Submitting: what is stored, what is refused by which code and field, and what a repetition gives."""

from typing import Any
from uuid import uuid4

import pytest

from annotator.domain.errors import DomainError
from annotator.models import Annotation, AnnotationLog, Assignment, Comparison, Draft, Project, Span, User
from annotator.services.annotations import annotation_submit
from annotator.services.drafts import DraftConflict, draft_save
from annotator.services.projects import project_update
from tests.annotator.factories import (
    OTHER_TEXT,
    TEXT,
    assignment_next,
    judgement,
    make_examples,
    make_user,
    span,
    submission,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(project: Project, annotator: User) -> Assignment:
    make_examples(project, 2)
    taken = assignment_next(project=project, user=annotator)
    assert taken
    return taken


def refused(assignment: Assignment, **body: Any) -> DomainError:
    with pytest.raises(DomainError) as caught:
        annotation_submit(assignment=assignment, **submission(**body))
    assert not Annotation.objects.exists()
    assignment.refresh_from_db()
    assert assignment.state == "active"
    return caught.value


def test_everything_is_stored(assignment: Assignment) -> None:
    marks = [
        span("moons"),
        span("It has two moons", "repetitive", antecedent={"start": 4, "end": 17, "quote": "has two moons"}),
        span("two", "inconsistent_fact", evidence=[{"passage": 1, "sentence": 2}], explanation="one, says the text"),
    ]
    missing = [{"type": "missing_answer", "evidence": [{"passage": 2, "sentence": 0}], "note": ""}]
    body = submission(
        judgements=[judgement(spans=marks, missing=missing, corrected_text="Oru has one moon.")],
        comparisons=[{"first": 1, "second": 0, "preferred": "first", "strength": 2}],
        log=[{"at": 3, "do": "mark"}, {"at": 5, "do": "undo"}],
    )
    done = annotation_submit(assignment=assignment, **body)
    assert (str(done.annotation_id), done.counted, done.replayed) == (body["client_id"], True, False)
    row = Annotation.objects.get()
    assert (row.source, row.active_seconds) == ("human", 12.5)
    assert set(row.versions) == {"taxonomy", "guideline", "segmentation"}
    assert sorted(row.display_order or []) == [0, 1]
    assert row.started_at
    assert row.submitted_at
    assert row.started_at <= row.submitted_at
    assert [(mark.quote, mark.type) for mark in Span.objects.all()] == [(mark["quote"], mark["type"]) for mark in marks]
    pair = Comparison.objects.get()
    assert (pair.preferred, pair.strength) == ("first", 2)
    assert AnnotationLog.objects.get(annotation=row).entries == body["log"]


def test_a_clean_response_needs_no_marks(assignment: Assignment) -> None:
    annotation_submit(assignment=assignment, **submission(judgements=[judgement()]))
    assert not Span.objects.exists()
    assert not AnnotationLog.objects.exists()


def test_a_program_that_annotates_is_marked_as_one(project: Project) -> None:
    make_examples(project)
    robot = make_user("robot", project, is_simulated=True)
    taken = assignment_next(project=project, user=robot)
    assert taken
    annotation_submit(assignment=taken, **submission())
    assert Annotation.objects.get().source == "simulated"


MOONS = span("It has two moons")


@pytest.mark.parametrize(
    ("code", "field", "marked"),
    [
        ("quote_mismatch", "judgements.0.spans.0.quote", {"spans": [{**MOONS, "quote": "It has two moon!"}]}),
        ("span_outside_text", "judgements.0.spans.0", {"spans": [{**MOONS, "end": len(TEXT) + 1}]}),
        ("invalid_mark", "judgements.0.spans.0.type", {"spans": [{**MOONS, "type": "typo"}]}),
        ("invalid_mark", "judgements.0.spans.0.type", {"spans": [{**MOONS, "type": "missing_answer"}]}),
        ("invalid_mark", "judgements.0.spans.0.antecedent", {"spans": [{**MOONS, "type": "repetitive"}]}),
        ("invalid_mark", "judgements.0.spans.0.evidence", {"spans": [{**MOONS, "type": "inconsistent_fact"}]}),
        (
            "unknown_sentence",
            "judgements.0.spans.0.evidence.0",
            {"spans": [{**MOONS, "type": "inconsistent_fact", "evidence": [{"passage": 3, "sentence": 1}]}]},
        ),
        (
            "quote_mismatch",
            "judgements.0.spans.0.antecedent.quote",
            {"spans": [{**MOONS, "type": "repetitive", "antecedent": {"start": 0, "end": 3, "quote": "oru"}}]},
        ),
        (
            "unknown_sentence",
            "judgements.0.missing.0.evidence.0",
            {"missing": [{"type": "missing_answer", "evidence": [{"passage": 1, "sentence": 3}], "note": ""}]},
        ),
        ("correction_unchanged", "judgements.0.corrected_text", {"spans": [MOONS], "corrected_text": TEXT}),
        ("correction_without_marks", "judgements.0.corrected_text", {"corrected_text": "Better."}),
        ("text_changed", "judgements.0.text_sha256", {"text_sha256": "0" * 64}),
    ],
)
def test_a_wrong_judgement_is_refused(assignment: Assignment, code: str, field: str, marked: dict[str, Any]) -> None:
    error = refused(assignment, judgements=[judgement(**marked)])
    assert error.code == code
    assert list(error.fields) == [field]


def test_exactly_the_asked_responses_are_judged(assignment: Assignment) -> None:
    for wrong in ([], [judgement(), judgement()], [judgement(1, OTHER_TEXT)], [judgement(), judgement(1, OTHER_TEXT)]):
        assert refused(assignment, judgements=wrong).code == "judgements_incomplete"


@pytest.mark.parametrize(
    "pairs", [[(0, 0, "tie")], [(0, 2, "tie")], [(0, 1, "tie"), (1, 0, "first")]], ids=["itself", "unknown", "twice"]
)
def test_a_wrong_comparison_is_refused(assignment: Assignment, pairs: list[tuple[int, int, str]]) -> None:
    bodies = [{"first": first, "second": second, "preferred": preferred} for first, second, preferred in pairs]
    error = refused(assignment, comparisons=bodies)
    assert (error.code, list(error.fields)) == ("invalid_comparison", [f"comparisons.{len(pairs) - 1}"])


def test_a_project_may_require_corrections(assignment: Assignment) -> None:
    project_update(project=assignment.project, require_corrections=True)
    assignment.project.refresh_from_db()
    assert refused(assignment, judgements=[judgement(spans=[MOONS])]).code == "correction_required"


def test_the_same_again_gives_the_same_and_another_body_is_refused(assignment: Assignment) -> None:
    body = submission()
    first = annotation_submit(assignment=assignment, **body)
    again = annotation_submit(assignment=assignment, **body)
    assert (again.annotation_id, again.counted, again.replayed) == (first.annotation_id, first.counted, True)
    assert annotation_submit(assignment=assignment, **body, log=[{"do": "retry"}]).replayed
    for code, other in (
        ("idempotency_mismatch", {**body, "active_seconds": 13.0}),
        ("already_submitted", {**body, "client_id": uuid4()}),
    ):
        with pytest.raises(DomainError) as caught:
            annotation_submit(assignment=assignment, **other)
        assert caught.value.code == code
    assert Annotation.objects.count() == 1


def test_an_id_of_another_judgement_is_refused(assignment: Assignment, project: Project) -> None:
    body = submission()
    annotation_submit(assignment=assignment, **body)
    other = assignment_next(project=project, user=assignment.user)
    assert other
    with pytest.raises(DomainError) as caught:
        annotation_submit(assignment=other, **body)
    assert caught.value.code == "idempotency_mismatch"


def test_drafts_grow_by_one_and_conflicts_give_both(assignment: Assignment) -> None:
    assert draft_save(assignment=assignment, revision=0, body={"a": 1}) == 1
    assert draft_save(assignment=assignment, revision=0, body={"a": 1}) == 1  # its answer was lost
    assert draft_save(assignment=assignment, revision=1, body={"a": 2}) == 2
    with pytest.raises(DraftConflict) as caught:
        draft_save(assignment=assignment, revision=1, body={"a": 3})
    assert caught.value.stored == {"revision": 2, "body": {"a": 2}}
    assert caught.value.sent == {"revision": 1, "body": {"a": 3}}
    annotation_submit(assignment=assignment, **submission())
    assert not Draft.objects.exists()
    with pytest.raises(DomainError) as done:
        draft_save(assignment=assignment, revision=2, body={})
    assert done.value.code == "already_submitted"
