"""A round: what a policy answered, as examples of the project, with the rewards of every token."""

import json
from pathlib import Path
from typing import Any

from annotator.domain.errors import DomainError
from annotator.domain.spans import text_sha256
from annotator.models.assignments import Slot
from annotator.models.examples import Example, Response
from annotator.models.jobs import Job
from annotator.models.model_versions import ModelVersion


def round_create(*, job: Job, samples: Path) -> int:
    """Store samples.jsonl of a sample job; how many examples it held. The caller holds the lock of the job.

    Only a job that asked for a round (`as_round`) opens slots, so that annotators are sent there. Raises
    DomainError("samples_malformed") with the number of the line.
    """
    policy = ModelVersion.objects.filter(pk=job.params["policy"]).first() if job.params["policy"] else None
    name = policy.name if policy else job.spec["policy"]
    examples, responses = [], []
    with open(samples, encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                row = json.loads(line)
                examples.append(_example(job, number, row))
                responses += [_response(examples[-1], i, r, policy, name) for i, r in enumerate(row["responses"])]
            except (KeyError, TypeError, ValueError) as error:
                raise DomainError("samples_malformed", f"samples.jsonl, line {number}: {error!r}") from error
    Example.objects.bulk_create(examples, batch_size=1000)
    Response.objects.bulk_create(responses, batch_size=1000)
    if job.spec["as_round"]:
        numbers = range(1, job.project.overlap + 1)
        slots = [Slot(project=job.project, example=example, number=n) for example in examples for n in numbers]
        Slot.objects.bulk_create(slots, batch_size=1000)
    return len(examples)


def _example(job: Job, number: int, row: dict[str, Any]) -> Example:
    return Example(
        project=job.project,
        external_id=f"{job.pk}/{number}",
        prompt=row["prompt"],
        question=row["question"],
        passages=row["passages"],
        reference=row["reference"],
        metadata={**row["metadata"], "sampled_from": row["id"]},
        round=job,
    )


def _response(example: Example, index: int, row: dict[str, Any], policy: ModelVersion | None, name: str) -> Response:
    return Response(
        example=example,
        index=index,
        text=row["text"],
        length=len(row["text"]),
        sha256=text_sha256(row["text"]),
        policy_version=name,
        policy=policy,
        rewards={key: row[key] for key in ("tokens", "rewards", "scores")},
    )
