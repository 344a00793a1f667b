"""Compare policies on the same prompts by the same reward models.

    python -m training.scripts.evaluate RUN_DIR

Reads spec.json (EvaluateSpec), writes artifact/evaluation.json: per policy the means of its scores by category, and for
each policy after the first the mean difference to the first with a bootstrap interval over prompts. clean/<category> is
the share of segments without error, over all segments; score/<category> the mean score of a sequence model; rouge_lsum
is of prompts that have a reference; distinct_2 and distinct_3 are of all responses together. To say that a policy is
better, use reward models that it was not trained on.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.domain.records import Example
from annotator.domain.segments import Density
from annotator.domain.specs import EvaluateSpec
from training.models import load_policy, load_tokenizer
from training.ppo.respond import read_examples, respond
from training.reward.scores import SegmentScores
from training.reward.sources import load_source
from training.runs import Run, Stopped, main, write_json
from training.texts import distinct, rouge_lsum

RESAMPLES = 2000

# Per prompt, a sum and a count whose quotient over all prompts is the metric: (prompts, 2).
Tallies = dict[str, NDArray[np.float64]]


def evaluate(run: Run) -> dict[str, float]:
    spec: EvaluateSpec = run.spec
    examples = read_examples(spec)[: spec.limit]
    found = [tally(run, spec, index, examples) for index in range(len(spec.policies))]
    tallies = [counts for counts, _ in found]
    metrics = [
        {name: ratio(counts) for name, counts in of_policy.items()}
        | {f"distinct_{n}": distinct(texts, n) for n in (2, 3)}
        for of_policy, texts in found
    ]
    comparisons = [
        {"first": 0, "second": second, "differences": differences(tallies[0], tallies[second], spec.seed)}
        for second in range(1, len(tallies))
    ]
    run.artifact.mkdir(exist_ok=True)
    report = {
        "policies": [
            {"policy": policy, "metrics": found} for policy, found in zip(spec.policies, metrics, strict=True)
        ],
        "comparisons": comparisons,
        "prompts": len(examples),
        "samples_per_prompt": spec.samples_per_prompt,
        "split": spec.split,
    }
    write_json(run.artifact / "evaluation.json", report)
    return {f"{index}/{name}": value for index, of_policy in enumerate(metrics) for name, value in of_policy.items()}


def tally(run: Run, spec: EvaluateSpec, index: int, examples: Sequence[Example]) -> tuple[Tallies, list[str]]:
    """Samples one policy on all prompts: counts of what its responses scored, and the responses."""
    prompts = [example.prompt for example in examples]
    policy, tokenizer = load_policy(spec.policies[index]), load_tokenizer(spec.policies[index])
    bundle = load_source(spec.reward) if spec.reward else None
    rows: list[dict[str, tuple[float, float]]] = []
    written: list[str] = []
    for batch in respond(policy, tokenizer, prompts, spec):
        for responses in batch:
            texts = [response.text for response in responses]
            written += texts
            example = examples[len(rows)]
            scores = bundle.score([example.prompt] * len(texts), texts) if bundle else []
            likeness = [rouge_lsum(text, [example.reference]) for text in texts] if example.reference else []
            lengths = [len(response.ids) for response in responses]
            rows.append(
                {
                    "response_tokens": (sum(lengths), len(lengths)),
                    "rouge_lsum": (sum(likeness), len(likeness)),
                    "truncated": (sum(response.truncated for response in responses), len(lengths)),
                    **score_counts(scores),
                }
            )
        run.progress(index * len(prompts) + len(rows), len(spec.policies) * len(prompts), f"policy {index + 1}", {})
        if run.stop_requested:
            raise Stopped
    names = [name for name in rows[0] if name != "rouge_lsum" or any(row[name][1] for row in rows)]
    return {name: np.array([row[name] for row in rows], dtype=np.float64) for name in names}, written


def score_counts(scores: Sequence[Mapping[str, SegmentScores]]) -> dict[str, tuple[float, float]]:
    """Sum and count per metric over the responses to one prompt."""
    counts: dict[str, tuple[float, float]] = {}
    for category in scores[0] if scores else ():
        found = [score for row in scores for score in row[category].scores]
        if scores[0][category].density == Density.SEQUENCE:
            counts[f"score/{category}"] = (sum(found), len(found))
        else:
            counts[f"clean/{category}"] = (sum(score > 0 for score in found), len(found))
            counts[f"segments/{category}"] = (len(found), len(scores))
    return counts


def ratio(counts: NDArray[np.float64]) -> float:
    """Sum over count of a metric; 0 where nothing was counted. counts: (prompts, 2)."""
    total, count = counts.sum(axis=0)
    return float(total / count) if count else 0.0


def differences(first: Tallies, second: Tallies, seed: int) -> dict[str, dict[str, Any]]:
    """Per metric, second minus first with a 95 % percentile interval; prompts are resampled, and paired."""
    random = np.random.default_rng(seed)
    prompts = len(first["response_tokens"])
    draws = random.integers(prompts, size=(RESAMPLES, prompts))
    found = {}
    for name, counts in first.items():
        other = second[name]
        resampled = [ratio(other[draw]) - ratio(counts[draw]) for draw in draws]
        low, high = np.quantile(resampled, [0.025, 0.975])
        found[name] = {"mean": ratio(other) - ratio(counts), "low": float(low), "high": float(high)}
    return found


if __name__ == "__main__":
    main("evaluate", evaluate)
