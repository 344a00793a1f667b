"""The published qa-feedback JSON (Wu et al. 2023, allenai/FineGrainedRLHF) to feedback records and back.

Without loss: records_to_items(items_to_records(items)) equals items. The format judges `prediction 1` alone
and compares all pairs in the order 12 13 14 23 24 34. It says links in words: the explanation of a Redundant
span is the text it repeats, that of a Wrong-Grounding span the JSON of the sentences that contradict it. What it has
no place for (answers, strength, what was asked) goes into `feedback.redpen`.
"""

import hashlib
import json
import re
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import combinations, groupby
from typing import Any

from annotator.domain.checks import check_judgement
from annotator.domain.errors import DomainError
from annotator.domain.feedback import answers_from_json
from annotator.domain.formats.files import at
from annotator.domain.formats.qa_links import links_of, links_text
from annotator.domain.prompts import Passage, format_prompt
from annotator.domain.records import (
    ASKS,
    Annotator,
    Comparison,
    Evidence,
    Example,
    FeedbackRecord,
    Json,
    Judgement,
    MissingMark,
    Preferred,
    Response,
    SpanMark,
    Versions,
)
from annotator.domain.schemas import check_schema
from annotator.domain.segments import SEGMENTATION_VERSION
from annotator.domain.taxonomy import PAPER_TAXONOMY

_TYPES = {
    "Irrelevant": "irrelevant",
    "Redundant": "repetitive",
    "Incoherent": "incoherent",
    "Wrong-Grounding": "inconsistent_fact",
    "Unverifiable": "unverifiable_fact",
    "Missing-Answer": "missing_answer",
    "Missing-Major-Auxiliary": "missing_major_auxiliary",
    "Missing-Minor-Auxiliary": "missing_minor_auxiliary",
}
_LABELS = {key: label for label, key in _TYPES.items()}
_PREFERRED: dict[int, Preferred] = {0: "tie", 1: "first", 2: "second"}
# Where we put, within `feedback`, what the published format has no place for.
_OURS = "redpen"
_MAPPED = {"question", "passages", "gold", "feedback", "preference"}
_MAPPED_FEEDBACK = {"errors", "missing-info", "corrected-prediction", _OURS}
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://github.com/allenai/FineGrainedRLHF")


def items_to_records(items: Any) -> list[FeedbackRecord]:
    """One record per item; DomainError invalid_item naming the item (counted from 0) and the field.

    Ids follow from the content: the same file gives the same records, and two items about the same texts
    share their example. Fields that the format does not define are kept in `raw`.
    """
    if not isinstance(items, list):
        check_schema(items, "qa_feedback", "invalid_item")
    return list(read_items(items))


def read_items(items: Iterable[Any]) -> Iterator[FeedbackRecord]:
    """items_to_records of a file that is read item by item."""
    times: Counter[str] = Counter()
    for index, item in enumerate(items):
        with at("item", index):
            _check_item(item)
            digest = _digest(item)
            times[digest] += 1
            record = _record(item, str(uuid.uuid5(_NAMESPACE, f"{digest} {times[digest]}")))
        yield record


def records_to_items(records: Iterable[FeedbackRecord]) -> list[Json]:
    """One item per record; DomainError not_representable naming the record and what the format cannot say."""
    return [_item(record) for record in records]


def _check_item(item: Any) -> None:
    try:
        check_schema([item], "qa_feedback", "invalid_item")
    except DomainError as error:
        paths = {path.partition(".")[2]: problem for path, problem in error.fields.items()}
        path, problem = next(iter(paths.items()))
        raise DomainError(error.code, f"{path}: {problem}" if path else problem, paths if path else {}) from error


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _record(item: Json, record_id: str) -> FeedbackRecord:
    texts = _predictions(item)
    passages = tuple(Passage(title, tuple(sentences)) for title, *sentences in item["passages"])
    feedback = item["feedback"]
    ours = feedback.get(_OURS, {})
    judgement = Judgement(
        response=0,
        spans=tuple(_span_mark(error, texts[0], passages) for error in feedback["errors"]),
        missing=tuple(_missing_mark(missing) for missing in feedback["missing-info"]),
        corrected_text=feedback["corrected-prediction"],
        answers=answers_from_json(ours.get("answers", {})),
    )
    _check(judgement, texts, passages)
    return FeedbackRecord(
        record_id=record_id,
        example=Example(
            id=f"qa-{_digest([item['question'], item['passages'], item['gold'], texts])[:16]}",
            prompt=format_prompt(item["question"], passages),
            question=item["question"],
            passages=passages,
            reference=item["gold"],
            raw=_rest(item, _MAPPED | {_name(index) for index in range(len(texts))}),
        ),
        responses=tuple(Response(text) for text in texts),
        judgements=(judgement,),
        comparisons=_comparisons(item["preference"], ours.get("strength"), len(texts)),
        annotator=Annotator("qa-feedback"),
        versions=Versions(PAPER_TAXONOMY.version, "qa-feedback", SEGMENTATION_VERSION),
        asks=tuple(ours.get("asks", ASKS)),
        source="imported",
        submitted_at=None,
        raw=_rest(feedback, _MAPPED_FEEDBACK),
    )


def _check(judgement: Judgement, texts: list[str], passages: tuple[Passage, ...]) -> None:
    """check_judgement, its errors said in the names of this format."""
    try:
        check_judgement(judgement, texts, passages, "feedback")
    except DomainError as error:
        names = {"feedback.spans.": "feedback.errors.", "feedback.missing.": "feedback.missing-info."}
        fields = {}
        for path, problem in error.fields.items():
            for ours, theirs in names.items():
                path = path.replace(ours, theirs)
            fields[path] = problem
        raise _wrong(*next(iter(fields.items()))) from error


