"""A round: what a policy answered, as examples of the project, with the rewards of every token."""

import json
from pathlib import Path
from typing import Any

from annotator.domain.errors import DomainError
from annotator.domain.feedback import example_from_json
from annotator.domain.strategies import example_uncertainty
from annotator.models.jobs import Job
from annotator.models.model_versions import ModelVersion
from annotator.services.examples import NewExample, NewResponse, examples_add

EXAMPLE = ("prompt", "question", "passages", "reference")
REWARDS = ("tokens", "rewards", "scores")


def round_create(*, job: Job, samples: Path) -> int:
    """Store samples.jsonl of a sample job; how many examples it held. The caller holds the lock of the job.

    Annotators are sent to them only if the job asked for a round (`as_round`). An example keeps the id of the one it
    was sampled from as metadata.sampled_from, and its split. Raises DomainError("samples_malformed") with the line.
    """
    policy = ModelVersion.objects.filter(pk=job.params["policy"]).first() if job.params["policy"] else None
    name = policy.name if policy else Path(job.spec["policy"]).name
    items = []
    with open(samples, encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                items.append(_item(json.loads(line), f"{job.pk}/{number}", name))
            except (KeyError, TypeError, ValueError, DomainError) as error:
                raise DomainError("samples_malformed", f"samples.jsonl, line {number}: {error!r}") from error
    judged = job.spec["as_round"]
    return len(examples_add(project=job.project, items=items, round=job, policy=policy, judged=judged))


def _item(row: dict[str, Any], external_id: str, policy_version: str) -> NewExample:
    body = {key: row[key] for key in EXAMPLE} | {"id": external_id}
    body["metadata"] = {**row["metadata"], "sampled_from": row["id"]}
    responses = [
        NewResponse(item["text"], policy_version, {key: item[key] for key in REWARDS}) for item in row["responses"]
    ]
    # What was sampled without a reward model, or by a trainer that does not tell, has none.
    uncertainty = example_uncertainty([item.get("uncertainty", {}) for item in row["responses"]])
    return NewExample(example_from_json(body), responses, uncertainty)
