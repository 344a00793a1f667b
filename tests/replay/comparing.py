"""What two judgements of one example say differently. Pure."""

from typing import Any

from annotator.domain.records import FeedbackRecord, Judgement, MissingMark, SpanMark
from tests.replay.tasks import relations_of


def differences(original: FeedbackRecord, entered: FeedbackRecord) -> list[str]:
    """A line for each part that is not the same. Spans, missing information and evidence are sets, comparisons do
    not depend on what was shown first, and a correction that is the response to the letter says no more than none."""
    lines = []
    before, after = _said(original), _said(entered)
    for part, value in before.items():
        if value != after[part]:
            lines.append(f"{part}: {value!r} became {after[part]!r}")
    return lines


def _said(record: FeedbackRecord) -> dict[str, Any]:
    (judgement,) = record.judgements
    text = record.responses[judgement.response].text
    return {
        "question": record.example.question,
        "passages": record.example.passages,
        "responses": [response.text for response in record.responses],
        "judged": judgement.response,
        "spans": sorted(map(_span, judgement.spans)),
        "missing": sorted(map(_missing, judgement.missing)),
        "correction": _correction(judgement, text),
        "comparisons": relations_of(record),
    }


def _span(mark: SpanMark) -> Any:
    earlier = mark.antecedent
    antecedent = (earlier.start, earlier.end, earlier.quote) if earlier else ()
    return mark.start, mark.end, mark.quote, mark.type, antecedent, _evidence(mark)


def _missing(mark: MissingMark) -> Any:
    return mark.type, _evidence(mark)


def _evidence(mark: SpanMark | MissingMark) -> Any:
    return sorted({(place.passage, place.sentence) for place in mark.evidence})


def _correction(judgement: Judgement, text: str) -> str:
    return text if judgement.corrected_text is None else judgement.corrected_text
