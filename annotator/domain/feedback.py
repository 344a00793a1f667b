"""The feedback record's JSON form: one line each, by the contract of `feedback.schema.json`.

The names of the data classes (records.py) are the names in the JSON. `example.schema.json` is the contract of
an example that nobody has judged yet.
"""

from datetime import datetime
from typing import Any

from annotator.domain.checks import check_judgement, check_marks
from annotator.domain.errors import DomainError
from annotator.domain.prompts import Passage, format_prompt
from annotator.domain.records import (
    ASKS,
    Annotator,
    Answer,
    Antecedent,
    Comparison,
    Evidence,
    Example,
    FeedbackRecord,
    Json,
    Judgement,
    MissingMark,
    Response,
    SpanMark,
    Versions,
)
from annotator.domain.schemas import check_schema
from annotator.domain.spans import text_sha256
from annotator.domain.splits import Split, split_of
from annotator.domain.taxonomy import Taxonomy

__all__ = [
    "ASKS",
    "Annotator",
    "Antecedent",
    "Comparison",
    "Evidence",
    "Example",
    "FeedbackRecord",
    "Judgement",
    "MissingMark",
    "Passage",
    "Response",
    "SpanMark",
    "Versions",
    "answers_from_json",
    "check_record",
    "comparison_from_json",
    "example_from_json",
    "example_split",
    "judgement_from_json",
    "record_from_json",
    "record_to_json",
    "responses_from_json",
    "to_json",
]

RECORD_VERSION = 1


