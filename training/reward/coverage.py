"""How a whole response relates to its prompt, as numbers: which sentences of the passages it tells, and how.

What people miss in a response are sentences of the passages, and completeness is learned from which of these are told
(training.reward.pairs). A score that adds up what is known of each sentence that a response tells is therefore of the
right form, where averages over the response are not.
"""

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from annotator.domain.prompts import Passage
from annotator.domain.segments import PAPER_RULE, Density, SegmentationRule, segments
from training.reward.pairs import Sentence, sentence_matcher
from training.reward.relations import COPY_RELATIONS, SEGMENT_RELATIONS, Array, ended, segment_relations
from training.reward.words import Source, read_source, read_text, runs_of, share, split_passages

COVERAGE_SIZE = 15 + len(COPY_RELATIONS)
RESPONSE_SIZE = COVERAGE_SIZE + 17 + 2 * len(SEGMENT_RELATIONS)


@lru_cache(maxsize=2**14)  # a training response is looked at several times, for completeness and for preference
def response_relations(prompt: str, response: str, rule: SegmentationRule = PAPER_RULE) -> Array:
    """(RESPONSE_SIZE,) of a whole response: first what it covers (COVERAGE_SIZE), then how much it says, and mean and
    least of its sub-sentences' relations."""
    source = read_source(prompt)
    spans = segments(response, Density.SUB_SENTENCE, rule)
    rows = segment_relations(prompt, response, spans)
    mean = rows.mean(axis=0) if len(rows) else np.zeros(len(SEGMENT_RELATIONS))
    parts = [part for span in spans if (part := response[span.start : span.end].strip())]
    found = [
        *_coverage(source, _matcher(prompt), parts),
        *rows[:, -len(COPY_RELATIONS) :].sum(axis=0),
        *_whole(source, response, len(spans)),
        *mean,
        *(rows.min(axis=0) if len(rows) else mean),
    ]
    relations = np.array(found, dtype=np.float64)
    relations.setflags(write=False)
    return relations


@lru_cache(maxsize=256)
def _matcher(prompt: str) -> Callable[[str], int | None]:
    """From a sub-sentence to the number of the passage sentence that it was taken from, if any."""
    passages = split_passages(prompt)
    match = sentence_matcher([Passage(title, tuple(sentences)) for title, sentences in passages])
    places = [(p, s) for p, (_, sentences) in enumerate(passages, start=1) for s in range(1, len(sentences) + 1)]
    number: dict[Sentence | None, int] = {place: index for index, place in enumerate(places)}
    return lambda part: number.get(match(part))


def _coverage(source: Source, match: Callable[[str], int | None], parts: list[str]) -> list[float]:
    """Of each sentence that a part was taken from some numbers, added up; and how much was taken from none."""
    taken = [match(part) for part in parts]
    told = sorted({number for number in taken if number is not None})
    question = source.question.content
    about = np.array(
        [
            (
                1.0,
                math.log1p(source.places[n]),
                source.places[n] == 0,
                source.owners[n],
                source.owners[n] == 0,
                share(question, source.sentences[n].content),
                math.log1p(len(source.sentences[n].words)),
                share(source.titles[n].content, question),
                source.asks_number and bool(source.sentences[n].numbers),
                source.asks_name and bool(source.sentences[n].names),
            )
            for n in told
        ],
        dtype=np.float64,
    ).reshape(-1, 10)
    own = [part for part, number in zip(parts, taken, strict=True) if number is None]
    return [
        *about.sum(axis=0),
        len(own),
        math.log1p(len(own)),
        math.log1p(sum(len(part.split()) for part in own)),
        math.log1p(len(told)),
        len(own) / max(1, len(parts)),
    ]


def _whole(source: Source, response: str, parts: int) -> tuple[float, ...]:
    """What and how much a response says as a whole."""
    text = read_text(response)
    triples, all_words = runs_of(text.words, 3), len(text.words)
    covered = [share(sentence.content, text.content) for sentence in source.sentences]
    asked = [share(source.question.content, sentence.content) for sentence in source.sentences]
    known = len(triples & source.triples)
    weighed = sum(c * a for c, a in zip(covered, asked, strict=True)) / (sum(asked) or 1.0)
    return (
        math.log1p(all_words),
        math.log1p(parts),
        math.log1p(known),
        math.log1p(len(triples) - known),
        math.log1p(len(text.content & source.words)),
        math.log1p(len(text.content - source.words)),
        math.log1p(len(text.names & source.names)),
        math.log1p(len(text.names - source.names)),
        math.log1p(len(text.numbers)),
        share(source.question.content, text.content),
        sum(covered) / max(1, len(covered)),
        weighed,
        max(covered, default=0.0),
        math.log1p(sum(c >= 0.5 for c in covered)),
        math.log1p(sum(c >= 0.8 for c in covered)),
        len(set(text.words)) / max(1, all_words),
        ended(response),
    )
