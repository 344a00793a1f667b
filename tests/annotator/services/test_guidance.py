"""The way to the work: consent, guideline, tutorial, qualification; and how a course is put together."""

from typing import Any
from uuid import uuid4

import pytest

from annotator.domain.errors import DomainError
from annotator.models import Agreement, Lesson, LessonAttempt, Membership, Project, Qualification, SurveyReply, User
from annotator.selectors.guidance import desk_detail, step_of
from annotator.services.annotations import annotation_submit
from annotator.services.guidance import agreement_add, survey_reply
from annotator.services.lessons import attempt_submit, lesson_next, lessons_replace
from tests.annotator.factories import assignment_next, judgement, lesson, make_examples, make_user, span, submission

pytestmark = pytest.mark.django_db

GOLD = [span("It has two moons")]


def refused(code: str, call: Any, *arguments: Any, **named: Any) -> DomainError:
    with pytest.raises(DomainError) as caught:
        call(*arguments, **named)
    assert caught.value.code == code
    return caught.value


def teach(project: Project, tutorial: int = 0, qualification: int = 0) -> None:
    parts = ["tutorial"] * tutorial + ["qualification"] * qualification
    lessons_replace(project=project, lessons=[lesson(part, f"{part} {n}", GOLD) for n, part in enumerate(parts)])


def take(project: Project, user: User, part: str, spans: list[dict[str, Any]] = GOLD) -> LessonAttempt:
    found = lesson_next(project=project, user=user, part=part)
    assert found
    return submit(found, user, spans)


def submit(lesson: Lesson, user: User, spans: list[dict[str, Any]] = GOLD) -> LessonAttempt:
    return attempt_submit(lesson=lesson, user=user, client_id=uuid4(), judgements=[judgement(spans=spans)])


def test_without_anything_to_read_or_learn_people_go_to_work(project: Project, annotator: User) -> None:
    make_examples(project)
    assert step_of(project=project, user=annotator) == "work"
    assert assignment_next(project=project, user=annotator)


def test_one_step_after_the_other(project: Project, annotator: User) -> None:
    make_examples(project)
    project.guideline = "Read first."
    project.desk = {"consent": {"version": "c1", "body": "I take part of my own will."}}
    project.save()
    teach(project, tutorial=2, qualification=1)

    def stands_at(step: str, code: str, *closed: str) -> None:
        assert step_of(project=project, user=annotator) == step
        refused(code, assignment_next, project=project, user=annotator)
        for part in closed:
            refused(code, lesson_next, project=project, user=annotator, part=part)
            (first,) = Lesson.objects.filter(part=part, number=1)
            refused(code, submit, first, annotator)

    stands_at("consent", "consent_required", "tutorial", "qualification")
    agreement_add(project=project, user=annotator, document="consent", version="c1")
    stands_at("guideline", "guideline_changed", "tutorial", "qualification")
    agreement_add(project=project, user=annotator, document="guideline", version="1")
    for _ in range(2):
        stands_at("tutorial", "tutorial_required", "qualification")
        take(project, annotator, "tutorial")
    assert lesson_next(project=project, user=annotator, part="tutorial") is None
    stands_at("qualification", "qualification_required")
    take(project, annotator, "qualification")
    assert step_of(project=project, user=annotator) == "work"
    assert lesson_next(project=project, user=annotator, part="qualification") is None
    assert assignment_next(project=project, user=annotator)


def test_a_changed_guideline_is_to_be_read_again(project: Project, annotator: User) -> None:
    make_examples(project)
    project.guideline = "Read first."
    project.save()
    agreement_add(project=project, user=annotator, document="guideline", version="1")
    agreement_add(project=project, user=annotator, document="guideline", version="1")
    held = assignment_next(project=project, user=annotator)
    assert held
    project.guideline_version, project.guideline = "2", "Read twice."
    project.save()
    refused("guideline_changed", assignment_next, project=project, user=annotator)
    assert desk_detail(project=project, user=annotator)["guideline"]["agreed_version"] == "1"
    refused("agreement_outdated", agreement_add, project=project, user=annotator, document="guideline", version="1")
    refused("agreement_outdated", agreement_add, project=project, user=annotator, document="consent", version="1")
    agreement_add(project=project, user=annotator, document="guideline", version="2")
    again = assignment_next(project=project, user=annotator)
    assert again == held
    held.refresh_from_db()
    assert held.guideline_version == "2"
    assert list(Agreement.objects.order_by("pk").values_list("version", "body")) == [
        ("1", "Read first."),
        ("2", "Read twice."),
    ]


def test_one_query_tells_whether_somebody_may_work(
    project: Project, annotator: User, django_assert_num_queries: Any
) -> None:
    teach(project, tutorial=1, qualification=1)
    with django_assert_num_queries(1):
        assert step_of(project=project, user=annotator) == "tutorial"
    simulated = make_user("sim", project, is_simulated=True)
    with django_assert_num_queries(1):
        assert step_of(project=project, user=simulated) == "work"