def _name(response: int) -> str:
    return f"prediction {response + 1}"


def _predictions(item: Json) -> list[str]:
    count = sum(re.fullmatch("prediction [1-9][0-9]*", name) is not None for name in item)
    for index in range(count):
        if _name(index) not in item:
            raise _wrong(_name(index), f"is missing, though {count} predictions are given")
    return [item[_name(index)] for index in range(count)]


def _comparisons(preference: list[int], strength: list[int | None] | None, count: int) -> tuple[Comparison, ...]:
    pairs = list(combinations(range(count), 2))
    if preference and len(preference) != len(pairs):
        raise _wrong(
            "preference", f"has {len(preference)} entries; {count} predictions make {len(pairs)} pairs"
        )
    strength = strength or [None] * len(preference)
    path = f"feedback.{_OURS}.strength"
    if len(strength) != len(preference):
        raise _wrong(path, f"has {len(strength)} entries; there are {len(preference)} preferences")
    for index, (value, much) in enumerate(zip(preference, strength, strict=True)):
        if much is not None and _PREFERRED[value] == "tie":
            raise _wrong(f"{path}.{index}", f"is {much}, but a tie has none")
    return tuple(
        Comparison(first, second, _PREFERRED[value], None if much is None else int(much))
        for (first, second), value, much in zip(pairs, preference, strength, strict=False)
    )


def _rest(body: Json, mapped: set[str]) -> Json:
    return {name: value for name, value in body.items() if name not in mapped}


def _span_mark(error: Json, text: str, passages: tuple[Passage, ...]) -> SpanMark:
    start, end = int(error["start"]), int(error["end"])
    kind = _TYPES[error["error type"]]
    antecedent, evidence = links_of(kind, error["explanation"], text[:start], passages)
    return SpanMark(start, end, text[start:end], kind, antecedent, evidence, error["explanation"])


def _missing_mark(missing: Json) -> MissingMark:
    passage = int(missing["passage_id"])
    evidence = tuple(Evidence(passage, int(sentence)) for sentence in missing["sentence_id"])
    return MissingMark(_TYPES[missing["error type"]], evidence)


def _item(record: FeedbackRecord) -> Json:
    if [judgement.response for judgement in record.judgements] != [0]:
        raise _unsayable(record, "it must judge its first response and no other")
    judgement = record.judgements[0]
    text = record.responses[0].text
    example = record.example
    return {
        **example.raw,
        "question": example.question,
        "passages": [[passage.title, *passage.sentences] for passage in example.passages],
        "gold": example.reference or "",
        **{_name(index): response.text for index, response in enumerate(record.responses)},
        "feedback": {
            **record.raw,
            "errors": [
                {
                    "error type": _label(record, mark.type),
                    "explanation": links_text(mark, text[: mark.start], example.passages),
                    "start": mark.start,
                    "end": mark.end,
                }
                for mark in judgement.spans
            ],
            "missing-info": [entry for mark in judgement.missing for entry in _missing_entries(record, mark)],
            "corrected-prediction": judgement.corrected_text or "",
            **_ours(record, judgement),
        },
        "preference": _preference(record),
    }


def _ours(record: FeedbackRecord, judgement: Judgement) -> Json:
    """What was said beyond the published format, or {}."""
    strength = {frozenset({pair.first, pair.second}): pair.strength for pair in record.comparisons}
    said: Json = {}
    if len(record.asks) < len(ASKS):
        said["asks"] = list(record.asks)
    if judgement.answers:
        said["answers"] = judgement.answers
    if any(strength.values()):
        said["strength"] = [strength[frozenset(pair)] for pair in combinations(range(len(record.responses)), 2)]
    return {_OURS: said} if said else {}


def _label(record: FeedbackRecord, kind: str) -> str:
    if kind not in _LABELS:
        raise _unsayable(record, f"the format has no error type {kind!r}")
    return _LABELS[kind]


def _missing_entries(record: FeedbackRecord, mark: MissingMark) -> list[Json]:
    """One entry per passage that the mark points at."""
    if not mark.evidence:
        raise _unsayable(record, "missing information must point at a sentence")
    label = _label(record, mark.type)
    return [
        {"error type": label, "passage_id": passage, "sentence_id": [place.sentence for place in places]}
        for passage, places in groupby(mark.evidence, key=lambda place: place.passage)
    ]


def _preference(record: FeedbackRecord) -> list[int]:
    values = {"tie": 0, "first": 1, "second": 2}
    given: dict[tuple[int, int], int] = {}
    for pair in record.comparisons:
        value = values[pair.preferred]
        given[pair.first, pair.second] = value
        given[pair.second, pair.first] = -value % 3  # 1 and 2 change places, 0 stays
    pairs = list(combinations(range(len(record.responses)), 2))
    if record.comparisons and not given.keys() >= set(pairs):
        raise _unsayable(record, f"it must compare all {len(pairs)} pairs of its responses, or none")
    return [given[pair] for pair in pairs] if record.comparisons else []


def _unsayable(record: FeedbackRecord, problem: str) -> DomainError:
    message = f"record {record.record_id} does not fit the qa-feedback format: {problem}"
    return DomainError("not_representable", message, {record.record_id: problem})


def _wrong(path: str, problem: str) -> DomainError:
    return DomainError("invalid_item", f"{path}: {problem}", {path: problem})
