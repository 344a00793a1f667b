"""Annotators of known reliability, who judge texts whose errors are known."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np

from annotator.domain.feedback import (
    Annotator,
    Evidence,
    Example,
    FeedbackRecord,
    Judgement,
    MissingMark,
    Passage,
    Response,
    SpanMark,
    Versions,
)
from annotator.domain.taxonomy import Taxonomy

TYPES = ("irrelevant", "repetitive", "inconsistent_fact", "unverifiable_fact")
MISSING = "missing_answer"
WORDS = 80
PASSAGES = tuple(Passage(f"Title {p}", tuple(f"Sentence {p}.{s}." for s in range(4))) for p in range(2))
SENTENCES = [Evidence(passage, sentence) for passage in (1, 2) for sentence in range(5)]
VERSIONS = Versions("paper-1", "1", "1")
Marks = list[tuple[int, int, str]]  # first word, word after the last, type


@dataclass
class World:
    """gold: the record that is right about each text. skill: by annotator, the probability of seeing an error."""

    records: list[FeedbackRecord]
    gold: list[FeedbackRecord]
    skill: dict[str, float]


def simulate(texts: int, annotators: int, each: int, seed: int = 0) -> World:
    """`each` of the annotators judge each of the texts.

    Someone of skill s sees an error with probability s, moves each of its ends by a word or two and takes it for
    another type with probability (1 - s) / 2, and invents 1.5 (1 - s) errors per text; so too for missing sentences.
    """
    rng = np.random.default_rng(seed)
    names = [f"annotator {number:02}" for number in range(annotators)]
    skill = dict(zip(names, np.linspace(0.25, 0.95, annotators).tolist(), strict=True))
    world = World([], [], skill)
    for number in range(texts):
        response = " ".join(f"w{rng.integers(1000)}" for _ in range(WORDS))
        true = [_span(rng) for _ in range(rng.poisson(1.5))]
        gone = {int(place) for place in rng.integers(len(SENTENCES), size=rng.poisson(0.7))}
        world.gold.append(_record(number, 0, "gold", response, true, gone))
        for order, index in enumerate(rng.permutation(annotators)[:each]):
            name = names[index]
            seen = _seen(true, skill[name], rng)
            missed = {place for place in gone if rng.random() < skill[name]}
            missed |= {int(place) for place in rng.integers(len(SENTENCES), size=rng.poisson(0.7 * (1 - skill[name])))}
            world.records.append(_record(number, order + 1, name, response, seen, missed))
    return world


def _span(rng: np.random.Generator) -> tuple[int, int, str]:
    start = int(rng.integers(WORDS - 4))
    return start, min(WORDS, start + int(rng.integers(3, 13))), TYPES[rng.integers(len(TYPES))]


def _seen(true: Marks, skill: float, rng: np.random.Generator) -> Marks:
    seen = []
    for start, end, kind in true:
        if rng.random() < skill:
            if rng.random() < (1 - skill) / 2:
                kind = TYPES[rng.integers(len(TYPES))]
            start = max(0, start + int(rng.integers(-2, 3)) * (rng.random() < (1 - skill) / 2))
            end = min(WORDS, max(start + 1, end + int(rng.integers(-2, 3)) * (rng.random() < (1 - skill) / 2)))
            seen.append((start, end, kind))
    return seen + [_span(rng) for _ in range(rng.poisson(1.5 * (1 - skill)))]


def _record(number: int, order: int, name: str, response: str, marks: Marks, missing: set[int]) -> FeedbackRecord:
    starts = np.cumsum([0, *(len(word) + 1 for word in response.split(" "))])
    spans = [
        SpanMark(int(starts[a]), int(starts[b]) - 1, response[int(starts[a]) : int(starts[b]) - 1], kind)
        for a, b, kind in marks
    ]
    lost = tuple(MissingMark(MISSING, (SENTENCES[place],)) for place in sorted(missing))
    return FeedbackRecord(
        record_id=str(UUID(int=number * 1000 + order)),
        example=Example(f"e{number}", "Q?", "Q?", PASSAGES),
        responses=(Response(response),),
        judgements=(Judgement(0, tuple(spans), lost),),
        annotator=Annotator(name),
        versions=VERSIONS,
        source="simulated",
        submitted_at="2026-01-01T00:00:00+00:00",
    )


def word_table(record: FeedbackRecord, types: tuple[str, ...]) -> np.ndarray:
    """(types, words): which words the record marks with which type."""
    table = np.zeros((len(types), WORDS), dtype=bool)
    text = record.responses[0].text
    for mark in record.judgements[0].spans if record.judgements else ():
        if mark.type in types:
            table[types.index(mark.type), text.count(" ", 0, mark.start) : text.count(" ", 0, mark.end) + 1] = True
    return table


def sentence_row(record: FeedbackRecord) -> np.ndarray:
    """(sentences,): which the record says are missing."""
    told = {place for mark in record.judgements[0].missing for place in mark.evidence} if record.judgements else set()
    return np.array([place in told for place in SENTENCES])


def category_types(taxonomy: Taxonomy, key: str) -> tuple[str, ...]:
    return tuple(kind.key for kind in taxonomy.category(key).types)
