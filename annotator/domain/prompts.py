"""Passages, and the prompt text that a policy is given when an example brings none of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

_QUESTION, _CONTEXT, _ANSWER = "question: ", " context: wikipage: ", " answer:"
_NEXT, _TEXT = " | wikipage: ", " text:"


@dataclass(frozen=True, slots=True)
class Passage:
    """People see passages numbered from 1, their sentences from 1, and the title as sentence 0."""

    title: str
    sentences: tuple[str, ...]


def format_prompt(question: str, passages: Sequence[Passage]) -> str:
    """The policy's prompt, in the words of the qa-feedback data, ending where the answer is to begin."""
    context = " | ".join(" ".join(["wikipage:", p.title, "text:", *p.sentences]) for p in passages)
    return f"question: {question}" + (f" context: {context}" if context else "") + " answer:"


def parse_prompt(prompt: str) -> tuple[str, list[tuple[str, str]]]:
    """The question, and title and text of each passage, of what format_prompt made; any other text is a question
    without passages. A passage that itself holds " | wikipage: " is taken for two."""
    begin, end = prompt.find(_CONTEXT), len(prompt) - len(_ANSWER)
    if not prompt.startswith(_QUESTION) or not prompt.endswith(_ANSWER) or not 0 < begin < end:
        return prompt.removeprefix(_QUESTION).removesuffix(_ANSWER), []
    passages = [part.partition(_TEXT) for part in prompt[begin + len(_CONTEXT) : end].split(_NEXT)]
    return prompt[len(_QUESTION) : begin], [(title, text.removeprefix(" ")) for title, _, text in passages]


def without_passages(prompt: str) -> str:
    """What format_prompt makes of the same question without passages; any other text as it is."""
    question, passages = parse_prompt(prompt)
    return format_prompt(question, ()) if passages else prompt
