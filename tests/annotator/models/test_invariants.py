"""What the database refuses even to raw SQL, by the name of the rule that refuses it."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from annotator.models import Annotation, Dataset, Job, Judgement, ModelVersion, Project, Slot, User
from annotator.services.annotations import annotation_submit
from tests.annotator.factories import TEXT, assignment_next, make_examples, make_project, make_user, submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def judged(project: Project, annotator: User) -> Judgement:
    """A judgement of the first of two examples' first response."""
    make_examples(project, 2)
    assignment = assignment_next(project=project, user=annotator)
    assert assignment
    annotation_submit(assignment=assignment, **submission())
    return Judgement.objects.get()


def refused(rule: str, sql: str, *values: Any) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; {sql}", values)
    assert caught.value.__cause__.diag.constraint_name == rule


SPAN = """INSERT INTO annotator_span
    (judgement_id, start, "end", quote, type, antecedent_start, antecedent_end, evidence, explanation)
    VALUES (%s, %s, %s, %s, 'irrelevant', %s, %s, '[]', '')"""


@pytest.mark.parametrize(
    ("rule", "start", "end", "quote", "antecedent"),
    [
        ("span_not_empty", 3, 3, "", (None, None)),
        ("span_not_empty", 3, 2, "", (None, None)),
        ("annotator_span_start_check", -1, 2, "Or", (None, None)),
        ("span_in_text", 0, len(TEXT) + 1, TEXT, (None, None)),
        ("span_quote_of_text", 0, 3, "oru", (None, None)),
        ("span_quote_of_text", 0, 3, "Oru ", (None, None)),
        # Code points: the quote after the emoji sits one place further in UTF-16.
        ("span_quote_of_text", 22, 24, "It", (None, None)),
        ("span_antecedent_not_empty", 0, 3, "Oru", (2, 2)),
        ("span_antecedent_not_empty", 0, 3, "Oru", (2, None)),
        ("span_in_text", 0, 3, "Oru", (2, len(TEXT) + 1)),
    ],
)
def test_a_span_lies_in_its_text_and_says_what_it_says(
    judged: Judgement, rule: str, start: int, end: int, quote: str, antecedent: tuple[int | None, int | None]
) -> None:
    refused(rule, SPAN, judged.pk, start, end, quote, *antecedent)


def test_a_true_span_is_taken(judged: Judgement) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SPAN, [judged.pk, 21, 23, "It", 0, 3])
    assert judged.spans.count() == 2


def test_a_stored_text_has_its_length_and_hash_and_never_changes(judged: Judgement) -> None:
    key = judged.response_id
    refused("response_unchanging", "UPDATE annotator_response SET text = text || '!' WHERE id = %s", key)
    copy = """INSERT INTO annotator_response (example_id, index, text, length, sha256)
        SELECT example_id, 7, text, {}, {} FROM annotator_response WHERE id = %s"""
    refused("response_length_of_text", copy.format("length + 1", "sha256"), key)
    refused("response_sha256_of_text", copy.format("length", "repeat('0', 64)"), key)


def test_a_judgement_is_about_the_annotated_example(judged: Judgement, project: Project) -> None:
    other = Slot.objects.exclude(example=judged.response.example).get().example.responses.first()
    assert other
    refused("judgement_of_example", "UPDATE annotator_judgement SET corrected_text = '' WHERE id = %s; "
            "INSERT INTO annotator_judgement (annotation_id, response_id, answers) VALUES (%s, %s, '{}')",
            judged.pk, judged.annotation_id, other.pk)  # fmt: skip
    refused("judgement_unmoving", "UPDATE annotator_judgement SET response_id = %s WHERE id = %s", other.pk, judged.pk)
    refused(
        "judgement_response_once",
        "INSERT INTO annotator_judgement (annotation_id, response_id, answers) VALUES (%s, %s, '{}')",
        judged.annotation_id,
        judged.response_id,
    )


def test_answers_are_by_question_and_a_strength_is_of_a_preference(judged: Judgement) -> None:
    refused("judgement_answers_by_key", "UPDATE annotator_judgement SET answers = '[]' WHERE id = %s", judged.pk)
    sql = "UPDATE annotator_comparison SET preferred = %s, strength = %s"
    for preferred, strength in (("tie", 1), ("first", 0), ("first", 4)):
        refused("comparison_strength", sql, preferred, strength)


def test_a_flag_has_a_reason_that_is_known_and_once(judged: Judgement) -> None:
    sql = """INSERT INTO annotator_flag (assignment_id, reason, note, created_at)
        SELECT assignment_id, %s, '', now() FROM annotator_annotation"""
    with connection.cursor() as cursor:
        cursor.execute(sql, ["broken"])
    refused("flag_reason_once", sql, "broken")
    refused("flag_reason_known", sql, "dull")


