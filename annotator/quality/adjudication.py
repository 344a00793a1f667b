"""Several annotations of one example as one adjudicated record.

Marks are those words and sentences that are more probably errors than not (consensus.py), comparisons by majority
(preferences.py). What cannot be counted is taken from the people: a span's antecedent, evidence and explanation from
the mark of its type that overlaps it most, a corrected text and free answers from whoever counts most.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from annotator.domain.records import (
    ASKS,
    Annotator,
    Answer,
    Comparison,
    Evidence,
    FeedbackRecord,
    Judgement,
    MissingMark,
    SpanMark,
)
from annotator.domain.scoring import comparison_signs
from annotator.domain.taxonomy import Taxonomy
from annotator.quality.consensus import (
    ErrorModels,
    Place,
    error_models,
    mark_probabilities,
    probable_places,
    snapped_to_segments,
)
from annotator.quality.grid import cut
from annotator.quality.marks import (
    JudgedText,
    judged_texts,
    sentence_marks,
    sentence_places,
    word_bounds,
    word_marks,
)
from annotator.quality.preferences import settled_comparisons
from annotator.quality.reliability import PRIOR

PSEUDONYM = "adjudicated"
NAMESPACE = uuid.UUID("6f1d7c8e-2b44-5c1e-9a55-0d6f4f1e9b21")
PREFERRED = {1: "first", 0: "tie", -1: "second"}

Snap = Literal["words", "segments"]
Group = Sequence[FeedbackRecord]


@dataclass(frozen=True)
class Models:
    """What is known about the annotators' marks in responses, and about their missing information."""

    spans: ErrorModels
    missing: ErrorModels


def learn_models(records: Iterable[FeedbackRecord], taxonomy: Taxonomy) -> Models:
    """Learn from all records of a project how well its annotators mark each type."""
    texts = judged_texts(records)
    words, sentences = cut(word_marks(texts, taxonomy)), cut(sentence_marks(texts, taxonomy))
    return Models(
        error_models(words, taxonomy, PRIOR["response"]), error_models(sentences, taxonomy, PRIOR["passages"])
    )


def adjudicated_records(
    records: Sequence[FeedbackRecord], taxonomy: Taxonomy, models: Models, *, snap: Snap = "words"
) -> list[FeedbackRecord]:
    """One record for each example (with the same responses), in their order.

    snap: where spans may begin and end, at words or at the segments of their category. Its annotator's weight is the
    sum of the annotators' weights, which is what their records weigh together. `raw` names the records and tells the
    confidence of each mark, the mean probability of what it covers. The same records give the same record id.
    """
    groups: dict[tuple[str, ...], list[FeedbackRecord]] = {}
    for record in records:
        groups.setdefault((record.example.id, *(each.text for each in record.responses)), []).append(record)
    texts = judged_texts(records)
    marks = _settled_marks(texts, taxonomy, models, snap)
    settled = {
        (text.example.id, text.index, text.response): _with_places(text, *places)
        for text, places in zip(texts, marks, strict=True)
    }
    return [_record(group, settled) for group in groups.values()]


Settled = tuple[list[tuple[SpanMark, float]], list[tuple[MissingMark, float]]]


def _settled_marks(
    texts: Sequence[JudgedText], taxonomy: Taxonomy, models: Models, snap: Snap
) -> list[tuple[list[Place], list[Place]]]:
    """Per text the places in words, and in sentences."""
    words, sentences = cut(word_marks(texts, taxonomy)), cut(sentence_marks(texts, taxonomy))
    spans = probable_places(words, mark_probabilities(words, models.spans, taxonomy))
    if snap == "segments":
        spans = [
            snapped_to_segments(places, text.response, taxonomy) for places, text in zip(spans, texts, strict=True)
        ]
    missing = probable_places(sentences, mark_probabilities(sentences, models.missing, taxonomy))
    return list(zip(spans, missing, strict=True))


def _with_places(text: JudgedText, spans: Sequence[Place], missing: Sequence[Place]) -> Settled:
    starts, ends = word_bounds(text.response) if spans else ([], [])
    marks = [(_span(text, starts[place.start], ends[place.end - 1], place.type), place.confidence) for place in spans]
    return sorted(marks, key=lambda item: (item[0].start, item[0].end, item[0].type)), _missing(text, missing)


def _span(text: JudgedText, start: int, end: int, kind: str) -> SpanMark:
    mine = [mark for judgement in text.judgements.values() for mark in judgement.spans if mark.type == kind]
    mine.sort(key=lambda mark: -_iou(mark, start, end))
    near = mine[0]
    # A span that was put together from two may begin before what the second of them repeats has ended.
    before = [mark.antecedent for mark in mine if mark.antecedent and mark.antecedent.end <= start]
    antecedent = before[0] if before else None
    return SpanMark(start, end, text.response[start:end], kind, antecedent, near.evidence, near.explanation)


def _iou(mark: SpanMark, start: int, end: int) -> float:
    common = min(mark.end, end) - max(mark.start, start)
    return common / (max(mark.end, end) - min(mark.start, start))