def test_a_qualification_is_passed_on_all_its_lessons_together(project: Project, annotator: User) -> None:
    teach(project, qualification=2)
    take(project, annotator, "qualification")
    assert not Qualification.objects.exists()
    # Of 2 + 1 spans one pair: 2 · 1 / 3, which is above 0.6.
    take(project, annotator, "qualification", [])
    (result,) = Qualification.objects.values("sitting", "span_f1", "type_accuracy", "missing_f1", "passed")
    assert result.pop("span_f1") == pytest.approx(2 / 3)
    assert result == {"sitting": 1, "type_accuracy": 1, "missing_f1": 1, "passed": True}
    standing = desk_detail(project=project, user=annotator)["qualification"]
    assert (standing["count"], standing["done"], standing["result"]["passed"]) == (2, 2, True)
    refused("already_submitted", submit, Lesson.objects.get(number=1), annotator)


def test_a_failed_one_may_be_tried_again_as_often_as_the_desk_says(project: Project, annotator: User) -> None:
    teach(project, qualification=2)

    def standing() -> tuple[int, int, int]:
        found = desk_detail(project=project, user=annotator)["qualification"]
        return found["count"], found["done"], found["attempts_left"]

    assert standing() == (2, 0, 2)
    take(project, annotator, "qualification", [])
    assert standing() == (2, 1, 2)
    refused("already_submitted", submit, Lesson.objects.get(number=1), annotator)
    take(project, annotator, "qualification", [])
    assert standing() == (2, 0, 1)
    assert step_of(project=project, user=annotator) == "qualification"
    take(project, annotator, "qualification", [])
    take(project, annotator, "qualification", [])
    assert standing() == (2, 0, 0)
    assert step_of(project=project, user=annotator) == "failed"
    refused("qualification_failed", assignment_next, project=project, user=annotator)
    refused("qualification_failed", lesson_next, project=project, user=annotator, part="qualification")
    project.desk = {"qualification": {"attempts": 3}}
    project.save()
    for _ in range(2):
        take(project, annotator, "qualification")
    assert step_of(project=project, user=annotator) == "work"
    assert list(Qualification.objects.order_by("sitting").values_list("passed", flat=True)) == [False, False, True]


@pytest.mark.parametrize(("threshold", "passed"), [("span_f1", False), ("type_accuracy", False), ("missing_f1", True)])
def test_every_threshold_is_to_be_reached(
    project: Project, annotator: User, threshold: str, passed: bool
) -> None:
    """Half of the spans found, and half of the types; of the missing information all."""
    project.desk = {"qualification": {"span_f1": 0, "type_accuracy": 0, "missing_f1": 0, threshold: 1}}
    project.save()
    gold = [span("Oru has"), span("moons", "incoherent"), span("ring of ice", "incoherent")]
    lessons_replace(project=project, lessons=[lesson("qualification", spans=gold)])
    take(project, annotator, "qualification", [span("Oru has"), span("moons", "irrelevant")])
    assert Qualification.objects.get().passed == passed


def test_a_lesson_is_answered_once_and_told_as_often_as_asked(project: Project, annotator: User) -> None:
    teach(project, tutorial=1)
    (only,) = Lesson.objects.all()
    body: dict[str, Any] = {"client_id": uuid4(), "judgements": [judgement(spans=GOLD)], "active_seconds": 3.5}
    first = attempt_submit(lesson=only, user=annotator, **body)
    assert attempt_submit(lesson=only, user=annotator, **body) == first
    refused("idempotency_mismatch", attempt_submit, lesson=only, user=annotator, **{**body, "active_seconds": 4})
    # Practising again is a new attempt, and changes nothing about the step.
    assert submit(only, annotator) != first
    assert LessonAttempt.objects.count() == 2


def test_marks_on_a_lesson_are_checked_like_all_others(project: Project, annotator: User) -> None:
    teach(project, tutorial=1)
    (only,) = Lesson.objects.all()
    repetitive = [span("It has two moons", "repetitive")]
    refused("invalid_mark", submit, only, annotator, repetitive)
    project.desk = {"needs": "optional"}
    project.save()
    only.refresh_from_db()
    submit(only, annotator, repetitive)


def test_a_course_keeps_what_stays_in_it(project: Project, annotator: User) -> None:
    teach(project, tutorial=3)
    take(project, annotator, "tutorial")
    first, second, third = Lesson.objects.order_by("number")
    kept = [lesson("tutorial", f"tutorial {n}", GOLD) for n in (0, 2)]
    lessons_replace(project=project, lessons=[lesson("tutorial", "new"), *kept])
    new, *others = Lesson.objects.order_by("number")
    assert others == [first, third]
    assert not Lesson.objects.filter(pk=second.pk).exists()
    assert lesson_next(project=project, user=annotator, part="tutorial") == new
    assert desk_detail(project=project, user=annotator)["tutorial"] == {"count": 3, "done": 1}
    refused("not_found", submit, second, annotator)


