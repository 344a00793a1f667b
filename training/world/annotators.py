"""Simulated annotators: the oracle's judgement with the noise of people.

They read what the server sends (an assignment with its taxonomy and segments) and answer with the body of a submit.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import combinations
from random import Random

from annotator.domain.spans import Span, overlaps
from annotator.domain.taxonomy import ErrorCategory, Taxonomy, taxonomy_from_json
from training.world.examples import read_facts, read_question
from training.world.oracle import error_count, judge, mark

FLIP = 0.05
TEMPERATURE = 0.5


def annotate(assignment: Mapping, rng: Random) -> dict:
    """`judgements` of every response to be judged and `comparisons` of all, for an assignment as the API gives it.

    Each segment's label of each category, and each answer's presence, is seen wrongly with probability FLIP. Of two
    responses the one with fewer errors is preferred as Bradley and Terry have it at TEMPERATURE; equals tie.
    """
    example = assignment["example"]
    taxonomy = taxonomy_from_json(assignment["taxonomy"])
    responses = {response["index"]: response for response in example["responses"]}
    exact = {index: judge(example, response["text"]) for index, response in responses.items()}
    judgements = [
        {
            "response": index,
            "text_sha256": responses[index]["sha256"],
            "spans": _seen_spans(exact[index]["spans"], responses[index], taxonomy, rng),
            "missing": _seen_missing(exact[index]["missing"], example, rng),
            "corrected_text": None,
        }
        for index in example["judged"]
    ]
    counts = {index: error_count(judgement) for index, judgement in exact.items()}
    return {"judgements": judgements, "comparisons": compare(counts, rng)}


def compare(counts: Mapping[int, int], rng: Random) -> list[dict]:
    """All comparisons of responses with so many errors, drawn as one ranking, so that they never contradict each other.

    A ranking by score plus Gumbel noise makes every pair a draw of the Bradley-Terry model.
    """
    worth = {count: -count / TEMPERATURE - math.log(rng.expovariate(1)) for count in sorted(set(counts.values()))}
    return [
        {
            "first": first,
            "second": second,
            "preferred": _preferred(worth[counts[first]], worth[counts[second]]),
        }
        for first, second in combinations(sorted(counts), 2)
    ]


def _preferred(first: float, second: float) -> str:
    if first == second:
        return "tie"
    return "first" if first > second else "second"


def _seen_spans(marks: Sequence[dict], response: Mapping, taxonomy: Taxonomy, rng: Random) -> list[dict]:
    """The marks of the response as someone sees them who overlooks and invents some, segment by segment."""
    seen = list(marks)
    for category in taxonomy.categories:
        invented = _invented_type(category)
        for start, end in response["segments"].get(str(category.density), []):
            if rng.random() >= FLIP:
                continue
            here = [m for m in seen if taxonomy.category_of(m["type"]) == category and _touches(m, Span(start, end))]
            if here:
                seen = [m for m in seen if m not in here]
            elif invented:
                quote = response["text"][start:end].rstrip()
                seen.append(mark(response["text"], Span(start, start + len(quote)), invented))
    return sorted(seen, key=lambda m: (m["start"], m["end"]))


def _invented_type(category: ErrorCategory) -> str | None:
    """The type that a false alarm is given: the first that is marked in the response and points at nothing else."""
    for kind in category.types:
        if kind.target == "response" and kind.needs is None:
            return kind.key
    return None


def _touches(mark: Mapping, span: Span) -> bool:
    return overlaps(Span(mark["start"], mark["end"]), span)


def _seen_missing(missing: Sequence[dict], example: Mapping, rng: Random) -> list[dict]:
    """The missing answers as someone sees them who overlooks some and misses some that are there."""
    requested, subject = read_question(example["question"])
    facts = read_facts(example["passages"])
    seen = []
    for key in requested:
        evidence = [facts[subject, key][1]]
        is_missing = any(item["evidence"] == evidence for item in missing)
        if is_missing != (rng.random() < FLIP):
            seen.append({"type": "missing_answer", "evidence": evidence, "note": ""})
    return seen
