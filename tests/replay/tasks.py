"""What a person does to enter one judgement: the task, the steps, and how they are counted. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotator.domain.prompts import Passage
from annotator.domain.records import FeedbackRecord, Judgement
from annotator.domain.taxonomy import PAPER_TAXONOMY, ErrorType
from tests.replay.ordering import Drop
from tests.replay.selecting import Span, Text

TYPES: Mapping[str, ErrorType] = {kind.key: kind for kind in PAPER_TAXONOMY.types()}


@dataclass(frozen=True)
class Press:
    """A key, with what is held down together with it."""

    key: str


@dataclass(frozen=True)
class Write:
    """A text typed in one go, over what is selected in the field that has the focus."""

    text: str


@dataclass(frozen=True)
class Drag:
    """From the first to the last word of a span of the response; `fine`: with Alt, which takes graphemes."""

    span: Span
    fine: bool


@dataclass(frozen=True)
class Tap:
    """The gutter beside the sentence that starts there."""

    start: int


@dataclass(frozen=True)
class Click:
    """One of the page's controls: what it is, and which one where there are several."""

    what: str
    which: object = None


Action = Press | Write | Drag | Tap | Click | Drop


@dataclass(frozen=True)
class Step:
    """An action and what it is for. `part`: select, type and link of span number `of`; missing, clean, correction,
    comparison, submit."""

    part: str
    action: Action
    of: int | None = None


@dataclass(frozen=True)
class Task:
    """A judgement of the first response to enter, on a page that shows the responses in this order."""

    text: Text
    passages: Sequence[Passage]
    judgement: Judgement
    relations: Mapping[tuple[int, int], int]
    shown: Sequence[int]

    @property
    def clean(self) -> bool:
        return not self.judgement.spans and not self.judgement.missing

    @property
    def correction(self) -> str | None:
        """What the field has to say; None where it is the response that stands there already."""
        return None if self.judgement.corrected_text == self.text.text else self.judgement.corrected_text


def task_of(record: FeedbackRecord, text: Text, shown: Sequence[int]) -> Task:
    (judgement,) = record.judgements
    return Task(text, record.example.passages, judgement, relations_of(record), shown)


def relations_of(record: FeedbackRecord) -> dict[tuple[int, int], int]:
    """How the first of two responses stands to the second: 1 better, 0 equal, -1 worse; both ways round."""
    relations = {}
    for pair in record.comparisons:
        sign = {"first": 1, "tie": 0, "second": -1}[pair.preferred]
        relations[pair.first, pair.second] = sign
        relations[pair.second, pair.first] = -sign
    return relations
