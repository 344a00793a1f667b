"""From feedback records to arrays: what each annotator marked, as ranges of characters, words or sentences.

A text is one response, or the passages behind it. Only judgements of people who were asked for marks count; of two
judgements of one text by one annotator the later in the sequence.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from annotator.domain.quality_report import Reason
from annotator.domain.records import Evidence, Example, FeedbackRecord, Judgement, SpanMark
from annotator.domain.taxonomy import Taxonomy
from annotator.quality.arrays import Bools, Ints, ints

Place = tuple[int, int, str]  # start, end, type

# Scripts that are written without spaces count by the character.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]+")


@dataclass(slots=True)
class JudgedText:
    """One response with all that was said about it, by annotator."""

    example: Example
    index: int
    response: str
    judgements: dict[str, Judgement] = field(default_factory=dict)


@dataclass(frozen=True)
class Marks:
    """Ranges start..end (half-open, in units of the text, never empty) that judgements mark with a type.

    Examples, annotators and types are named once and are numbers elsewhere, as texts and judgements are.
    """

    examples: tuple[str, ...]
    annotators: tuple[str, ...]
    types: tuple[str, ...]
    text_example: Ints
    text_length: Ints
    judgement_text: Ints
    judgement_annotator: Ints
    mark_judgement: Ints
    mark_start: Ints
    mark_end: Ints
    mark_type: Ints

    @property
    def text_judges(self) -> Ints:
        """(texts,): by how many people each is judged."""
        return np.bincount(self.judgement_text, minlength=len(self.text_length))

    def scope(self, types: Iterable[str]) -> Bools:
        """(types,): True for each of these."""
        wanted = set(types)
        return np.array([kind in wanted for kind in self.types], dtype=np.bool_)


def judged_texts(records: Iterable[FeedbackRecord]) -> list[JudgedText]:
    """Every response that was judged by marks, in the order of the records."""
    texts: dict[tuple[str, int, str], JudgedText] = {}
    for record in records:
        for judgement in record.judgements if "marks" in record.asks else ():
            index = judgement.response
            response = record.responses[index].text
            text = texts.setdefault((record.example.id, index, response), JudgedText(record.example, index, response))
            text.judgements[record.annotator.pseudonym] = judgement
    return list(texts.values())


def in_taxonomy(record: FeedbackRecord, taxonomy: Taxonomy) -> FeedbackRecord:
    """The record without marks of types that the taxonomy does not have; another version of it had them."""
    types = {kind.key for kind in taxonomy.types()}
    judgements = tuple(
        replace(
            each,
            spans=tuple(mark for mark in each.spans if mark.type in types),
            missing=tuple(mark for mark in each.missing if mark.type in types),
        )
        for each in record.judgements
    )
    return replace(record, judgements=judgements)


def word_bounds(text: str) -> tuple[list[int], list[int]]:
    """Starts and ends of the words between white space; of scripts written without spaces, of the characters."""
    found = [match.span() for match in _WORD.finditer(text)]
    return [start for start, _ in found], [end for _, end in found]


def character_marks(texts: Sequence[JudgedText], taxonomy: Taxonomy) -> Marks:
    """The spans, in code points of the responses."""
    lengths = [len(text.response) for text in texts]
    return _marks(texts, taxonomy, "response", lengths, lambda _, judgement: map(_place, judgement.spans))


def word_marks(texts: Sequence[JudgedText], taxonomy: Taxonomy) -> Marks:
    """The spans, in words of the responses: all words that a span shares a code point with."""
    bounds = [word_bounds(text.response) for text in texts]

    def found(index: int, judgement: Judgement) -> Iterator[Place]:
        starts, ends = bounds[index]
        for mark in judgement.spans:
            yield bisect_right(ends, mark.start), bisect_left(starts, mark.end), mark.type

    return _marks(texts, taxonomy, "response", [len(starts) for starts, _ in bounds], found)


def sentence_marks(texts: Sequence[JudgedText], taxonomy: Taxonomy) -> Marks:
    """The missing information, in sentences of the passages (see sentence_places).

    One more unit at the end stands for "somewhere": it is marked by marks that point at no sentence.
    """
    numbers = [{place: number for number, place in enumerate(sentence_places(text.example))} for text in texts]

    def found(index: int, judgement: Judgement) -> Iterator[Place]:
        for mark in judgement.missing:
            for number in [numbers[index][place] for place in mark.evidence] or [len(numbers[index])]:
                yield number, number + 1, mark.type

    return _marks(texts, taxonomy, "passages", [len(each) + 1 for each in numbers], found)


def sentence_places(example: Example) -> list[Evidence]:
    """Every sentence of the example's passages in reading order, titles included."""
    return [
        Evidence(passage, sentence)
        for passage, each in enumerate(example.passages, 1)
        for sentence in range(len(each.sentences) + 1)
    ]


def why_undefined(marks: Marks, scope: Bools) -> Reason:
    """Why a measure of agreement on marks with a type in the scope would have no value, if it had none."""
    shared = marks.text_judges[marks.judgement_text] >= 2
    if not shared.any():
        return "no_overlap"
    return "no_variation" if (scope[marks.mark_type] & shared[marks.mark_judgement]).any() else "no_marks"


def _place(mark: SpanMark) -> Place:
    return mark.start, mark.end, mark.type


def _marks(
    texts: Sequence[JudgedText],
    taxonomy: Taxonomy,
    target: str,
    lengths: Sequence[int],
    found: Callable[[int, Judgement], Iterable[Place]],
) -> Marks:
    """Lay out what `found` gives for each judgement of the text of that number; empty ranges are left out."""
    types = {kind.key: number for number, kind in enumerate(k for k in taxonomy.types() if k.target == target)}
    examples: dict[str, int] = {}
    annotators: dict[str, int] = {}
    judgements: list[tuple[int, int]] = []
    marks: list[tuple[int, int, int, int]] = []
    for index, text in enumerate(texts):
        examples.setdefault(text.example.id, len(examples))
        for annotator, judgement in text.judgements.items():
            for start, end, kind in found(index, judgement):
                if start < end:
                    marks.append((len(judgements), start, end, types[taxonomy.type(kind).key]))
            judgements.append((index, annotators.setdefault(annotator, len(annotators))))
    judged, marked = ints(judgements).reshape(-1, 2), ints(marks).reshape(-1, 4)
    return Marks(
        examples=tuple(examples),
        annotators=tuple(annotators),
        types=tuple(types),
        text_example=ints([examples[text.example.id] for text in texts]),
        text_length=ints(lengths),
        judgement_text=judged[:, 0],
        judgement_annotator=judged[:, 1],
        mark_judgement=marked[:, 0],
        mark_start=marked[:, 1],
        mark_end=marked[:, 2],
        mark_type=marked[:, 3],
    )
