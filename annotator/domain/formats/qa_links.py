"""The links of a qa-feedback span, which that format says in the words of its explanation."""

import json
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from annotator.domain.prompts import Passage
from annotator.domain.records import Antecedent, Evidence, SpanMark
from annotator.domain.taxonomy import PAPER_TAXONOMY

Links = tuple[Antecedent | None, tuple[Evidence, ...]]


def links_of(kind: str, explanation: str, before: str, passages: Sequence[Passage]) -> Links:
    """Antecedent and evidence that the explanation of a span of this error type names.

    `before` is the response up to the span. What is not found there, or is no sentence of the passages,
    gives no link.
    """
    needs = PAPER_TAXONOMY.type(kind).needs
    words = explanation.strip()
    if needs == "antecedent" and words and words in before:
        start = before.index(words)
        return Antecedent(start, start + len(words), words), ()
    if needs == "evidence":
        return None, _evidence(words, passages)
    return None, ()


def links_text(mark: SpanMark, before: str, passages: Sequence[Passage]) -> str:
    """The explanation that names the mark's links; its own, to the letter, if that names them already."""
    needs = PAPER_TAXONOMY.type(mark.type).needs
    if needs is None or links_of(mark.type, mark.explanation, before, passages) == (
        mark.antecedent,
        mark.evidence,
    ):
        return mark.explanation
    if needs == "antecedent":
        return mark.antecedent.quote if mark.antecedent else mark.explanation
    places = [
        {"passage_id": passage, "sentence_id": [place.sentence for place in group]}
        for passage, group in groupby(mark.evidence, key=lambda place: place.passage)
    ]
    return json.dumps(places[0] if len(places) == 1 else places, separators=(",", ":"))


def _evidence(words: str, passages: Sequence[Passage]) -> tuple[Evidence, ...]:
    try:
        body = json.loads(words)
        places = [
            Evidence(place["passage_id"], sentence)
            for place in (body if isinstance(body, list) else [body])
            for sentence in place["sentence_id"]
        ]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ()
    return tuple(places) if all(_exists(place.passage, place.sentence, passages) for place in places) else ()


def _exists(passage: Any, sentence: Any, passages: Sequence[Passage]) -> bool:
    return (
        type(passage) is type(sentence) is int
        and 1 <= passage <= len(passages)
        and 0 <= sentence <= len(passages[passage - 1].sentences)
    )
