"""The feedback record as plain data: what one annotator said about the responses to one example.

Offsets are code points of the exact response text, half-open. Passages and their sentences are numbered from
1 as people see them, sentence 0 is the title; responses are numbered from 0.
"""

from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from annotator.domain.prompts import Passage
from annotator.domain.spans import Span

Source = Literal["human", "imported", "simulated", "adjudicated"]
Preferred = Literal["first", "second", "tie"]
Ask = Literal["marks", "correction", "comparison"]
Answer = int | str | list[str]
Json = dict[str, Any]

ASKS: tuple[Ask, ...] = get_args(Ask)


@dataclass(frozen=True, slots=True)
class Example:
    """What a policy is asked. `prompt` is the exact text it is given; `raw` is kept for the exporter."""

    id: str
    prompt: str
    question: str
    passages: tuple[Passage, ...] = ()
    reference: str | None = None
    metadata: Json = field(default_factory=dict)
    raw: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Response:
    """A policy's answer, byte-exact."""

    text: str
    policy_version: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of the passages."""

    passage: int
    sentence: int


@dataclass(frozen=True, slots=True)
class Antecedent:
    """The earlier words of the response that a span repeats."""

    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class SpanMark:
    """An error in the response."""

    start: int
    end: int
    quote: str
    type: str
    antecedent: Antecedent | None = None
    evidence: tuple[Evidence, ...] = ()
    explanation: str = ""

    @property
    def span(self) -> Span:
        """Where it is."""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class MissingMark:
    """Information in the passages that the response leaves out."""

    type: str
    evidence: tuple[Evidence, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found in one response; without marks it was found clean, if marks were asked for.

    `answers` by question key: a rating, an option, several options, or text.
    """

    response: int
    spans: tuple[SpanMark, ...] = ()
    missing: tuple[MissingMark, ...] = ()
    corrected_text: str | None = None
    answers: dict[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Which of two responses is better, and by how much (1 slightly, 3 greatly; None: a tie, or not said)."""

    first: int
    second: int
    preferred: Preferred
    strength: int | None = None


@dataclass(frozen=True, slots=True)
class Annotator:
    """Who judged, and how much their word counts (1 = as anyone's)."""

    pseudonym: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Versions:
    """Versions of the taxonomy, the guideline and the segmentation that the annotator saw."""

    taxonomy: str
    guideline: str
    segmentation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackRecord:
    """One annotation. Times are ISO 8601 with an offset; submitted_at is None if an import has none.

    `asks`: what the annotator was asked for. Where that is no marks, their absence says nothing.
    """

    record_id: str
    example: Example
    responses: tuple[Response, ...]
    judgements: tuple[Judgement, ...]
    comparisons: tuple[Comparison, ...] = ()
    display_order: tuple[int, ...] | None = None
    annotator: Annotator
    versions: Versions
    asks: tuple[Ask, ...] = ASKS
    source: Source
    started_at: str | None = None
    submitted_at: str | None
    active_seconds: float | None = None
    raw: Json = field(default_factory=dict)
