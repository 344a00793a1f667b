"""Examples and their responses: what comes in to be judged, by import or from a round of sampling."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from annotator.domain.errors import DomainError
from annotator.domain.feedback import Example as ExampleData
from annotator.domain.spans import text_sha256
from annotator.models import Example, Job, ModelVersion, Project, Response
from annotator.services.copied_rows import Value, json_text, keys_reserve, rows_copy
from annotator.services.queue import slots_add

POLICY_VERSION_LIMIT = 200
EXAMPLE = "id, project_id, external_id, prompt, question, reference, passages, metadata, raw, uncertainty, round_id"
RESPONSE = "example_id, index, text, length, sha256, policy_version, policy_id, rewards"


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
    items: Sequence[NewExample],
    round: Job | None = None,
    policy: ModelVersion | None = None,
    judged: bool = True,
) -> list[int]:
    """Store examples with as many open slots as the project's overlap; their keys in the order of the items.

    Without `judged` they get no slots: they are there to be looked at, and no annotator is sent to them.

    DomainError example_exists for an id that the project has, no_responses, text_too_long. Locks nothing: a
    concurrent import of the same id fails on the unique constraint.
    """
    for item in items:
        example_check(item)
    taken = Example.objects.filter(project=project, external_id__in=[item.example.id for item in items])
    if found := taken.values_list("external_id", flat=True).first():
        raise DomainError("example_exists", f"id: the project has an example {found!r} already")
    return examples_insert(project=project, items=items, round=round, policy=policy, judged=judged)


def examples_insert(
    *,
    project: Project,
    items: Sequence[NewExample],
    round: Job | None = None,
    policy: ModelVersion | None = None,
    judged: bool = True,
) -> list[int]:
    """examples_add of what the caller has checked. Must run in a transaction."""
    keys = keys_reserve(Example, len(items))
    rows_copy(Example, EXAMPLE, [_example(key, project, round, item) for key, item in zip(keys, items, strict=True)])
    responses = [
        _response(key, index, policy, response)
        for key, item in zip(keys, items, strict=True)
        for index, response in enumerate(item.responses)
    ]
    rows_copy(Response, RESPONSE, responses)
    if judged:
        rated = [(key, item.uncertainty, None) for key, item in zip(keys, items, strict=True)]
        slots_add(project=project, examples=rated)
    return keys


def _example(key: int, project: Project, round: Job | None, item: NewExample) -> list[Value]:
    data = item.example
    texts = [data.id, data.prompt, data.question, data.reference]
    rest = [json_text(part) for part in (data.passages, data.metadata, data.raw)]
    return [key, project.pk, *texts, *rest, item.uncertainty, round.pk if round else None]


def _response(example: int, index: int, policy: ModelVersion | None, response: NewResponse) -> list[Value]:
    text = response.text
    # By json: a reward that is no number is for the database to refuse, and orjson would write null for it.
    rewards = None if response.rewards is None else json.dumps(response.rewards)
    made_by = [response.policy_version, policy.pk if policy else None]
    return [example, index, text, len(text), text_sha256(text), *made_by, rewards]


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
