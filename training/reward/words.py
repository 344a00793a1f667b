"""Prompts and responses as words: what the relations between them are made of (training.reward.relations, coverage)."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from annotator.domain.prompts import parse_prompt
from annotator.domain.segments import Density, segments

Words = tuple[str, ...]

# Words that hold no information of their own.
FUNCTION_WORDS = frozenset(
    """
    the a an of in on at to and or is was were are be been being by for with as that this these those it its
    from into which who whom whose he she they his her their had has have not but also after before when where
    what how why did do does than then there so if both each other while during about over under between such
    more most
    """.split()  # noqa: SIM905
)
_WORD = re.compile(r"\w+")
# What a question word asks for: a number, a name.
_ASKS_NUMBER = re.compile(r"\b(when|year|date|how (many|much|old|long|far|tall|often)|what time|percent)\b")
_ASKS_NAME = re.compile(r"\b(who|whose|whom|where|which|name)\b")


@dataclass(frozen=True, slots=True)
class Text:
    """words: lower-cased. content: those that are no function words. names: words with a capital or a digit."""

    words: Words
    content: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Source:
    """A prompt: its question, its passages' sentences with their titles, and all runs of two and three words of these.

    titles, owners, places: of each sentence its passage's title and number, and its place there, both from 0. at: the
    sentences and positions at which a word stands.
    """

    question: Text
    asks_number: bool
    asks_name: bool
    sentences: tuple[Text, ...]
    titles: tuple[Text, ...]
    owners: tuple[int, ...]
    places: tuple[int, ...]
    words: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[str]
    pairs: frozenset[Words]
    triples: frozenset[Words]
    at: Mapping[str, Sequence[tuple[int, int]]]
    passages: int


def read_text(text: str) -> Text:
    found = _WORD.findall(text)
    words = tuple(word.lower() for word in found)
    digits = frozenset(word for word in words if word[0].isdigit())
    names = frozenset(word.lower() for word in found if word[0].isupper() or word[0].isdigit()) - FUNCTION_WORDS
    return Text(words, frozenset(words) - FUNCTION_WORDS, names, digits)


def split_passages(prompt: str) -> list[tuple[str, list[str]]]:
    """Title and sentences of each passage of a prompt."""
    return [
        (title, [text[span.start : span.end] for span in segments(text, Density.SENTENCE)])
        for title, text in parse_prompt(prompt)[1]
    ]


@lru_cache(maxsize=256)
def read_source(prompt: str) -> Source:
    question, _ = parse_prompt(prompt)
    passages = split_passages(prompt)
    found = [
        (read_text(f"{title} {sentence}"), read_text(title), owner, place)
        for owner, (title, sentences) in enumerate(passages)
        for place, sentence in enumerate(sentences)
    ]
    sentences = tuple(text for text, *_ in found)
    at: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, text in enumerate(sentences):
        for position, word in enumerate(text.words):
            at[word].append((number, position))
    lowered = question.lower()
    return Source(
        read_text(question),
        bool(_ASKS_NUMBER.search(lowered)),
        bool(_ASKS_NAME.search(lowered)),
        sentences,
        tuple(title for _, title, *_ in found),
        tuple(owner for *_, owner, _ in found),
        tuple(place for *_, place in found),
        frozenset(at),
        frozenset(word for text in sentences for word in text.names),
        frozenset(word for text in sentences for word in text.numbers),
        frozenset(run for text in sentences for run in runs_of(text.words, 2)),
        frozenset(run for text in sentences for run in runs_of(text.words, 3)),
        dict(at),
        len(passages),
    )


def copied_runs(words: Words, source: Source) -> list[int]:
    """Lengths of the runs of words that `words` is pieced together from, each the longest that begins there in any
    sentence of the passages; words that stand in none are left out."""
    runs = []
    start = 0
    while start < len(words):
        places = source.at.get(words[start], ())
        length = max((_run_length(words[start:], source.sentences[s].words[at:]) for s, at in places), default=0)
        if length:
            runs.append(length)
        start += max(1, length)
    return runs


def _run_length(words: Words, other: Words) -> int:
    """How many words both begin with."""
    same = 0
    for one, two in zip(words, other, strict=False):
        if one != two:
            break
        same += 1
    return same


def runs_of(words: Sequence[str], size: int) -> set[Words]:
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)}


def share(part: Collection[object], whole: Collection[object]) -> float:
    """The share of `part` that is in `whole`; 0 of nothing."""
    return sum(item in whole for item in part) / len(part) if part else 0.0
