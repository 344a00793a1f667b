"""Sample a policy on the prompts of a dataset, scored by a reward model if one is given.

    python -m training.scripts.sample RUN_DIR

Reads spec.json (SampleSpec), writes artifact/samples.jsonl: a line per prompt with its responses, each with the
characters of every token and, per category, a reward per token (unweighted), a score per segment and, where the model
tells, how unsure it is of each, in bits.
"""

import json
from collections.abc import Mapping
from typing import Any

import torch

from annotator.domain.feedback import Example, to_json
from annotator.domain.specs import SampleSpec
from training.models import load_policy, load_tokenizer
from training.ppo.respond import Response, read_examples, respond
from training.reward.dense import dense_rewards
from training.reward.scores import SegmentScores
from training.reward.sources import Source, load_source
from training.runs import Run, Stopped, main


def sample(run: Run) -> dict[str, float]:
    spec: SampleSpec = run.spec
    examples = read_examples(spec)[: spec.limit]
    policy, tokenizer = load_policy(spec.policy), load_tokenizer(spec.policy)
    bundle = load_source(spec.reward) if spec.reward else None
    run.artifact.mkdir(exist_ok=True)
    done, tokens = 0, 0
    with (run.artifact / "samples.jsonl").open("w", encoding="utf-8") as file:
        for batch in respond(policy, tokenizer, [example.prompt for example in examples], spec):
            for example, responses in zip(examples[done:], batch, strict=False):
                line = sample_line(example, responses, bundle)
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                tokens += sum(len(response.ids) for response in responses)
            done += len(batch)
            run.progress(done, len(examples), "sample", {})
            if run.stop_requested:
                raise Stopped
    count = done * spec.samples_per_prompt
    return {"prompts": done, "responses": count, "response_tokens": tokens / count}


def sample_line(example: Example, responses: list[Response], bundle: Source | None) -> dict[str, Any]:
    """One line of samples.jsonl: the example and its responses with tokens, rewards and scores."""
    texts = [response.text for response in responses]
    scores = bundle.score([example.prompt] * len(texts), texts) if bundle else [{} for _ in texts]
    return {
        "id": example.id,
        "prompt": example.prompt,
        "question": example.question,
        "passages": to_json(example.passages),
        "reference": example.reference,
        "metadata": example.metadata,
        "responses": [response_json(response, found) for response, found in zip(responses, scores, strict=True)],
    }


def response_json(response: Response, scores: Mapping[str, SegmentScores]) -> dict[str, Any]:
    """A response with the characters of its tokens, its rewards per token and its scores per segment."""
    mask = torch.ones(1, len(response.ids), dtype=torch.bool)
    rewards = dense_rewards([scores], [response.text], [response.ends], mask, dict.fromkeys(scores, 1.0))
    starts = [0, *response.ends[:-1]]
    return {
        "text": response.text,
        "tokens": [{"start": start, "end": end} for start, end in zip(starts, response.ends, strict=True)],
        "rewards": {category: row[0].tolist() for category, row in rewards.items()},
        "scores": {category: list(found.scores) for category, found in scores.items()},
        "uncertainty": {category: list(found.uncertainty) for category, found in scores.items() if found.uncertainty},
    }


if __name__ == "__main__":
    main("sample", sample)
