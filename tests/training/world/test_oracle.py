"""The oracle finds nothing in an ideal answer and exactly what was put into a spoiled one."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.checks import check_judgement, check_marks
from annotator.domain.feedback import judgement_from_json
from annotator.domain.prompts import Passage
from annotator.domain.segments import Density, segments
from training.world.examples import draw_example, noisy_answer, read_facts, read_question
from training.world.language import ATTRIBUTE_OF, FILLERS, clauses_of, statement, write
from training.world.oracle import error_count, error_rates, judge
from training.world.taxonomy import WORLD_TAXONOMY

seeds = st.integers(0, 2**32)


def example_of(seed: int) -> tuple[dict, list[str], str, dict[str, str]]:
    """An example with what its question and passage say: requested attributes, name, facts."""
    example = draw_example(Random(seed), "train", 0)
    requested, name = read_question(example["question"])
    facts = {key: value for (_, key), (value, _) in read_facts(example["passages"]).items()}
    return example, requested, name, facts


def found(judgement: dict) -> list[tuple[str, str]]:
    return [(mark["type"], mark["quote"]) for mark in judgement["spans"]]


@given(seeds)
def test_an_ideal_answer_has_no_error(seed):
    example, *_ = example_of(seed)
    assert error_count(judge(example, example["reference"])) == 0


@given(seeds, st.integers(0, 2))
def test_a_wrong_value_is_an_inconsistent_fact_with_its_evidence(seed, which):
    example, requested, name, facts = example_of(seed)
    key = requested[which]
    wrong = next(value for value in ATTRIBUTE_OF[key].values if value != facts[key])
    answer = write([[statement(k, wrong if k == key else facts[k]) for k in requested]], name)
    judgement = judge(example, answer)
    assert found(judgement) == [("inconsistent_fact", wrong)]
    (place,) = judgement["spans"][0]["evidence"]
    assert facts[key] in example["passages"][0]["sentences"][place["sentence"] - 1].split()
    assert not judgement["missing"]


@given(seeds, st.integers(0, 2))
def test_a_dropped_fact_is_a_missing_answer_with_its_evidence(seed, which):
    example, requested, name, facts = example_of(seed)
    dropped = requested[which]
    judgement = judge(example, write([[statement(k, facts[k]) for k in requested if k != dropped]], name))
    assert not judgement["spans"]
    (missing,) = judgement["missing"]
    sentence = example["passages"][0]["sentences"][missing["evidence"][0]["sentence"] - 1]
    assert " ".join(statement(dropped, facts[dropped])) in sentence


@given(seeds, st.integers(0, 2))
def test_a_repeated_clause_names_what_it_repeats(seed, which):
    example, requested, name, facts = example_of(seed)
    clauses = [statement(key, facts[key]) for key in requested]
    judgement = judge(example, write([clauses, [clauses[which]]], name))
    again = f"{name} {' '.join(clauses[which])}"
    assert found(judgement) == [("repetitive", again)]
    assert judgement["spans"][0]["antecedent"]["quote"].endswith(" ".join(clauses[which]))


@given(seeds)
def test_what_nobody_asked_for_is_irrelevant_and_unverifiable_where_the_passage_is_silent(seed):
    example, requested, name, facts = example_of(seed)
    clauses = [statement(key, facts[key]) for key in requested]
    told = next(key for key in facts if key not in requested)
    untold = next(key for key in ATTRIBUTE_OF if key not in facts)
    extra = [statement(told, facts[told]), statement(untold, ATTRIBUTE_OF[untold].values[0]), FILLERS[0]]
    assert found(judge(example, write([clauses + extra], name))) == [
        ("irrelevant", " ".join(extra[0])),
        ("irrelevant", " ".join(extra[1])),
        ("unverifiable_fact", extra[1][-1]),
        ("irrelevant", " ".join(extra[2])),
    ]


@pytest.mark.parametrize("spoil", [lambda t: t[:-2], lambda t: t.replace(" .", " . ."), lambda t: f"plays {t}"])
@given(seed=seeds)
def test_what_is_no_clause_is_incoherent(spoil, seed):
    example, *_ = example_of(seed)
    assert "incoherent" in {mark["type"] for mark in judge(example, spoil(example["reference"]))["spans"]}


@given(seeds, seeds)
def test_judgements_pass_the_checks_of_a_submit(seed, noise):
    example, *_ = example_of(seed)
    answer = noisy_answer(example, Random(noise))
    judgement = judgement_from_json({"response": 0, **judge(example, answer)})
    passages = [Passage(passage["title"], tuple(passage["sentences"])) for passage in example["passages"]]
    check_judgement(judgement, [answer], passages)
    check_marks(judgement, WORLD_TAXONOMY)


@given(st.lists(st.sampled_from([",", ".", "Bane", "plays", "the", "piano"]), max_size=12))
def test_every_clause_is_a_sub_sentence(words):
    text = " ".join(words)
    cut = segments(text, Density.SUB_SENTENCE, WORLD_TAXONOMY.segmentation)
    clauses = clauses_of(text)
    assert len(clauses) == len(cut)
    assert all(part.start <= clause.span.start < part.end for part, clause in zip(cut, clauses, strict=True))


def test_rates_of_a_known_answer():
    example, requested, name, facts = example_of(3)
    wrong = next(v for v in ATTRIBUTE_OF[requested[0]].values if v != facts[requested[0]])
    answer = write([[statement(requested[0], wrong)], [statement(requested[1], facts[requested[1]]), FILLERS[1]]], name)
    rates = error_rates([(example, answer)], WORLD_TAXONOMY)
    assert rates["relevance"] == pytest.approx(1 / 3)
    assert rates["factuality"] == pytest.approx(1 / 2)
    assert rates["completeness"] == pytest.approx(1 / 3)
    assert rates["perfect"] == 0
