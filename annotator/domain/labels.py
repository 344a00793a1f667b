"""From an annotator's marks to what a reward model learns: one label per segment.

The rules are those of Wu et al. 2023 (arXiv 2306.01693): a span that is too short labels nothing, and a
segment whose only error is another category's (a sentence that is merely irrelevant) is left out.
"""

from collections.abc import Iterable, Sequence

from annotator.domain.records import Judgement
from annotator.domain.segments import Density, segments
from annotator.domain.spans import Span, overlaps, word_count
from annotator.domain.taxonomy import ErrorCategory, Taxonomy

Mark = tuple[Span | None, str]


def judgement_marks(judgement: Judgement) -> list[Mark]:
    """Every mark of a judgement as (span, error type); missing information has no span."""
    spans: list[Mark] = [(mark.span, mark.type) for mark in judgement.spans]
    return spans + [(None, mark.type) for mark in judgement.missing]


def segment_labels(
    text: str, marks: Sequence[Mark], category: ErrorCategory, taxonomy: Taxonomy
) -> list[int | None]:
    """One label per segment of the text at the category's density: 1 error, 0 none, None not to be learned.

    1 if a span of the category shares a word with the segment; else None if one of a category in
    ignored_with does; else 0. Spans shorter than their own category's min_words count for neither. At
    sequence density any mark of the category counts. DomainError unknown_type.
    """
    pieces = segments(text, category.density, taxonomy.segmentation)
    if category.density == Density.SEQUENCE:
        wrong = any(taxonomy.category_of(kind) == category for _, kind in marks)
        return [int(wrong)] * len(pieces)
    errors = _spans_of({category.key}, text, marks, taxonomy)
    ignored = _spans_of(set(category.ignored_with), text, marks, taxonomy)
    return [1 if _touched(piece, errors) else None if _touched(piece, ignored) else 0 for piece in pieces]


def _spans_of(keys: set[str], text: str, marks: Iterable[Mark], taxonomy: Taxonomy) -> list[Span]:
    """The words under the marks of these categories, without white space at the ends and short spans."""
    kept = []
    for span, kind in marks:
        category = taxonomy.category_of(kind)
        quote = text[span.start : span.end] if span else ""
        if span and category.key in keys and word_count(quote) >= category.min_words:
            left = len(quote) - len(quote.lstrip())
            kept.append(Span(span.start + left, span.start + len(quote.rstrip())))
    return kept


def _touched(segment: Span, spans: Iterable[Span]) -> bool:
    return any(overlaps(segment, span) for span in spans)
