"""Where a person stands on the way to the work, and what they are shown there."""

from dataclasses import asdict
from typing import Any, Literal

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from annotator.domain.desk import question_to_json, task_to_json
from annotator.domain.errors import DomainError
from annotator.domain.feedback import judgement_from_json, to_json
from annotator.domain.lessons import feedback, judged_of, lesson_desk, lesson_from_json, review, tally_of
from annotator.domain.scoring import FIGURES
from annotator.domain.taxonomy import taxonomy_to_json
from annotator.models import (
    Agreement,
    Document,
    Lesson,
    LessonAttempt,
    LessonPart,
    Membership,
    Project,
    Qualification,
    Standing,
    User,
)
from annotator.selectors.assignments import shown_response
from annotator.selectors.parts import part_detail
from annotator.selectors.projects import desk_of, earned, taxonomy_current, taxonomy_of

Step = Literal[
    "paused", "ended", "finished", "consent", "survey", "guideline", "tutorial", "qualification", "failed", "work"
]

# In the order in which people get to them, and what they are told who try to skip one.
STEPS: dict[Step, tuple[str, str]] = {
    "paused": ("work_paused", "Your work is being looked at. What you have done is kept and paid; you will be told."),
    "ended": ("work_ended", "Your work on this project has ended. What you have done is kept and paid."),
    "finished": ("work_finished", "You have submitted every text that was yours to judge. Thank you."),
    "consent": ("consent_required", "This project asks for your consent first."),
    "survey": ("survey_required", "There are a few questions about you first."),
    "guideline": ("guideline_changed", "Read the guideline first, and say that you have; it is new, or has changed."),
    "tutorial": ("tutorial_required", "Go through the tutorial first; there are lessons that you have not taken."),
    "qualification": ("qualification_required", "Take the qualification first."),
    "failed": ("qualification_failed", "The qualification was not passed, and no attempt at it is left."),
    "work": ("", ""),
}

STANDING = """
SELECT member.standing, member.submitted >= member.text_limit, standing.* FROM annotator_membership member
JOIN annotator_project project ON project.id = member.project_id, annotator_standing(project, member.user_id) standing
WHERE member.user_id = %s AND member.project_id = %s
"""


def step_of(*, project: Project, user: User) -> Step:
    """What the person has to do next, in one query as a rule. Simulated accounts work, if they may at all."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [user.pk, project.pk])
        standing, finished, consented, surveyed, guided, taught, qualified = cursor.fetchone()
    if standing in (Standing.PAUSED, Standing.ENDED):
        return "paused" if standing == Standing.PAUSED else "ended"
    if finished:
        return "finished"
    if user.is_simulated:
        return "work"
    if not consented:
        return "consent"
    if not surveyed:
        return "survey"
    if not guided:
        return "guideline"
    if not taught:
        return "tutorial"
    if not qualified:
        return "qualification" if attempts_left(project=project, user=user) else "failed"
    return "work"


def check_step(*, project: Project, user: User, wanted: str = "work") -> Step:
    """Where the person stands, if they have come as far as `wanted`.

    DomainError work_paused, work_ended, consent_required, guideline_changed, tutorial_required, qualification_required
    or qualification_failed.
    """
    step, order = step_of(project=project, user=user), [str(each) for each in STEPS]
    if order.index(step) < order.index(wanted) or (step == "failed" and wanted == "qualification"):
        code, message = STEPS[step]
        raise DomainError(code, message)
    return step


def lessons_of(project: Project) -> QuerySet[Lesson]:
    """The project's course as it is now: the tutorial, then the qualification, each in order."""
    return Lesson.objects.filter(project=project, retired=False).order_by("-part", "number")


def lessons_left(*, project: Project, user: User, part: str) -> QuerySet[Lesson]:
    """What the person has still to take: of the tutorial ever, of the qualification in the present sitting."""
    taken = LessonAttempt.objects.filter(lesson=OuterRef("pk"), user=user)
    if part == LessonPart.QUALIFICATION:
        taken = taken.filter(sitting=sitting_of(project=project, user=user))
    return lessons_of(project).filter(~Exists(taken), part=part)


