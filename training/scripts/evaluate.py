"""Compare policies on the same prompts by the same reward models.

    python -m training.scripts.evaluate RUN_DIR

Reads spec.json (EvaluateSpec), writes artifact/evaluation.json: per policy the means of its scores by category, and for
each policy after the first the mean difference to the first with a bootstrap interval over prompts, as it is and where
lengths are held equal. The result says the same in flat names. training.evaluation.tallies tells what clean/, score/
and the others are; rouge_lsum is of prompts that have a reference; distinct_2 and distinct_3 are of all responses
together. To say that a policy is better, use a reward model that it was not trained on: the judge, whose metrics stand
beside under judge/.
"""

from collections.abc import Callable, Sequence
from typing import Any

from annotator.domain.records import Example
from annotator.domain.specs import EvaluateSpec
from training.evaluation.comparison import LENGTH, at_equal_length, differences
from training.evaluation.perplexity import load_reader
from training.evaluation.tallies import Counts, Tallies, metric, source_counts, tallies_of
from training.models import load_policy, load_tokenizer
from training.ppo.respond import Response, read_examples, respond
from training.reward.sources import load_source
from training.runs import Run, Stopped, main, write_json
from training.texts import distinct, rouge_lsum

# From prompts and several responses to each: counts per prompt.
Measure = Callable[[Sequence[str], Sequence[Sequence[str]]], list[Counts]]


def evaluate(run: Run) -> dict[str, float]:
    spec: EvaluateSpec = run.spec
    examples = read_examples(spec)[: spec.limit]
    measures = measures_of(spec)
    found = [tally(run, spec, index, examples, measures) for index in range(len(spec.policies))]
    tallies = [counts for counts, _ in found]
    metrics = [
        {name: metric(name, counts) for name, counts in of_policy.items()}
        | {f"distinct_{n}": distinct(texts, n) for n in (2, 3)}
        for of_policy, texts in found
    ]
    comparisons: list[dict[str, Any]] = [
        {
            "first": 0,
            "second": second,
            "differences": differences(tallies[0], tallies[second], spec.seed),
            "at_equal_length": at_equal_length(tallies[0], tallies[second], spec.seed),
        }
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
    return {
        f"{index}/{name}": value for index, of_policy in enumerate(metrics) for name, value in of_policy.items()
    } | {
        f"{kind}/{comparison['second']}/{part}/{name}": value
        for comparison in comparisons
        for kind in ("differences", "at_equal_length")
        for name, interval in comparison[kind].items()
        for part, value in interval.items()
    }


def measures_of(spec: EvaluateSpec) -> list[Measure]:
    """What is asked of responses, with its models loaded once for all policies."""
    measures: list[Measure] = []
    if spec.reward:
        reward = load_source(spec.reward)
        measures.append(lambda prompts, responses: source_counts(reward, prompts, responses))
    if spec.judge:
        judge = load_source(spec.judge)
        measures.append(
            lambda prompts, responses: [
                {f"judge/{name}": counts for name, counts in row.items()}
                for row in source_counts(judge, prompts, responses)
            ]
        )
    if spec.perplexity_under:
        measures.append(load_reader(spec.perplexity_under, spec.max_prompt_tokens).counts)
    return measures


def tally(
    run: Run, spec: EvaluateSpec, index: int, examples: Sequence[Example], measures: Sequence[Measure]
) -> tuple[Tallies, list[str]]:
    """Samples one policy on all prompts: counts of what its responses scored, and the responses."""
    prompts = [example.prompt for example in examples]
    policy, tokenizer = load_policy(spec.policies[index]), load_tokenizer(spec.policies[index])
    rows: list[Counts] = []
    written: list[str] = []
    for batch in respond(policy, tokenizer, prompts, spec):
        chosen = examples[len(rows) : len(rows) + len(batch)]
        texts = [[response.text for response in responses] for responses in batch]
        found = [own_counts(*each) for each in zip(chosen, batch, strict=True)]
        for measure in measures:
            more = measure([example.prompt for example in chosen], texts)
            found = [row | other for row, other in zip(found, more, strict=True)]
        rows += found
        written += [text for of_prompt in texts for text in of_prompt]
        run.progress(index * len(prompts) + len(rows), len(spec.policies) * len(prompts), f"policy {index + 1}", {})
        if run.stop_requested:
            raise Stopped
    return tallies_of(rows), written


def own_counts(example: Example, responses: Sequence[Response]) -> Counts:
    """What needs no model to be told."""
    likeness = [rouge_lsum(response.text, [example.reference]) for response in responses] if example.reference else []
    return {
        "response_tokens": (sum(len(response.ids) for response in responses), len(responses)),
        LENGTH: (sum(len(response.text) for response in responses), len(responses)),
        "truncated": (sum(response.truncated for response in responses), len(responses)),
        "rouge_lsum": (sum(likeness), len(likeness)),
    }


if __name__ == "__main__":
    main("evaluate", evaluate)
