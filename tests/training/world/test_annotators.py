"""Simulated annotators: mostly right, wrong as often as they are meant to be, never contradicting themselves."""

from collections import Counter
from itertools import combinations
from random import Random

import pytest

from annotator.domain.segments import Density, segments
from annotator.domain.spans import text_sha256
from annotator.domain.taxonomy import taxonomy_to_json
from training.world.annotators import FLIP, TEMPERATURE, annotate, compare
from training.world.examples import draw_example, noisy_answer
from training.world.oracle import judge
from training.world.taxonomy import WORLD_TAXONOMY


def assignment_of(seed: int) -> dict:
    """What the server sends for an example with four noisy responses."""
    rng = Random(seed)
    example = draw_example(rng, "train", 0)
    texts = [noisy_answer(example, rng) for _ in range(4)]
    responses = [
        {
            "index": index,
            "text": text,
            "sha256": text_sha256(text),
            "segments": {
                str(density): [[s.start, s.end] for s in segments(text, density, WORLD_TAXONOMY.segmentation)]
                for density in (Density.SUB_SENTENCE, Density.SENTENCE)
            },
        }
        for index, text in enumerate(texts)
    ]
    shown = {"question": example["question"], "passages": example["passages"], "responses": responses}
    return {"example": {**shown, "judged": [0, 1, 2, 3]}, "taxonomy": taxonomy_to_json(WORLD_TAXONOMY)}


def test_an_annotator_is_the_same_for_a_seed_and_differs_between_seeds():
    assignment = assignment_of(0)
    bodies = [annotate(assignment, Random(seed)) for seed in range(20)]
    assert bodies[0] == annotate(assignment, Random(0))
    assert any(body != bodies[0] for body in bodies)


def test_every_response_is_judged_and_every_pair_compared():
    assignment = assignment_of(1)
    body = annotate(assignment, Random(0))
    assert [judgement["response"] for judgement in body["judgements"]] == [0, 1, 2, 3]
    assert [(c["first"], c["second"]) for c in body["comparisons"]] == list(combinations(range(4), 2))


def test_missing_answers_are_seen_wrongly_one_time_in_twenty():
    wrong = total = 0
    for seed in range(200):
        assignment = assignment_of(seed)
        for judgement in annotate(assignment, Random(seed))["judgements"]:
            exact = judge(assignment["example"], assignment["example"]["responses"][judgement["response"]]["text"])
            seen, real = (
                {item["evidence"][0]["sentence"] for item in items}
                for items in (judgement["missing"], exact["missing"])
            )
            wrong += len(seen ^ real)
            total += 3
    assert wrong / total == pytest.approx(FLIP, abs=0.015)


def test_preferences_follow_bradley_and_terry():
    rng = Random(0)
    counts = Counter(compare({0: 1, 1: 2}, rng)[0]["preferred"] for _ in range(4000))
    expected = 1 / (1 + 2.718281828 ** (-1 / TEMPERATURE))
    assert counts["first"] / 4000 == pytest.approx(expected, abs=0.02)
    assert compare({0: 3, 1: 3}, rng)[0]["preferred"] == "tie"


def test_comparisons_never_go_round_in_a_circle():
    rng = Random(1)
    for _ in range(200):
        better = {0: 0, 1: 0, 2: 0, 3: 0}
        for comparison in compare({0: 1, 1: 2, 2: 3, 3: 4}, rng):
            better[comparison[comparison["preferred"]]] += 1
        assert sorted(better.values()) == [0, 1, 2, 3]