def sitting_of(*, project: Project, user: User) -> int:
    """Which try at the qualification the person is in, from 1."""
    return Qualification.objects.filter(project=project, user=user).count() + 1


def attempts_left(*, project: Project, user: User) -> int:
    """How often the person may still try the qualification, the try they are in included."""
    return max(0, desk_of(project).qualification.attempts + 1 - sitting_of(project=project, user=user))


def desk_detail(*, project: Project, user: User) -> dict[str, Any]:
    """What the person has to do next, and all that they are to know before they do it."""
    desk, mine = desk_of(project), Membership.objects.select_related("user").get(project=project, user=user)
    study = part_detail(project=project, member=mine)
    agreed = Agreement.objects.filter(project=project, user=user, document=Document.GUIDELINE).order_by("pk").last()
    return {
        "project": {"id": project.pk, "slug": project.slug, "name": project.name},
        "step": step_of(project=project, user=user),
        "consent": desk.consent and asdict(desk.consent),
        "survey": [question_to_json(question) for question in desk.survey],
        "content_warning": desk.content_warning,
        "guideline": {
            "version": project.guideline_version,
            "body": project.guideline,
            "agreed_version": agreed and agreed.version,
        },
        "tutorial": _counts(project, user, LessonPart.TUTORIAL),
        "qualification": {
            **_counts(project, user, LessonPart.QUALIFICATION),
            "attempts_left": attempts_left(project=project, user=user),
            "thresholds": {name: getattr(desk.qualification, name) for name in FIGURES},
            "result": Qualification.objects.filter(project=project, user=user).order_by("sitting").values().last(),
        },
        # A study pays for all of its texts together.
        "pay": None if study else desk.pay and asdict(desk.pay),
        "study": study,
        "submitted": mine.submitted,
        "active_seconds": mine.active_seconds,
        "earned": None if study else earned(project=project, membership=mine),
        "taxonomy": taxonomy_to_json(taxonomy_of(taxonomy_current(project=project))),
    }


def lesson_detail(*, lesson: Lesson, project: Project) -> dict[str, Any]:
    """What a learner is shown: the text as an assignment shows it, without gold. A lesson is about marks alone."""
    taxonomy, data = taxonomy_of(taxonomy_current(project=project)), lesson_from_json(lesson.body)
    return {
        "id": lesson.pk,
        "part": lesson.part,
        "number": lesson.number,
        "count": lessons_of(project).filter(part=lesson.part).count(),
        "example": {
            "id": data.example.id,
            "question": data.example.question,
            "passages": to_json(data.example.passages),
            "reference": data.example.reference,
            "responses": [
                shown_response(index, response.text, taxonomy.segmentation)
                for index, response in enumerate(data.responses)
            ],
            "judged": judged_of(data),
        },
        "taxonomy": taxonomy_to_json(taxonomy),
        "guideline": {"version": project.guideline_version, "body": project.guideline},
        "desk": task_to_json(lesson_desk(desk_of(project))),
    }


def attempt_detail(*, attempt: LessonAttempt) -> dict[str, Any]:
    """What the person is told about their marks: everything in the tutorial, nothing in the qualification."""
    lesson = attempt.lesson
    if lesson.part == LessonPart.QUALIFICATION:
        return {"score": None, "feedback": None}
    taxonomy = taxonomy_of(taxonomy_current(project=lesson.project))
    given = [judgement_from_json(body) for body in attempt.judgements]
    reviews = review(lesson_from_json(lesson.body), given)
    tally = tally_of(reviews.values())
    return {"score": {name: getattr(tally, name) for name in FIGURES}, "feedback": feedback(reviews, taxonomy)}


def _counts(project: Project, user: User, part: LessonPart) -> dict[str, int]:
    """Of the qualification those of the present sitting are done; whoever has passed has done them all."""
    count = lessons_of(project).filter(part=part).count()
    passed = Qualification.objects.filter(project=project, user=user, passed=True).exists()
    if part == LessonPart.QUALIFICATION and passed:
        return {"count": count, "done": count}
    return {"count": count, "done": count - lessons_left(project=project, user=user, part=part).count()}
