"""The rows of an import, a batch at a time: examples that are new or the same, people, slots, annotations."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from annotator.domain.errors import DomainError
from annotator.domain.feedback import FeedbackRecord
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
from annotator.services.annotation_rows import NewAnnotation, annotations_insert
from annotator.services.copied_rows import Value, json_text, keys_reserve, rows_copy
from annotator.services.examples import NewExample, NewResponse, example_check, examples_insert

PSEUDONYM_LIMIT = 200
ASSIGNMENT = (
    "id, project_id, example_id, user_id, slot_id, taxonomy_id, guideline_version, desk, judged_responses, "
    "display_order, state, started_at, release_reason"
)


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
        if annotated:
            self._refuse_known_records(annotated)
            self._annotate(annotated, [examples[entry.example.example.id] for entry in annotated])
        return {"examples": created}

    def _examples(self, batch: Sequence[Entry]) -> tuple[dict[str, int], int]:
        """The keys by external id, made where there is none; a known id must say the same again."""
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
        keys = {row.external_id: row.pk for row in stored}
        for entry in new.values():
            with entry.place():
                example_check(entry.example)
        added = examples_insert(project=self.project, items=[entry.example for entry in new.values()]) if new else []
        return keys | dict(zip(new, added, strict=True)), len(new)

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

    def _annotate(self, annotated: Sequence[Entry], keys: Sequence[int]) -> None:
        """The records' assignments, annotations and marks. keys: of their examples."""
        assignments = self._assignments(annotated, keys)
        responses: dict[int, list[int]] = defaultdict(list)
        rows = Response.objects.filter(example__in=set(keys)).order_by("index")
        for example, response in rows.values_list("example_id", "pk"):
            responses[example].append(response)
        annotations = []
        for entry, example, assignment in zip(annotated, keys, assignments, strict=True):
            assert entry.record
            with entry.place():
                started_at = _time("started_at", entry.record.started_at)
                submitted_at = _time("submitted_at", entry.record.submitted_at)
            annotations.append(NewAnnotation(assignment, entry.record, started_at, submitted_at, responses[example]))
        annotations_insert(project=self.project, items=annotations)

    def _assignments(self, annotated: Sequence[Entry], keys: Sequence[int]) -> list[int]:
        """Submitted assignments: each fills an open slot of its example if there is one, else it is surplus."""
        open_slots: dict[int, list[int]] = defaultdict(list)
        slots = Slot.objects.filter(example__in=set(keys), state=SlotState.OPEN, number__lte=self.project.overlap)
        ordered = slots.order_by("example_id", "-number").select_for_update()
        for example, key in ordered.values_list("example_id", "pk"):
            open_slots[example].append(key)
        judged = set(Assignment.objects.filter(example__in=set(keys)).values_list("example_id", "user_id"))
        filled: list[int] = []
        rows: list[list[Value]] = []
        assignments = keys_reserve(Assignment, len(annotated))
        for assignment, entry, example in zip(assignments, annotated, keys, strict=True):
            record = entry.record
            assert record
            with entry.place():
                user = self._person(record.annotator.pseudonym)
                if (example, user.pk) in judged:
                    problem = f"{record.annotator.pseudonym!r} has judged {record.example.id!r} already"
                    raise _wrong("judged_twice", "annotator.pseudonym", problem)
                started_at = _time("started_at", record.started_at)
            judged.add((example, user.pk))
            slot = open_slots[example].pop() if open_slots[example] else None
            if slot:
                filled.append(slot)
            rows.append(
                [
                    assignment,
                    self.project.pk,
                    example,
                    user.pk,
                    slot,
                    self.taxonomy.pk,
                    self.project.guideline_version,
                    json_text({"asks": record.asks}),
                    len(record.judgements),
                    None if record.display_order is None else json_text(record.display_order),
                    AssignmentState.SUBMITTED.value,
                    started_at,
                    "",
                ]
            )
        Slot.objects.filter(pk__in=filled).update(state=SlotState.DONE)
        rows_copy(Assignment, ASSIGNMENT, rows)
        return assignments

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


def _time(path: str, text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if text else None
    except OverflowError as error:
        raise _wrong("invalid_record", path, f"is {text}, which no calendar holds") from error


def _wrong(code: str, path: str, problem: str) -> DomainError:
    return DomainError(code, f"{path}: {problem}", {path: problem})