def test_a_lesson_that_was_taken_retires_and_may_come_back(project: Project, annotator: User) -> None:
    teach(project, tutorial=1)
    take(project, annotator, "tutorial")
    (only,) = Lesson.objects.all()
    lessons_replace(project=project, lessons=[])
    only.refresh_from_db()
    assert only.retired
    refused("lesson_retired", submit, only, annotator)
    assert step_of(project=project, user=annotator) == "work"
    teach(project, tutorial=1)
    only.refresh_from_db()
    assert not only.retired
    assert desk_detail(project=project, user=annotator)["tutorial"] == {"count": 1, "done": 1}


def test_a_sitting_ends_when_what_was_left_of_it_is_withdrawn(project: Project, annotator: User) -> None:
    teach(project, qualification=2)
    take(project, annotator, "qualification")
    teach(project, qualification=1)
    assert step_of(project=project, user=annotator) == "qualification"
    assert lesson_next(project=project, user=annotator, part="qualification") is None
    assert Qualification.objects.get().passed
    assert step_of(project=project, user=annotator) == "work"


def test_who_has_passed_stays_qualified(project: Project, annotator: User) -> None:
    teach(project, qualification=1)
    take(project, annotator, "qualification")
    lessons_replace(project=project, lessons=[lesson("qualification", "another")])
    project.desk = {"qualification": {"span_f1": 1}}
    project.save()
    assert step_of(project=project, user=annotator) == "work"


def test_a_course_is_taken_whole_or_not_at_all(project: Project) -> None:
    teach(project, tutorial=1)
    wrong = lesson("tutorial", "wrong", [{**span("Oru"), "quote": "oru"}])
    error = refused(
        "invalid_record", lessons_replace, project=project, lessons=[lesson("tutorial"), wrong]
    )
    assert list(error.fields) == ["1.judgements.0.spans.0.quote"]
    unknown = [lesson("qualification", "unknown", [span("Oru", "cold")])]
    assert list(refused("invalid_mark", lessons_replace, project=project, lessons=unknown).fields) == [
        "0.judgements.0.spans.0.type"
    ]
    assert Lesson.objects.get().body["example"]["id"] == "tutorial 0"



SURVEY = [
    {"key": "age", "text": "How old are you?", "kind": "rating", "points": 7},
    {"key": "more", "text": "Since when?", "kind": "text", "when": {"answer": "age", "is": [7]}},
]


def test_questions_about_oneself_come_after_consent_and_before_the_rest(project: Project, annotator: User) -> None:
    make_examples(project)
    project.desk = {"consent": {"version": "c1", "body": "Yes."}, "survey": SURVEY}
    project.guideline = "Read first."
    project.save()
    refused("consent_required", survey_reply, project=project, user=annotator, answers={})
    agreement_add(project=project, user=annotator, document="consent", version="c1")
    assert step_of(project=project, user=annotator) == "survey"
    refused("survey_required", assignment_next, project=project, user=annotator)
    survey_reply(project=project, user=annotator, answers={"age": 3})
    assert step_of(project=project, user=annotator) == "guideline"
    survey_reply(project=project, user=annotator, answers={})
    assert SurveyReply.objects.get().answers == {}


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"age": 8}, "survey.answers.age"),
        ({"age": True}, "answers.age"),
        ({"age": {"years": 3}}, "answers.age"),
        ({"age": [{}]}, "answers.age"),
        ({"age": 7}, "survey.answers.more"),
        ({"age": 3, "more": "1990"}, "survey.answers.more"),
        ({"shoe": 42, "age": 3}, "survey.answers.shoe"),
    ],
)
def test_an_answer_about_oneself_that_does_not_fit(
    project: Project, annotator: User, answers: dict[str, Any], field: str
) -> None:
    project.desk = {"survey": SURVEY}
    project.save()
    error = refused("invalid_answer", survey_reply, project=project, user=annotator, answers=answers)
    assert list(error.fields) == [field]
    assert not SurveyReply.objects.exists()


def test_whoever_has_submitted_all_that_was_theirs_is_finished(project: Project, annotator: User) -> None:
    make_examples(project, 5)
    Membership.objects.filter(user=annotator).update(text_limit=2)
    first = assignment_next(project=project, user=annotator)
    assert first
    second = assignment_next(project=project, user=annotator, after=first.pk)
    assert second
    annotation_submit(assignment=first, **submission())
    # Two are theirs, and they hold the second: there is none to be fetched ahead.
    assert assignment_next(project=project, user=annotator, after=second.pk) is None
    assert assignment_next(project=project, user=annotator) == second
    annotation_submit(assignment=second, **submission())
    assert step_of(project=project, user=annotator) == "finished"
    refused("work_finished", assignment_next, project=project, user=annotator)
    Membership.objects.filter(user=annotator).update(text_limit=3)
    assert assignment_next(project=project, user=annotator)
