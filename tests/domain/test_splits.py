from collections import Counter

from annotator.domain.feedback import Example, example_split
from annotator.domain.prompts import Passage, format_prompt
from annotator.domain.splits import split_of

QUESTIONS = [f"What is the capital of country {number}?" for number in range(4000)]


def test_shares_are_kept() -> None:
    counts = Counter(split_of(question, dev=0.1, test=0.2) for question in QUESTIONS)
    # 4,000 draws: four standard deviations are 4 * sqrt(4000 * .2 * .8) = 101 and 4 * sqrt(4000 * .1 * .9) = 76.
    assert abs(counts["test"] - 800) < 101
    assert abs(counts["dev"] - 400) < 76


def test_case_and_spacing_do_not_move_a_question() -> None:
    assert all(split_of(q) == split_of(f"  {q.upper()}\n") for q in QUESTIONS[:200])


def test_another_seed_splits_otherwise() -> None:
    assert any(split_of(q, seed=0) != split_of(q, seed=1) for q in QUESTIONS[:100])


def test_an_explicit_split_is_honoured() -> None:
    example = Example(id="1", prompt="p", question=QUESTIONS[0])
    assert example_split(example) == split_of(QUESTIONS[0])
    for split in ("train", "dev", "test"):
        assert example_split(Example(id="1", prompt="p", question=QUESTIONS[0], metadata={"split": split})) == split


def test_the_prompt_holds_question_and_passages() -> None:
    passages = [Passage("Senn", ("It is long.", "It is deep.")), Passage("Holm", ())]
    assert format_prompt("How deep?", passages) == (
        "question: How deep? context: wikipage: Senn text: It is long. It is deep. | wikipage: Holm text: answer:"
    )
    assert format_prompt("How deep?", []) == "question: How deep? answer:"