def _missing(text: JudgedText, places: Sequence[Place]) -> list[tuple[MissingMark, float]]:
    """One mark for the sentences of a type that somebody's mark holds together; the note of the mark nearest to it."""
    sentences = sentence_places(text.example)
    found = []
    for kind in dict.fromkeys(place.type for place in places):
        mine = [place for place in places if place.type == kind]
        sure = {number: place.confidence for place in mine for number in range(place.start, place.end)}
        theirs = [mark for judgement in text.judgements.values() for mark in judgement.missing if mark.type == kind]
        chosen = {sentences[number]: confidence for number, confidence in sure.items() if number < len(sentences)}
        for evidence in _held_together(list(chosen), theirs):
            near = max(theirs, key=lambda mark: len(evidence & set(mark.evidence)) / len(evidence | set(mark.evidence)))
            ordered = tuple(place for place in chosen if place in evidence)
            confidence = sum(chosen[place] for place in ordered) / len(ordered)
            found.append((MissingMark(kind, ordered, near.note), confidence))
        if len(sentences) in sure:
            note = next(mark.note for mark in theirs if not mark.evidence)
            found.append((MissingMark(kind, (), note), sure[len(sentences)]))
    return found


def _held_together(places: Sequence[Evidence], marks: Sequence[MissingMark]) -> list[set[Evidence]]:
    groups = [{place} for place in places]
    for mark in marks:
        touched = [group for group in groups if not group.isdisjoint(mark.evidence)]
        if touched:
            groups = [group for group in groups if group not in touched] + [set().union(*touched)]
    return sorted(groups, key=lambda group: min(places.index(place) for place in group))


def _record(group: Group, settled: Mapping[tuple[str, int, str], Settled]) -> FeedbackRecord:
    latest = max(group, key=lambda record: (record.submitted_at or "", record.record_id))
    trusted = sorted(group, key=lambda record: (-record.annotator.weight, record.record_id))
    judgements, confidence = [], {}
    for index, response in enumerate(latest.responses):
        theirs = [each for record in trusted for each in record.judgements if each.response == index]
        if theirs:
            spans, missing = settled.get((latest.example.id, index, response.text), ([], []))
            corrected = next((each.corrected_text for each in theirs if each.corrected_text is not None), None)
            marks = tuple(mark for mark, _ in spans), tuple(mark for mark, _ in missing)
            judgements.append(Judgement(index, *marks, corrected, _answers(trusted, index)))
            confidence[str(index)] = {
                "spans": [round(sure, 4) for _, sure in spans],
                "missing": [round(sure, 4) for _, sure in missing],
            }
    names = sorted(record.record_id for record in group)
    asked = {ask for record in group for ask in record.asks}
    return FeedbackRecord(
        record_id=str(uuid.uuid5(NAMESPACE, " ".join(names))),
        example=latest.example,
        responses=latest.responses,
        judgements=tuple(judgements),
        comparisons=_comparisons(group),
        annotator=Annotator(PSEUDONYM, sum(record.annotator.weight for record in group)),
        versions=latest.versions,
        asks=tuple(ask for ask in ASKS if ask in asked),
        source=latest.source,
        submitted_at=latest.submitted_at,
        raw={"adjudication": {"records": names, "confidence": confidence}},
    )


def _comparisons(group: Group) -> tuple[Comparison, ...]:
    signs = settled_comparisons([(comparison_signs(record.comparisons), record.annotator.weight) for record in group])
    said: dict[tuple[int, int, int], list[int]] = {}
    for record in group:
        for (low, high), sign in comparison_signs(record.comparisons).items():
            strength = next(each.strength for each in record.comparisons if {each.first, each.second} == {low, high})
            if strength is not None:
                said.setdefault((low, high, sign), []).append(strength)
    return tuple(
        Comparison(low, high, PREFERRED[sign], _middle(said.get((low, high, sign), [])) if sign else None)  # type: ignore[arg-type]
        for (low, high), sign in signs.items()
    )


def _middle(values: Sequence[int]) -> int | None:
    """The median, of two the lower."""
    return sorted(values)[(len(values) - 1) // 2] if values else None


def _answers(trusted: Group, index: int) -> dict[str, Answer]:
    """Per question: of ratings the median, of several options those that more than half of the weight chose, else the
    answer with the greatest weight. Among equals the more trusted person's."""
    given: dict[str, list[tuple[Answer, float]]] = {}
    for record in trusted:
        for judgement in record.judgements:
            if judgement.response == index:
                for key, answer in judgement.answers.items():
                    given.setdefault(key, []).append((answer, record.annotator.weight))
    return {key: _answer(votes) for key, votes in sorted(given.items())}


def _answer(votes: Sequence[tuple[Answer, float]]) -> Answer:
    """votes: answers to one question, so all of a kind, with weights; the most trusted first."""
    usual, total = votes[0][0], sum(weight for _, weight in votes)
    if isinstance(usual, int):
        reached = 0.0
        for rating, weight in sorted((answer, weight) for answer, weight in votes if isinstance(answer, int)):
            reached += weight
            if reached >= total / 2:
                return rating
        return usual
    options: dict[str, float] = {}
    for answer, weight in votes:
        for option in answer if isinstance(answer, list) else [str(answer)]:
            options[option] = options.get(option, 0.0) + weight
    if isinstance(usual, list):
        return [option for option, weight in options.items() if weight > total / 2] or usual
    return max(options, key=lambda option: options[option])
