"""The rows of an import, a batch at a time: examples that are new or the same, people, slots, annotations."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from annotator.domain.errors import DomainError
from annotator.domain.feedback import FeedbackRecord, record_to_json, to_json
from annotator.domain.formats.files import at
from annotator.models import (
    Annotation,
    Assignment,
    AssignmentState,
    Example,
    Membership,
    Project,
    Response,
    Role,
    Slot,
    SlotState,
    User,
)
from annotator.selectors.projects import taxonomy_current
from annotator.selectors.records import example_data
from annotator.services.annotation_rows import NewAnnotation, annotations_insert, body_sha256
from annotator.services.examples import NewExample, NewResponse, example_check, examples_add

PSEUDONYM_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """What one line (or item) of a file says, and where it stands."""

    number: int
    unit: str
    example: NewExample
    record: FeedbackRecord | None

    def place(self) -> AbstractContextManager[None]:
        """Errors raised inside name the line (or item)."""
        return at(self.unit, self.number)


class Importer:
    """Adds batches to one project; lives for one import, in its transaction."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.taxonomy = taxonomy_current(project=project)
        self.people: dict[str, User] = {}

    def add(self, batch: Sequence[Entry]) -> dict[str, int]:
        """Store the batch; {"examples": how many were new}. DomainError naming the line for what cannot be."""
        examples, created = self._examples(batch)
        annotated = [entry for entry in batch if entry.record]
        self._refuse_known_records(annotated)
        assignments = self._assignments(annotated, examples)
        responses: dict[int, list[Response]] = defaultdict(list)
        for response in Response.objects.filter(example__in={row.example_id for row in assignments}).order_by("index"):
            responses[response.example_id].append(response)
        annotations = []
        for entry, assignment in zip(annotated, assignments, strict=True):
            assert entry.record
            with entry.place():
                annotations.append(_annotation(entry.record, assignment, responses[assignment.example_id]))
        annotations_insert(annotations)
        return {"examples": created}

    def _examples(self, batch: Sequence[Entry]) -> tuple[dict[str, Example], int]:
        """The rows by external id, made where there is none; a known id must say the same again."""
        ids = {entry.example.example.id for entry in batch}
        stored = Example.objects.filter(project=self.project, external_id__in=ids).prefetch_related("responses")
        known = {row.external_id: _as_new(row) for row in stored}
        new: dict[str, Entry] = {}
        for entry in batch:
            identity = entry.example.example.id
            earlier = known.get(identity)
            with entry.place():
                if earlier is None:
                    known[identity] = entry.example
                    new[identity] = entry
                elif entry.record is None:
                    raise _wrong("example_exists", "id", f"{identity!r} is in the project, or in this file, already")
                elif earlier != entry.example:
                    problem = f"{identity!r} is in the project, or earlier in this file, with other texts"
                    raise _wrong("example_differs", "example.id", problem)
        rows = list(stored)
        for entry in new.values():
            with entry.place():
                example_check(entry.example)
        rows += examples_add(project=self.project, items=[entry.example for entry in new.values()])
        return {row.external_id: row for row in rows}, len(new)

    def _refuse_known_records(self, annotated: Sequence[Entry]) -> None:
        ids = [UUID(entry.record.record_id) for entry in annotated if entry.record]
        stored = Annotation.objects.filter(project=self.project, record_id__in=ids)
        known = set(stored.values_list("record_id", flat=True))
        for entry, identity in zip(annotated, ids, strict=True):
            with entry.place():
                if identity in known:
                    problem = f"{identity} is in the project, or in this file, already"
                    raise _wrong("record_exists", "record_id", problem)
            known.add(identity)

    def _assignments(self, annotated: Sequence[Entry], examples: dict[str, Example]) -> list[Assignment]:
        """Submitted assignments: each fills an open slot of its example if there is one, else it is surplus."""
        rows_of = [examples[entry.example.example.id] for entry in annotated]
        open_slots: dict[int, list[Slot]] = defaultdict(list)
        for slot in (
            Slot.objects.filter(example__in=rows_of, state=SlotState.OPEN, number__lte=self.project.overlap)
            .order_by("example_id", "-number")
            .select_for_update()
        ):
            open_slots[slot.example_id].append(slot)
        judged = set(Assignment.objects.filter(example__in=rows_of).values_list("example_id", "user_id"))
        assignments = []
        for entry, example in zip(annotated, rows_of, strict=True):
            assert entry.record
            with entry.place():
                user = self._person(entry.record.annotator.pseudonym)
                if (example.pk, user.pk) in judged:
                    problem = f"{entry.record.annotator.pseudonym!r} has judged {example.external_id!r} already"
                    raise _wrong("judged_twice", "annotator.pseudonym", problem)
                started_at = _time("started_at", entry.record.started_at)
            judged.add((example.pk, user.pk))
            slots = open_slots[example.pk]
            assignments.append(
                Assignment(
                    project=self.project,
                    example=example,
                    user=user,
                    slot=slots.pop() if slots else None,
                    taxonomy=self.taxonomy,
                    guideline_version=self.project.guideline_version,
                    desk={"asks": to_json(entry.record.asks)},
                    judged_responses=len(entry.record.judgements),
                    display_order=entry.record.display_order,
                    state=AssignmentState.SUBMITTED,
                    started_at=started_at,
                )
            )
        Slot.objects.filter(pk__in=[row.slot_id for row in assignments if row.slot_id]).update(state=SlotState.DONE)
        return Assignment.objects.bulk_create(assignments)

    def _person(self, pseudonym: str) -> User:
        """The imported person of this name in this project; never one who can sign in."""
        if pseudonym in self.people:
            return self.people[pseudonym]
        if len(pseudonym) > PSEUDONYM_LIMIT:
            raise _wrong("text_too_long", "annotator.pseudonym", f"has more than {PSEUDONYM_LIMIT} characters")
        member = Membership.objects.select_related("user").filter(project=self.project, pseudonym=pseudonym).first()
        if member and member.user.is_active:
            problem = f"{pseudonym!r} is somebody who works in this project; an import may not speak for them"
            raise _wrong("pseudonym_taken", "annotator.pseudonym", problem)
        user = member.user if member else User(username=f"imported-{uuid4().hex}", is_active=False)
        if not member:
            user.set_unusable_password()
            user.save()
            Membership.objects.create(project=self.project, user=user, role=Role.ANNOTATOR, pseudonym=pseudonym)
        self.people[pseudonym] = user
        return user


def _as_new(row: Example) -> NewExample:
    responses = [NewResponse(response.text, response.policy_version) for response in row.responses.all()]
    return NewExample(example_data(row), responses)


def _annotation(record: FeedbackRecord, assignment: Assignment, responses: Sequence[Response]) -> NewAnnotation:
    row = Annotation(
        project=assignment.project,
        assignment=assignment,
        record_id=UUID(record.record_id),
        body_sha256=body_sha256(record_to_json(record)),
        source=record.source,
        versions=to_json(record.versions),
        display_order=to_json(record.display_order),
        weight=record.annotator.weight,
        started_at=assignment.started_at,
        submitted_at=_time("submitted_at", record.submitted_at),
        active_seconds=record.active_seconds,
        raw=record.raw,
    )
    return NewAnnotation(row, record.judgements, record.comparisons, responses)


def _time(path: str, text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if text else None
    except OverflowError as error:
        raise _wrong("invalid_record", path, f"is {text}, which no calendar holds") from error


def _wrong(code: str, path: str, problem: str) -> DomainError:
    return DomainError(code, f"{path}: {problem}", {path: problem})
