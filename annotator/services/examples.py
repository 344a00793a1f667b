"""Examples and their responses: what comes in to be judged, by import or from a round of sampling."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from annotator.domain.errors import DomainError
from annotator.domain.feedback import Example as ExampleData
from annotator.domain.feedback import to_json
from annotator.domain.spans import text_sha256
from annotator.models import Example, Job, ModelVersion, Project, Response
from annotator.services.queue import slots_add

POLICY_VERSION_LIMIT = 200


@dataclass(frozen=True, slots=True)
class NewResponse:
    """A response to store; `rewards` as Response.rewards."""

    text: str
    policy_version: str | None = None
    rewards: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class NewExample:
    """An example to store, with at least one response; `uncertainty` as Example.uncertainty."""

    example: ExampleData
    responses: Sequence[NewResponse]
    uncertainty: float | None = None


@transaction.atomic
def examples_add(
    *,
    project: Project,
    items: Iterable[NewExample],
    round: Job | None = None,
    policy: ModelVersion | None = None,
    judged: bool = True,
) -> list[Example]:
    """Store examples with as many open slots as the project's overlap; rows in the order of the items.

    Without `judged` they get no slots: they are there to be looked at, and no annotator is sent to them.

    DomainError example_exists for an id that the project has, no_responses, text_too_long. Locks nothing: a
    concurrent import of the same id fails on the unique constraint.
    """
    items = list(items)
    for item in items:
        example_check(item)
    taken = Example.objects.filter(project=project, external_id__in=[item.example.id for item in items])
    if found := taken.values_list("external_id", flat=True).first():
        raise DomainError("example_exists", f"id: the project has an example {found!r} already")
    rows = Example.objects.bulk_create([_example(project, item, round) for item in items])
    Response.objects.bulk_create(
        Response(
            example=row,
            index=index,
            text=response.text,
            length=len(response.text),
            sha256=text_sha256(response.text),
            policy_version=response.policy_version,
            policy=policy,
            rewards=response.rewards,
        )
        for row, item in zip(rows, items, strict=True)
        for index, response in enumerate(item.responses)
    )
    if judged:
        slots_add(project=project, examples=rows)
    return rows


def _example(project: Project, item: NewExample, round: Job | None) -> Example:
    data = item.example
    return Example(
        project=project,
        external_id=data.id,
        prompt=data.prompt,
        question=data.question,
        passages=to_json(data.passages),
        reference=data.reference,
        metadata=data.metadata,
        raw=data.raw,
        uncertainty=item.uncertainty,
        round=round,
    )


def example_check(item: NewExample) -> None:
    """DomainError no_responses or text_too_long."""
    if not item.responses:
        problem = f"example {item.example.id!r} has no responses, so there is nothing to judge"
        raise DomainError("no_responses", f"responses: {problem}", {"responses": problem})
    for index, response in enumerate(item.responses):
        name = response.policy_version or ""
        if len(name) > POLICY_VERSION_LIMIT:
            path = f"responses.{index}.policy_version"
            problem = f"has {len(name)} characters; the most is {POLICY_VERSION_LIMIT}"
            raise DomainError("text_too_long", f"{path}: {problem}", {path: problem})
