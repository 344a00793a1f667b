"""Passages, and the prompt text that a policy is given when an example brings none of its own."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """People see passages numbered from 1, their sentences from 1, and the title as sentence 0."""

    title: str
    sentences: tuple[str, ...]


def format_prompt(question: str, passages: Sequence[Passage]) -> str:
    """The policy's prompt, in the words of the qa-feedback data, ending where the answer is to begin."""
    context = " | ".join(" ".join(["wikipage:", p.title, "text:", *p.sentences]) for p in passages)
    return f"question: {question}" + (f" context: {context}" if context else "") + " answer:"
