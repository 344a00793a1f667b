"""A prompt is taken apart into what it was made of."""

import pytest

from annotator.domain.prompts import Passage, format_prompt, parse_prompt, without_passages

PASSAGES = (Passage("Tarn", ("Blue walls.", "A river: it runs.")), Passage("", ("No title.",)), Passage("Empty", ()))


@pytest.mark.parametrize("count", range(4))
def test_a_prompt_is_taken_apart(count: int) -> None:
    question, passages = parse_prompt(format_prompt("Who | what?", PASSAGES[:count]))
    assert question == "Who | what?"
    assert passages == [(passage.title, " ".join(passage.sentences)) for passage in PASSAGES[:count]]


@pytest.mark.parametrize("count", range(4))
def test_without_passages_it_is_the_prompt_that_never_had_them(count: int) -> None:
    assert without_passages(format_prompt("Who?", PASSAGES[:count])) == format_prompt("Who?", ())


@pytest.mark.parametrize("prompt", ["", "Tell me.", "question: a context: wikipage: b", "x context: wikipage: y"])
def test_another_prompt_is_a_question(prompt: str) -> None:
    assert parse_prompt(prompt) == (prompt.removeprefix("question: "), [])
    assert without_passages(prompt) == prompt
