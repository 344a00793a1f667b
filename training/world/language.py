"""The words of the synthetic world: invented people, what is told about them, and how it is said.

A sentence is one or more clauses. The first clause of a sentence opens with the person's name, the others do
not; a clause ends with " ,", a sentence with " .", so that every word and every mark is one token.
"""

import re
from dataclasses import dataclass

from annotator.domain.spans import Span


@dataclass(frozen=True, slots=True)
class Attribute:
    """One thing that can be told about a person: `verb` followed by one of `values`."""

    key: str
    verb: tuple[str, ...]
    values: tuple[str, ...]


def _attribute(key: str, verb: str, values: str) -> Attribute:
    return Attribute(key, tuple(verb.split()), tuple(values.split()))


ATTRIBUTES = (
    _attribute("instrument", "plays the", "piano flute violin harp drum cello guitar trumpet organ lute banjo oboe"),
    _attribute("colour", "wears", "black white red green blue brown grey purple yellow orange pink silver"),
    _attribute("pet", "keeps a", "parrot cat dog rabbit turtle pony goat canary hamster ferret lizard snake"),
    _attribute(
        "job",
        "is the local",
        "baker nurse pilot farmer judge painter singer tailor barber doctor miner clerk",
    ),
    _attribute("home", "lives in", "Varn Ostel Kembry Lorrow Dunvale Hesk Marrin Tolby Quill Aldmere Fenwick Sorn"),
    _attribute("drink", "drinks", "tea coffee cocoa milk cider water juice lemonade broth soda wine beer"),
    _attribute(
        "sport",
        "practises",
        "rowing boxing fencing archery judo tennis golf sailing hockey diving skiing rugby",
    ),
    _attribute(
        "subject",
        "studies",
        "law physics history botany music chemistry logic poetry geology maths Latin Greek",
    ),
)

FILLERS = tuple(
    tuple(filler.split())
    for filler in (
        "as people say",
        "which is well known",
        "so the story goes",
        "as far as I know",
        "to be honest",
    )
)

_SYLLABLES = (("Ba", "Do", "Fe", "Ka", "Lu", "Mi", "Ne", "Ro", "Si", "Ta", "Vi", "Zo"),
              ("ban", "dor", "fin", "kel", "lan", "mir", "ne", "ra", "sel", "tov", "vin", "zic"))  # fmt: skip
NAMES = tuple(first + second for first in _SYLLABLES[0] for second in _SYLLABLES[1])

ATTRIBUTE_OF = {attribute.key: attribute for attribute in ATTRIBUTES}
CLAUSE_END, SENTENCE_END = ",", "."


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause as it stands in a text: its words without the closing mark, and where they are.

    `span` covers the words, or the closing mark where there are no words. `closed` is the closing mark or ""
    where the text stops before one. `opens` tells whether it is the first clause of its sentence.
    """

    words: tuple[str, ...]
    spans: tuple[Span, ...]
    span: Span
    closed: str
    opens: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """What a clause says: `name` has `value` for `attribute`; `value_span` is where the value stands."""

    name: str
    attribute: str
    value: str
    value_span: Span


def clauses_of(text: str) -> list[Clause]:
    """The clauses of `text` in order; every non-space character lies in exactly one clause or closing mark."""
    clauses: list[Clause] = []
    words: list[str] = []
    spans: list[Span] = []
    opens = True
    for match in re.finditer(r"\S+", text):
        word, span = match.group(), Span(*match.span())
        if word not in (CLAUSE_END, SENTENCE_END):
            words.append(word)
            spans.append(span)
            continue
        whole = Span(spans[0].start, spans[-1].end) if spans else span
        clauses.append(Clause(tuple(words), tuple(spans), whole, word, opens))
        words, spans, opens = [], [], word == SENTENCE_END
    if spans:
        clauses.append(Clause(tuple(words), tuple(spans), Span(spans[0].start, spans[-1].end), "", opens))
    return clauses


def claim_of(clause: Clause, subject: str) -> Claim | None:
    """The claim that a well-formed `clause` makes, or None if it is not a claim in this language.

    A clause without a name, as any but the first of its sentence must be, speaks of `subject`.
    """
    words, spans = clause.words, clause.spans
    name = subject
    if clause.opens:
        if not words or words[0] not in NAMES:
            return None
        name, words, spans = words[0], words[1:], spans[1:]
    for attribute in ATTRIBUTES:
        if words[:-1] == attribute.verb and words[-1] in attribute.values:
            return Claim(name, attribute.key, words[-1], spans[-1])
    return None


def write(sentences: list[list[tuple[str, ...]]], name: str) -> str:
    """The text of `sentences`, each a list of clauses given by their words without name or closing mark."""
    written = []
    for sentence in sentences:
        clauses = [" ".join(words) for words in sentence]
        written.append(f"{name} " + f" {CLAUSE_END} ".join(clauses) + f" {SENTENCE_END}")
    return " ".join(written)


def statement(attribute: str, value: str) -> tuple[str, ...]:
    """The words that say that someone's `attribute` is `value`."""
    return (*ATTRIBUTE_OF[attribute].verb, value)