def test_a_pair_is_compared_once_and_exists(judged: Judgement) -> None:
    sql = "INSERT INTO annotator_comparison (annotation_id, first, second, preferred) VALUES (%s, %s, %s, %s)"
    refused("comparison_pair_once", sql, judged.annotation_id, 1, 0, "first")
    refused("comparison_of_example", sql, judged.annotation_id, 0, 2, "first")
    refused("comparison_of_example", sql, judged.annotation_id, 1, 1, "first")
    refused("comparison_preferred", sql, judged.annotation_id, 0, 1, "better")


ASSIGN = """INSERT INTO annotator_assignment
    (project_id, example_id, user_id, slot_id, taxonomy_id, guideline_version, desk, judged_responses, state,
     leased_until, release_reason)
    SELECT project_id, example_id, %s, slot_id, taxonomy_id, guideline_version, desk, judged_responses, {state},
     {until}, ''
    FROM annotator_assignment LIMIT 1"""


def test_no_more_than_n_assignments_count(judged: Judgement, project: Project, annotator: User) -> None:
    second = make_user("bob", project)
    for state in ("active", "submitted"):
        refused("assignment_slot_once", ASSIGN.format(state=f"'{state}'", until="now()"), second.pk)
    refused("assignment_active_holds_lease", ASSIGN.format(state="'active'", until="NULL"), second.pk)
    refused("assignment_state_known", ASSIGN.format(state="'lost'", until="NULL"), second.pk)
    refused("assignment_person_once", ASSIGN.format(state="'expired'", until="NULL"), annotator.pk)
    slot = Slot.objects.get(state="done")
    refused(
        "slot_within_overlap",
        "INSERT INTO annotator_slot (project_id, example_id, number, state) VALUES (%s, %s, 2, 'open')",
        project.pk,
        slot.example_id,
    )
    refused(
        "slot_number_once",
        "INSERT INTO annotator_slot (project_id, example_id, number, state) VALUES (%s, %s, 1, 'open')",
        project.pk,
        slot.example_id,
    )


def test_rows_of_two_projects_do_not_mix(judged: Judgement, owner: User) -> None:
    other = make_project(owner, "other")
    refused("slot_project_of_example", "UPDATE annotator_slot SET project_id = %s", other.pk)
    refused("annotation_project_of_assignment", "UPDATE annotator_annotation SET project_id = %s", other.pk)
    moved = ASSIGN.format(state="'expired'", until="NULL").replace("SELECT project_id", f"SELECT {other.pk}")
    refused("assignment_project_of_example", moved, owner.pk)
    open_slot = Slot.objects.get(state="open")
    refused("assignment_slot_of_example", "UPDATE annotator_assignment SET slot_id = %s", open_slot.pk)


def test_an_assignment_has_one_annotation_and_an_id_is_used_once(judged: Judgement) -> None:
    copy = """INSERT INTO annotator_annotation
        (project_id, assignment_id, record_id, body_sha256, source, versions, weight, created_at, raw)
        SELECT project_id, {}, {}, body_sha256, source, versions, weight, created_at, raw FROM annotator_annotation"""
    refused("annotator_annotation_assignment_id_key", copy.format("assignment_id", "gen_random_uuid()"))
    # Deferred foreign keys would speak later than the unique index does.
    refused("annotation_record_once", copy.format("assignment_id + 1", "record_id"))
    assert Annotation.objects.count() == 1


def test_a_dataset_never_changes(project: Project) -> None:
    dataset = Dataset.objects.create(project=project, name="d", kind="feedback", manifest={}, sha256="0")
    refused("dataset_unchanging", "UPDATE annotator_dataset SET sha256 = '1' WHERE id = %s", dataset.pk)
    refused("dataset_unchanging", "DELETE FROM annotator_dataset WHERE id = %s", dataset.pk)


def test_one_model_of_a_kind_is_active(project: Project) -> None:
    for kind in ("policy", "reward"):
        ModelVersion.objects.create(project=project, name=kind, kind=kind, stage="active", path="x", sha256="0")
    candidate = ModelVersion.objects.create(project=project, name="next", kind="policy", path="x", sha256="0")
    sql = "UPDATE annotator_modelversion SET stage = 'active' WHERE id = %s"
    refused("model_version_active_once", sql, candidate.pk)


def test_a_finished_job_stays_finished_and_epochs_grow(project: Project) -> None:
    job = Job.objects.create(pk=uuid4(), project=project, kind="sft", epoch=3)
    refused("job_epoch_grows", "UPDATE annotator_job SET epoch = 2 WHERE id = %s", job.pk)
    refused("job_leased", "UPDATE annotator_job SET state = 'running' WHERE id = %s", job.pk)
    refused("job_failure_explained", "UPDATE annotator_job SET state = 'failed' WHERE id = %s", job.pk)
    Job.objects.filter(pk=job.pk).update(state="cancelled")
    refused("job_finished", "UPDATE annotator_job SET state = 'queued' WHERE id = %s", job.pk)
