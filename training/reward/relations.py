"""How the segments of a response relate to its question, its passages and itself, as numbers.

Whether words are asked for, taken from a passage, new, or said before is most of what errors are told by, and a few
hundred judged responses do not teach an encoder to see it. A linear model on these numbers needs no more than that
(training.reward.linear), and costs no encoder.
"""

import math
import re
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from annotator.domain.spans import Span
from training.reward.words import Source, Text, Words, copied_runs, read_source, read_text, runs_of, share

Array = npt.NDArray[np.float64]

_ENDED = re.compile(r"[.!?…][\"'”’)\]]*\s*$")
_NOTHING = read_text("")


def segment_relations(prompt: str, response: str, spans: Sequence[Span]) -> Array:
    """(S, len(SEGMENT_RELATIONS)) of the segments of a response to a prompt."""
    source = read_source(prompt)
    rows = list(_segment_rows(source, response, spans))
    return np.array(rows, dtype=np.float64).reshape(len(spans), len(SEGMENT_RELATIONS))


# How a segment is pieced together from the passages, and what sets it apart from the sentence most like it.
COPY_RELATIONS = (
    "runs_per_word", "runs", "longest_run_share", "longest_run", "copied", "like_sentence", "names_not_in_best",
    "number_not_in_best", "not_in_best", "spliced",
)  # fmt: skip

SEGMENT_RELATIONS = (
    "before", "after", "place", "first", "second", "last", "alone", "segments", "begins_inside", "length", "ended",
    "asked", "asks_covered", "asked_number", "asked_name", "known_words", "known_content", "known_pairs",
    "known_triples", "best_sentence", "best_sentence_asked", "best_sentence_place", "new_names", "new_name_count",
    "name_count", "asked_names", "has_number", "new_number", "repeated", "repeated_pairs", "new_content",
    "sentence_repeated", "passages", *COPY_RELATIONS,
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
        pairs, triples = runs_of(text.words, 2), runs_of(text.words, 3)
        shares = [share(content, sentence.content) for sentence in source.sentences]
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
            bool(earlier) and not ended(earlier),
            math.log1p(len(text.words)),
            ended(quote),
            share(content, question.content),
            share(question.content, content),
            source.asks_number and bool(text.numbers),
            source.asks_name and bool(text.names),
            share(set(text.words), source.words),
            share(content, source.words),
            share(pairs, source.pairs),
            share(triples, source.triples),
            shares[best] if shares else 0.0,
            share(question.content, source.sentences[best].content) if shares else 0.0,
            math.log1p(source.places[best]) if shares else 0.0,
            bool(unknown),
            math.log1p(len(unknown)),
            math.log1p(len(text.names)),
            share(text.names, question.content),
            bool(text.numbers),
            bool(text.numbers - source.numbers - question.numbers),
            share(content, said),
            share(pairs, said_pairs),
            share(content - said, content - question.content),
            best in used,
            source.passages,
            *_copy_row(source, text, source.sentences[best] if shares else _NOTHING),
        )
        said |= content
        said_pairs |= pairs
        used.add(best)


def _copy_row(source: Source, text: Text, best: Text) -> tuple[float, ...]:
    """COPY_RELATIONS of a segment; best: the sentence that holds most of its content."""
    runs = copied_runs(text.words, source)
    words, longest = max(1, len(text.words)), max(runs, default=0)
    other = text.content - best.content
    likeness = (
        2 * len(text.content & sentence.content) / max(1, len(text.content) + len(sentence.content))
        for sentence in source.sentences
    )
    return (
        len(runs) / words,
        math.log1p(len(runs)),
        longest / words,
        math.log1p(longest),
        sum(run for run in runs if run >= 3) / words,
        max(likeness, default=0.0),
        share(text.names, text.names - best.names),
        bool(text.numbers - best.numbers),
        math.log1p(len(other)),
        math.log1p(len(other & source.words)),
    )


def ended(text: str) -> bool:
    """Whether a sentence ends here."""
    return bool(_ENDED.search(text))
