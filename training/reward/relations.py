"""How the segments of a response relate to its question, its passages and itself, as numbers.

Whether words are asked for, taken from a passage, new, or said before is most of what errors are told by, and a few
hundred judged responses do not teach an encoder to see it. A linear model on these numbers needs no more than that
(training.reward.linear), and costs no encoder.
"""

import math
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from annotator.domain.prompts import parse_prompt
from annotator.domain.segments import PAPER_RULE, Density, SegmentationRule, segments
from annotator.domain.spans import Span

Array = npt.NDArray[np.float64]
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
_ENDED = re.compile(r"[.!?…][\"'”’)\]]*\s*$")
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
    """A prompt: its question, its passages' sentences, and all runs of two and three words of these."""

    question: Text
    asks_number: bool
    asks_name: bool
    sentences: tuple[Text, ...]
    places: tuple[int, ...]  # of each sentence in its passage
    words: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[str]
    pairs: frozenset[Words]
    triples: frozenset[Words]
    passages: int


def read_text(text: str) -> Text:
    found = _WORD.findall(text)
    words = tuple(word.lower() for word in found)
    digits = frozenset(word for word in words if word[0].isdigit())
    names = frozenset(word.lower() for word in found if word[0].isupper() or word[0].isdigit()) - FUNCTION_WORDS
    return Text(words, frozenset(words) - FUNCTION_WORDS, names, digits)


@lru_cache(maxsize=256)
def read_source(prompt: str) -> Source:
    question, passages = parse_prompt(prompt)
    sentences, places = [], []
    for title, text in passages:
        for place, span in enumerate(segments(text, Density.SENTENCE)):
            sentences.append(read_text(f"{title} {text[span.start : span.end]}"))
            places.append(place)
    lowered = question.lower()
    return Source(
        read_text(question),
        bool(_ASKS_NUMBER.search(lowered)),
        bool(_ASKS_NAME.search(lowered)),
        tuple(sentences),
        tuple(places),
        frozenset(word for text in sentences for word in text.words),
        frozenset(word for text in sentences for word in text.names),
        frozenset(word for text in sentences for word in text.numbers),
        frozenset(run for text in sentences for run in _runs(text.words, 2)),
        frozenset(run for text in sentences for run in _runs(text.words, 3)),
        len(passages),
    )


def segment_relations(prompt: str, response: str, spans: Sequence[Span]) -> Array:
    """(S, len(SEGMENT_RELATIONS)) of the segments of a response to a prompt."""
    source = read_source(prompt)
    rows = list(_segment_rows(source, response, spans))
    return np.array(rows, dtype=np.float64).reshape(len(spans), len(SEGMENT_RELATIONS))


SEGMENT_RELATIONS = (
    "before", "after", "place", "first", "second", "last", "alone", "segments", "begins_inside", "length", "ended",
    "asked", "asks_covered", "asked_number", "asked_name", "known_words", "known_content", "known_pairs",
    "known_triples", "best_sentence", "best_sentence_asked", "best_sentence_place", "new_names", "new_name_count",
    "name_count", "asked_names", "has_number", "new_number", "repeated", "repeated_pairs", "new_content",
    "sentence_repeated", "passages",
)  # fmt: skip


def _segment_rows(source: Source, response: str, spans: Sequence[Span]) -> Iterator[tuple[float, ...]]:
    count = len(spans)
    question = source.question
    said: set[str] = set()
    said_pairs: set[Words] = set()
    used: set[int] = set()
    for index, span in enumerate(spans):
        quote = response[span.start : span.end]
        text = read_text(quote)
        content = text.content
        pairs, triples = _runs(text.words, 2), _runs(text.words, 3)
        shares = [_share(content, sentence.content) for sentence in source.sentences]
        best = int(np.argmax(shares)) if shares else -1
        unknown = text.names - source.names - question.names - question.content
        earlier = response[: span.start].rstrip()
        yield (
            math.log1p(index),
            math.log1p(count - 1 - index),
            index / max(1, count - 1),
            index == 0,
            index == 1,
            index == count - 1,
            count == 1,
            math.log(count),
            bool(earlier) and not _ENDED.search(earlier),
            math.log1p(len(text.words)),
            bool(_ENDED.search(quote)),
            _share(content, question.content),
            _share(question.content, content),
            source.asks_number and bool(text.numbers),
            source.asks_name and bool(text.names),
            _share(set(text.words), source.words),
            _share(content, source.words),
            _share(pairs, source.pairs),
            _share(triples, source.triples),
            shares[best] if shares else 0.0,
            _share(question.content, source.sentences[best].content) if shares else 0.0,
            math.log1p(source.places[best]) if shares else 0.0,
            bool(unknown),
            math.log1p(len(unknown)),
            math.log1p(len(text.names)),
            _share(text.names, question.content),
            bool(text.numbers),
            bool(text.numbers - source.numbers - question.numbers),
            _share(content, said),
            _share(pairs, said_pairs),
            _share(content - said, content - question.content),
            best in used,
            source.passages,
        )
        said |= content
        said_pairs |= pairs
        used.add(best)


RESPONSE_SIZE = 17 + 2 * len(SEGMENT_RELATIONS)


def response_relations(prompt: str, response: str, rule: SegmentationRule = PAPER_RULE) -> Array:
    """(RESPONSE_SIZE,) of a whole response: how much it says, how much of the passages it covers, and mean and least of
    its sub-sentences' relations."""
    source = read_source(prompt)
    spans = segments(response, Density.SUB_SENTENCE, rule)
    rows = segment_relations(prompt, response, spans)
    text = read_text(response)
    triples, all_words = _runs(text.words, 3), len(text.words)
    covered = [_share(sentence.content, text.content) for sentence in source.sentences]
    asked = [_share(source.question.content, sentence.content) for sentence in source.sentences]
    known = len(triples & source.triples)
    weighed = sum(c * a for c, a in zip(covered, asked, strict=True)) / (sum(asked) or 1.0)
    whole = (
        math.log1p(all_words),
        math.log1p(len(spans)),
        math.log1p(known),
        math.log1p(len(triples) - known),
        math.log1p(len(text.content & source.words)),
        math.log1p(len(text.content - source.words)),
        math.log1p(len(text.names & source.names)),
        math.log1p(len(text.names - source.names)),
        math.log1p(len(text.numbers)),
        _share(source.question.content, text.content),
        sum(covered) / max(1, len(covered)),
        weighed,
        max(covered, default=0.0),
        math.log1p(sum(c >= 0.5 for c in covered)),
        math.log1p(sum(c >= 0.8 for c in covered)),
        len(set(text.words)) / max(1, all_words),
        bool(_ENDED.search(response)),
    )
    mean = rows.mean(axis=0) if len(rows) else np.zeros(len(SEGMENT_RELATIONS))
    return np.array([*whole, *mean, *(rows.min(axis=0) if len(rows) else mean)], dtype=np.float64)


def _runs(words: Sequence[str], size: int) -> set[Words]:
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)}


def _share(part: Collection[object], whole: Collection[object]) -> float:
    """The share of `part` that is in `whole`; 0 of nothing."""
    return sum(item in whole for item in part) / len(part) if part else 0.0
