"""People, projects, examples and judgements for tests, through the product's own services."""

import io
import json
import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models.functions import Now
from django.utils.timezone import timedelta

from annotator.domain.feedback import Example as ExampleData
from annotator.domain.feedback import Passage, to_json
from annotator.domain.spans import text_sha256
from annotator.models import Assignment, Example, Membership, Participation, Project, Role, Study, User
from annotator.services import assignments
from annotator.services.examples import NewExample, NewResponse, examples_add
from annotator.services.people import membership_set, user_create
from annotator.services.projects import project_create

PASSWORD = "correct horse battery"
TEXT = "Oru has two moons. 🌕 It has two moons, and a ring of ice that nobody has ever seen from the ground."
OTHER_TEXT = "Oru has one moon."
TIE = {"first": 0, "second": 1, "preferred": "tie"}
PASSAGES = (Passage("Oru", ("Oru is a planet.", "It has one moon.")), Passage("Ring", ("The ring is of dust.",)))


def make_user(username: str, project: Project | None = None, role: str = Role.ANNOTATOR, **flags: Any) -> User:
    user = user_create(username=username, password=None, **flags)
    if project:
        membership_set(project=project, user=user, role=role)
    return user


def make_project(owner: User, slug: str = "moons", **fields: Any) -> Project:
    return project_create(owner=owner, slug=slug, name=slug.title(), **fields)


def make_examples(project: Project, count: int = 1, texts: tuple[str, ...] = (TEXT, OTHER_TEXT)) -> list[Example]:
    start = Example.objects.filter(project=project).count()
    data = [
        ExampleData(id=f"e{number}", prompt=f"Q{number}", question=f"How many moons has {number}?", passages=PASSAGES)
        for number in range(start, start + count)
    ]
    items = [NewExample(each, [NewResponse(text) for text in texts]) for each in data]
    return list(Example.objects.filter(pk__in=examples_add(project=project, items=items)).order_by("pk"))


def span(quote: str, type: str = "irrelevant", text: str = TEXT, **fields: Any) -> dict[str, Any]:
    """A mark on the first place where the text says the quote."""
    start = text.index(quote)
    place = {"start": start, "end": start + len(quote), "quote": quote, "type": type}
    return {**place, "antecedent": None, "evidence": [], "explanation": "", **fields}


def judgement(response: int = 0, text: str = TEXT, **fields: Any) -> dict[str, Any]:
    body = {"response": response, "text_sha256": text_sha256(text), "spans": [], "missing": [], "corrected_text": None}
    return {**body, **fields}


def submission(**fields: Any) -> dict[str, Any]:
    """The body of a submit: one marked response, corrected, and as good as the other."""
    marked = judgement(spans=[span("It has two moons")], corrected_text="Oru has one moon.")
    body = {"client_id": str(uuid.uuid4()), "judgements": [marked], "comparisons": [TIE], "active_seconds": 12.5}
    return {**body, **fields}


def make_study(project: Project, owner: User, name: str = "moons", **fields: Any) -> Study:
    """An open study of three places and two texts each, into which people come by links."""
    size = {"places": 3, "texts": 2, "minutes": 20, "currency": "GBP", "reward": 4, "target_per_hour": 12}
    given = {"provider": "link", "state": "open", **size, **fields}
    return Study.objects.create(project=project, name=name, created_by=owner, **given)


def ended_part(
    study: Study, user: User, state: str = "completed", minutes: float = 20, texts: int = 0
) -> Participation:
    """A person's part in the study that is over, after so long and so many texts."""
    part = Participation.objects.create(study=study, user=user, submitted_before=0)
    part.state, part.finished_at = state, part.entered_at + timedelta(minutes=minutes)
    part.save()
    Membership.objects.filter(project=study.project, user=user).update(submitted=texts)
    return part


def lesson(part: str, name: str = "l", spans: Sequence[Any] = (), missing: Sequence[Any] = ()) -> dict[str, Any]:
    """A lesson as it is put in: one response, with these gold marks."""
    example = {"id": name, "prompt": "Q", "question": "How many moons?", "passages": to_json(PASSAGES)}
    response = {"text": TEXT, "sha256": text_sha256(TEXT), "length": len(TEXT), "policy_version": None}
    gold = {"response": 0, "spans": list(spans), "missing": list(missing), "corrected_text": None}
    record = {"example": {**example, "reference": None, "metadata": {}, "raw": {}}, "responses": [response]}
    return {"part": part, "record": {**record, "judgements": [gold]}}


def jsonl(*lines: Any) -> io.BytesIO:
    return io.BytesIO("".join(json.dumps(line) + "\n" for line in lines).encode())


def assignment_next(*, project: Project, user: User, after: int | None = None) -> Assignment | None:
    """The row of what the person is given."""
    given = assignments.assignment_next(project=project, user=user, after=after)
    return Assignment.objects.select_related("example", "project", "user").get(pk=given["id"]) if given else None


def expire(assignment: Assignment) -> None:
    """Let the lease have ended a minute ago, by the database's clock."""
    Assignment.objects.filter(pk=assignment.pk).update(leased_until=Now() - timedelta(minutes=1))