def to_json(value: Any) -> Any:
    """The JSON form of any part of a record: data classes become objects, tuples lists."""
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    if not hasattr(value, "__dataclass_fields__"):
        return value
    body = {name: to_json(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, Response):
        body |= {"sha256": text_sha256(value.text), "length": len(value.text)}
    return body


def record_to_json(record: FeedbackRecord) -> Json:
    """The record's JSON form; each response with its length in code points and the SHA-256 of its UTF-8."""
    return {"record_version": RECORD_VERSION, **to_json(record)}


def record_from_json(body: Any) -> FeedbackRecord:
    """Read and check one record; DomainError invalid_record naming each field that is wrong.

    Error types are only checked against a taxonomy, by check_record.
    """
    check_schema(body, "feedback", "invalid_record")
    record = FeedbackRecord(
        record_id=body["record_id"],
        example=_example(body["example"]),
        responses=responses_from_json(body),
        judgements=tuple(judgement_from_json(item) for item in body["judgements"]),
        comparisons=tuple(
            comparison_from_json(item) for item in body["comparisons"]
        ),
        display_order=None if body["display_order"] is None else tuple(int(i) for i in body["display_order"]),
        annotator=Annotator(body["annotator"]["pseudonym"], body["annotator"]["weight"]),
        versions=Versions(**body["versions"]),
        asks=tuple(body.get("asks", ASKS)),
        source=body["source"],
        started_at=body["started_at"],
        submitted_at=body["submitted_at"],
        active_seconds=body["active_seconds"],
        raw=body["raw"],
    )
    try:
        _check_texts(body, record)
        _check_references(record)
    except DomainError as error:
        raise DomainError("invalid_record", error.message, error.fields) from error
    return record


def check_record(record: FeedbackRecord, taxonomy: Taxonomy, *, needs: bool = True) -> None:
    """Check the record's error types against the taxonomy; DomainError invalid_record naming each wrong mark.

    What a type needs (antecedent, evidence) is asked, with `needs`, of everyone but an importer, who has what there is.
    """
    fields: dict[str, str] = {}
    for index, judgement in enumerate(record.judgements):
        try:
            check_marks(judgement, taxonomy, f"judgements.{index}", needs=needs and record.source != "imported")
        except DomainError as error:
            fields |= error.fields
    if fields:
        path, problem = next(iter(fields.items()))
        raise DomainError("invalid_record", f"{path}: {problem}", fields)


def example_from_json(body: Any) -> Example:
    """Read one example; DomainError invalid_example naming each field that is wrong.

    Without a prompt, format_prompt makes it; without a question, the prompt is the question. An explicit
    `split` becomes metadata.split; `responses` are for responses_from_json.
    """
    check_schema(body, "example", "invalid_example")
    return _example(body)


def responses_from_json(body: Any) -> tuple[Response, ...]:
    """The responses of an example or a record whose schema has been checked; () if it brings none."""
    return tuple(Response(item["text"], item.get("policy_version")) for item in body.get("responses", ()))


def example_split(example: Example) -> Split:
    """The split that the example asks for in metadata.split, else the one of its question."""
    explicit: Split | None = example.metadata.get("split")
    return explicit or split_of(example.question)


def judgement_from_json(body: Any) -> Judgement:
    """Read a judgement of the shape of feedback.schema.json or submission.schema.json; checks.check_judgement then
    compares it with the texts."""
    return Judgement(
        response=int(body["response"]),
        spans=tuple(_span_mark(item) for item in body["spans"]),
        missing=tuple(
            MissingMark(item["type"], _evidence(item.get("evidence", ())), item.get("note", ""))
            for item in body["missing"]
        ),
        corrected_text=body.get("corrected_text"),
        answers=answers_from_json(body.get("answers", {})),
    )


def answers_from_json(body: Any) -> dict[str, Answer]:
    """Read the answers of a judgement, of the schema's shape."""
    return {key: int(answer) if isinstance(answer, float) else answer for key, answer in body.items()}


def comparison_from_json(body: Any) -> Comparison:
    """Read a comparison of the schema's shape."""
    strength = body.get("strength")
    return Comparison(
        int(body["first"]), int(body["second"]), body["preferred"], None if strength is None else int(strength)
    )


def _span_mark(body: Any) -> SpanMark:
    earlier = body.get("antecedent")
    return SpanMark(
        # int: JSON Schema takes 3.0 for an integer.
        start=int(body["start"]),
        end=int(body["end"]),
        quote=body["quote"],
        type=body["type"],
        antecedent=earlier and Antecedent(int(earlier["start"]), int(earlier["end"]), earlier["quote"]),
        evidence=_evidence(body.get("evidence", ())),
        explanation=body.get("explanation", ""),
    )


def _evidence(body: Any) -> tuple[Evidence, ...]:
    return tuple(Evidence(int(item["passage"]), int(item["sentence"])) for item in body)


def _example(body: Any) -> Example:
    passages = tuple(Passage(item["title"], tuple(item["sentences"])) for item in body.get("passages", ()))
    prompt = body.get("prompt") or format_prompt(body["question"], passages)
    split = {"split": body["split"]} if "split" in body else {}
    return Example(
        id=body["id"],
        prompt=prompt,
        question=body.get("question") or prompt,
        passages=passages,
        reference=body.get("reference"),
        metadata={**body.get("metadata", {}), **split},
        raw=body.get("raw", {}),
    )


def _check_texts(body: Any, record: FeedbackRecord) -> None:
    """Each response's length and hash, and the times."""
    for index, response in enumerate(record.responses):
        told = body["responses"][index]
        for name, is_, said in (
            ("length", len(response.text), told["length"]),
            ("sha256", text_sha256(response.text), told["sha256"]),
        ):
            if is_ != said:
                raise _wrong(f"responses.{index}.{name}", f"is {said}, but the text's is {is_}")
    for name, time in (("started_at", record.started_at), ("submitted_at", record.submitted_at)):
        if time is not None and not _is_time(time):
            raise _wrong(name, f"is {time!r}, not an ISO 8601 time with an offset")
    if record.submitted_at is None and record.source != "imported":
        raise _wrong("submitted_at", f"is null, which source {record.source!r} may not be")


def _is_time(time: str) -> bool:
    try:
        return datetime.fromisoformat(time).tzinfo is not None
    except ValueError:
        return False


def _check_references(record: FeedbackRecord) -> None:
    """Judgements, comparisons and order: about responses that exist, and about each once."""
    count = len(record.responses)
    texts = [response.text for response in record.responses]
    seen: set[frozenset[int]] = set()
    for index, judgement in enumerate(record.judgements):
        check_judgement(judgement, texts, record.example.passages, f"judgements.{index}")
        if frozenset({judgement.response}) in seen:
            raise _wrong(f"judgements.{index}.response", f"response {judgement.response} is judged twice")
        seen.add(frozenset({judgement.response}))
    for index, pair in enumerate(record.comparisons):
        sides = frozenset({pair.first, pair.second})
        if len(sides) < 2 or max(sides) >= count or sides in seen:
            problem = (
                f"compares {pair.first} with {pair.second}: not two of {count} responses, or a second time"
            )
            raise _wrong(f"comparisons.{index}", problem)
        if pair.strength is not None and pair.preferred == "tie":
            raise _wrong(f"comparisons.{index}.strength", f"is {pair.strength}, but a tie has none")
        seen.add(sides)
    if record.display_order is not None and sorted(record.display_order) != list(range(count)):
        raise _wrong("display_order", f"is {list(record.display_order)}, not an order of {count} responses")


def _wrong(path: str, problem: str) -> DomainError:
    return DomainError("invalid_record", f"{path}: {problem}", {path: problem})
