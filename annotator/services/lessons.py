"""Lessons: the course of a project, and what people do in it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import IO, Any
from uuid import UUID

from django.db import IntegrityError, transaction

from annotator.domain.errors import DomainError
from annotator.domain.feedback import to_json
from annotator.domain.formats.files import at, lines_read
from annotator.domain.lessons import (
    check_lesson,
    judgements_given,
    lesson_from_json,
    lesson_to_json,
    review,
    tally_of,
)
from annotator.domain.scoring import FIGURES, Tally
from annotator.domain.taxonomy import Taxonomy
from annotator.models import Lesson, LessonAttempt, LessonPart, Membership, Project, Qualification, User
from annotator.selectors.access import not_found
from annotator.selectors.guidance import check_step, lessons_left, lessons_of, sitting_of
from annotator.selectors.projects import desk_of, taxonomy_current, taxonomy_of
from annotator.services.annotation_rows import body_sha256
from annotator.services.audit import audited

Json = dict[str, Any]


def lessons_replace(*, project: Project, lessons: Sequence[Json], actor: User | None = None) -> None:
    """Make these, as {"part", "record"} in their order, the lessons of the project.

    A lesson that is there already stays, with what people did in it. One that is left out is deleted, or retired once
    somebody has taken it. DomainError invalid_record or invalid_mark, naming the lesson. Locks the project against
    other changes to its course, and the lessons.
    """
    _replace(project, "lesson", enumerate(lessons), actor)


def lessons_import(*, project: Project, file: IO[bytes]) -> dict[str, int]:
    """lessons_replace with a file, one JSON line per lesson; how many lessons each part then has.

    DomainError as there and invalid_json, naming the line.
    """
    _replace(project, "line", lines_read(file), None)
    return {part: lessons_of(project).filter(part=part).count() for part in LessonPart.values}


@transaction.atomic
def _replace(project: Project, unit: str, items: Iterable[tuple[int, Any]], actor: User | None) -> None:
    taxonomy = taxonomy_of(taxonomy_current(project=project))
    wanted = []
    for place, item in items:
        with at(unit, place):
            wanted.append(_part_and_body(item, taxonomy))
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    rows = Lesson.objects.filter(project=project)
    there = list(rows.select_for_update())
    # Retired rows are outside of the constraint on numbers, so that those that stay can change theirs.
    rows.update(retired=True)
    numbers: Counter[str] = Counter()
    for part, body in wanted:
        row = next((row for row in there if (row.part, row.body) == (part, body)), None)
        if row:
            there.remove(row)
        numbers[part] += 1
        row = row or Lesson(project=project, part=part, body=body)
        row.number, row.retired = numbers[part], False
        row.save()
    rows.filter(retired=True, attempts=None).delete()
    audited(actor=actor, action="lessons.replace", project=project, target="lessons", detail=dict(numbers))


def _part_and_body(item: Any, taxonomy: Taxonomy) -> tuple[str, Json]:
    part = item.get("part") if isinstance(item, dict) else None
    if part not in LessonPart.values:
        problem = f"is {part!r}; it must be one of {', '.join(LessonPart.values)}"
        raise DomainError("invalid_record", f"part: {problem}", {"part": problem})
    lesson = lesson_from_json(item.get("record"))
    check_lesson(lesson, taxonomy)
    return part, lesson_to_json(lesson)


def lesson_next(*, project: Project, user: User, part: str) -> Lesson | None:
    """The person's next lesson of the part; None if they have taken all.

    DomainError of check_step if something else comes first.
    """
    step = check_step(project=project, user=user, wanted=part)
    if part == LessonPart.QUALIFICATION and step == "work":
        return None
    lesson = lessons_left(project=project, user=user, part=part).first()
    if lesson is None and part == LessonPart.QUALIFICATION:
        # The last one that was left has been withdrawn.
        with transaction.atomic():
            _locked_membership(project, user)
            _sitting_end(project, user)
    return lesson


def attempt_submit(
    *, lesson: Lesson, user: User, client_id: UUID, judgements: list[Json], active_seconds: float | None = None
) -> LessonAttempt:
    """Store the person's marks on a lesson under the id that their client chose, and count them against gold.

    The same id with the same body gives the same answer. DomainError idempotency_mismatch for the id with another
    body; already_submitted for a lesson of the qualification taken a second time; lesson_retired; what check_step and
    domain.lessons.judgements_given raise. Locks the membership, then the lesson.
    """
    body = {"lesson": lesson.pk, "judgements": judgements, "active_seconds": active_seconds}
    sha256 = body_sha256(body)
    if earlier := _earlier(user, client_id, sha256):
        return earlier
    try:
        return _submit(lesson, user, client_id, body, sha256)
    except (DomainError, IntegrityError):
        # The same request may have come twice at once; the other one has committed by now.
        if earlier := _earlier(user, client_id, sha256):
            return earlier
        raise


def _earlier(user: User, client_id: UUID, sha256: str) -> LessonAttempt | None:
    found = LessonAttempt.objects.select_related("lesson").filter(user=user, client_id=client_id).first()
    if found and found.body_sha256 != sha256:
        problem = f"{client_id} names an attempt with another body"
        raise DomainError("idempotency_mismatch", f"client_id: {problem}", {"client_id": problem})
    return found


@transaction.atomic
def _submit(lesson: Lesson, user: User, client_id: UUID, body: Json, sha256: str) -> LessonAttempt:
    project = lesson.project
    _locked_membership(project, user)
    held = Lesson.objects.select_for_update().filter(pk=lesson.pk).first()
    if held is None:
        raise not_found("lesson", lesson.pk)
    if held.retired:
        raise DomainError("lesson_retired", "This lesson is no longer part of the course; go on with the next one.")
    check_step(project=project, user=user, wanted=held.part)
    sitting = None
    if held.part == LessonPart.QUALIFICATION:
        sitting = sitting_of(project=project, user=user)
        _check_untaken(held, user, sitting)
    gold = lesson_from_json(held.body)
    taxonomy = taxonomy_of(taxonomy_current(project=project))
    given = judgements_given(gold, body["judgements"], taxonomy, desk_of(project))
    attempt = LessonAttempt.objects.create(
        lesson=held,
        user=user,
        client_id=client_id,
        body_sha256=sha256,
        sitting=sitting,
        judgements=[to_json(judgement) for judgement in given],
        tally=asdict(tally_of(review(gold, given).values())),
        active_seconds=body["active_seconds"],
    )
    if sitting:
        _sitting_end(project, user)
    return attempt


def _check_untaken(lesson: Lesson, user: User, sitting: int) -> None:
    if Qualification.objects.filter(project=lesson.project_id, user=user, passed=True).exists():
        raise DomainError("already_submitted", "You have passed the qualification; there is nothing left to take.")
    if LessonAttempt.objects.filter(lesson=lesson, user=user, sitting=sitting).exists():
        raise DomainError("already_submitted", "You have taken this lesson in the present attempt already.")


def _sitting_end(project: Project, user: User) -> None:
    """Write down how the sitting went, once nothing is left of it. The caller has locked the membership."""
    if lessons_left(project=project, user=user, part=LessonPart.QUALIFICATION).exists():
        return
    sitting, wanted = sitting_of(project=project, user=user), desk_of(project).qualification
    lessons = lessons_of(project).filter(part=LessonPart.QUALIFICATION)
    taken = LessonAttempt.objects.filter(lesson__in=lessons, user=user, sitting=sitting)
    tally = sum((Tally(**attempt.tally) for attempt in taken), Tally())
    # Rounded, so that a sum of thirds that should reach a threshold does.
    figures = {name: round(getattr(tally, name), 9) for name in FIGURES}
    passed = all(figures[name] >= getattr(wanted, name) for name in FIGURES)
    Qualification.objects.create(project=project, user=user, sitting=sitting, passed=passed, **figures)


def _locked_membership(project: Project, user: User) -> None:
    Membership.objects.select_for_update().get(project=project, user=user)
