"""Examples: the same for a seed, apart by split, and as noisy as they are meant to be."""

from random import Random

from annotator.domain.feedback import example_from_json
from annotator.domain.splits import split_of
from training.world.examples import draw_example, noisy_answer, read_facts, read_question
from training.world.oracle import error_rates
from training.world.taxonomy import WORLD_TAXONOMY


def test_a_seed_gives_the_same_examples():
    assert [draw_example(Random(5), "dev", 0)] * 2 == [draw_example(Random(5), "dev", 0) for _ in range(2)]


def test_examples_are_valid_and_no_question_is_on_two_sides():
    rng = Random(0)
    for split in ("train", "dev", "test"):
        for number in range(50):
            example = draw_example(rng, split, number)
            assert example_from_json(example).id == f"world-{split}-{number:05d}"
            assert split_of(example["question"]) == example["metadata"]["split"] == split


def test_questions_and_passages_are_read_as_they_were_written():
    example = draw_example(Random(1), "train", 0)
    requested, name = read_question(example["question"])
    facts = read_facts(example["passages"])
    assert len(requested) == 3
    assert len(facts) == 6
    assert all((name, key) in facts for key in requested)
    assert {place["sentence"] for _, place in facts.values()} == set(range(1, 7))


def test_noise_is_of_every_kind_and_of_the_size_that_was_meant():
    rng = Random(2)
    examples = [draw_example(rng, "train", number) for number in range(600)]
    rates = error_rates([(example, noisy_answer(example, rng)) for example in examples], WORLD_TAXONOMY)
    assert 0.3 < rates["relevance"] < 0.5
    assert 0.3 < rates["factuality"] < 0.5
    assert 0.25 < rates["completeness"] < 0.4
    assert rates["perfect"] < 0.1
