"""Spans: half-open ranges of Unicode code points of an exact text."""

import hashlib
from dataclasses import dataclass

from annotator.domain.errors import DomainError


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Code points `start` (included) to `end` (excluded)."""

    start: int
    end: int


def overlaps(a: Span, b: Span) -> bool:
    """Whether the two share at least one code point; touching spans do not."""
    return a.start < b.end and b.start < a.end


def text_sha256(text: str) -> str:
    """Hex SHA-256 of the text's UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def word_count(text: str) -> int:
    """Number of whitespace-separated words."""
    return len(text.split())


def check_span(text: str, start: int, end: int, quote: str, field: str) -> Span:
    """The span, checked against its text.

    DomainError span_outside_text unless 0 <= start < end <= len(text); quote_mismatch unless
    text[start:end] is the quote. `field` is the path that the errors name (`field`.quote for a quote).
    """
    if not 0 <= start < end <= len(text):
        problem = f"{start}..{end} is not inside the text of length {len(text)}"
        raise DomainError("span_outside_text", f"{field}: {problem}", {field: problem})
    if text[start:end] != quote:
        problem = f"the text at {start}..{end} is {text[start:end]!r}, not {quote!r}"
        raise DomainError("quote_mismatch", f"{field}.quote: {problem}", {f"{field}.quote": problem})
    return Span(start, end)
