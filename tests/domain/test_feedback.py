import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from annotator.domain import schemas
from annotator.domain.errors import DomainError
from annotator.domain.feedback import (
    Annotator,
    Antecedent,
    Comparison,
    Evidence,
    Example,
    FeedbackRecord,
    Judgement,
    MissingMark,
    Passage,
    Response,
    SpanMark,
    Versions,
    check_record,
    example_from_json,
    record_from_json,
    record_to_json,
    responses_from_json,
)
from annotator.domain.prompts import format_prompt
from annotator.domain.taxonomy import PAPER_TAXONOMY
from tests.domain.strategies import records

TEXT = "Oru has two moons 🪐. Oru has two moons."
RECORD = FeedbackRecord(
    record_id="0f8fad5b-d9cb-469f-a165-70867728950e",
    example=Example("ex-1", "How many moons?", "How many moons?", (Passage("Oru", ("Oru has three moons.",)),)),
    responses=(Response(TEXT, "sft-1"), Response("Three.")),
    judgements=(
        Judgement(
            0,
            (
                SpanMark(8, 17, "two moons", "inconsistent_fact", evidence=(Evidence(1, 1),)),
                SpanMark(21, 39, "Oru has two moons.", "repetitive", Antecedent(0, 17, "Oru has two moons")),
            ),
            (MissingMark("missing_answer", (Evidence(1, 1),), "three"),),
            "Oru has three moons.",
            {"clarity": 4, "tone": ["dry", "kind"], "why": "Too few moons."},
        ),
    ),
    comparisons=(Comparison(0, 1, "second", 3),),
    display_order=(1, 0),
    annotator=Annotator("quiet-heron"),
    versions=Versions("paper-1", "1", "1"),
    source="human",
    started_at="2026-01-05T10:00:00+00:00",
    submitted_at="2026-01-05T10:04:30Z",
    active_seconds=200.5,
)


@given(records())
@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_json_and_back_is_the_identity(record: FeedbackRecord) -> None:
    line = json.dumps(record_to_json(record))
    assert "\n" not in line
    assert record_from_json(json.loads(line)) == record
    assert json.dumps(record_to_json(record_from_json(json.loads(line)))) == line


def test_a_record_by_hand() -> None:
    assert record_from_json(record_to_json(RECORD)) == RECORD
    check_record(RECORD, PAPER_TAXONOMY)
    response = record_to_json(RECORD)["responses"][0]
    assert response["length"] == 39
    # printf 'Oru has two moons 🪐. Oru has two moons.' | sha256sum
    assert response["sha256"] == "cf5b2172388a75d2d2b3dd0a4d6c2518185ba5dd2fb6b0beb1ced59096f9a486"


def test_another_validator_reads_the_schemas_too() -> None:
    folder = Path(schemas.__file__).parent
    documents = {path.name: json.loads(path.read_text("utf-8")) for path in folder.glob("*.schema.json")}
    names = ("feedback", "example", "taxonomy", "qa_feedback", "desk", "submission")
    assert documents.keys() == {f"{name}.schema.json" for name in names}
    resources = [(name, DRAFT202012.create_resource(document)) for name, document in documents.items()]
    for name, document in documents.items():
        jsonschema.Draft202012Validator.check_schema(document)
        validator = jsonschema.Draft202012Validator(document, registry=Registry().with_resources(resources))
        assert validator.is_valid(record_to_json(RECORD)) is (name == "feedback.schema.json")


SPAN = ("judgements", 0, "spans", 0)


@pytest.mark.parametrize(
    ("path", "value", "field", "said"),
    [
        (("record_version",), 2, "record_version", "1 was expected"),
        (("record_id",), "7", "record_id", "does not match"),
        (("colour",), "red", "", "'colour' was unexpected"),
        (("source",), "guess", "source", '"guess" is not one of'),
        ((*SPAN, "start"), -1, "judgements.0.spans.0.start", "-1 is less than the minimum of 0"),
        ((*SPAN, "start"), 8.5, "judgements.0.spans.0.start", '8.5 is not of type "integer"'),
        ((*SPAN, "start"), "8", "judgements.0.spans.0.start", '"8" is not of type "integer"'),
        ((*SPAN, "end"), 40, "judgements.0.spans.0", "8..40 is not inside the text of length 39"),
        ((*SPAN, "end"), 8, "judgements.0.spans.0", "8..8 is not inside the text of length 39"),
        ((*SPAN, "quote"), "ten moons", "judgements.0.spans.0.quote", "is 'two moons', not 'ten moons'"),
        (
            (*SPAN, "antecedent"),
            {"start": 0, "end": 9, "quote": "Oru has t"},
            "judgements.0.spans.0.antecedent",
            "ends at 9, after the span's start 8",
        ),
        (
            (*SPAN, "antecedent"),
            {"start": 0, "end": 3, "quote": "Ora"},
            "judgements.0.spans.0.antecedent.quote",
            "is 'Oru', not 'Ora'",
        ),
        (
            (*SPAN, "evidence"),
            [{"passage": 2, "sentence": 0}],
            "judgements.0.spans.0.evidence.0",
            "passage 2 is not among 1..1",
        ),
        (
            (*SPAN, "evidence"),
            [{"passage": 1, "sentence": 2}],
            "judgements.0.spans.0.evidence.0",
            "sentence 2 of passage 1 is not among 0..1",
        ),
        (
            ("judgements", 0, "missing", 0, "evidence"),
            [{"passage": 0, "sentence": 0}],
            "judgements.0.missing.0.evidence.0.passage",
            "0 is less than the minimum of 1",
        ),
        (("judgements", 0, "response"), 2, "judgements.0.response", "2 is not below 2"),
        (("responses", 0, "length"), 40, "responses.0.length", "is 40, but the text's is 39"),
        (("responses", 0, "sha256"), "0" * 64, "responses.0.sha256", "but the text's is"),
        (("responses", 0, "text"), "ab\x00", "responses.0.text", "holds U+0000 at 2, which no text may hold"),
        (("responses", 0, "text"), "\ud83e", "responses.0.text", "holds U+D83E at 0"),
        (("example", "metadata"), {"\x00": 1}, "example.metadata", "holds U+0000 at 0"),
        (("raw",), {"a": [float("nan")]}, "raw.a.0", "is nan, not a finite number"),
        (("raw",), {"a": json.loads("[" * 99 + "]" * 99)}, "raw.a" + ".0" * 63, "is nested more than 64 levels deep"),
        (("example", "metadata"), {"split": "all"}, "example.metadata.split", '"all" is not one of'),
        (("comparisons", 0, "second"), 2, "comparisons.0", "compares 0 with 2"),
        (("comparisons", 0, "second"), 0, "comparisons.0", "compares 0 with 0"),
        (("comparisons", 0, "strength"), 4, "comparisons.0.strength", "4 is greater than the maximum of 3"),
        (("comparisons", 0, "preferred"), "tie", "comparisons.0.strength", "is 3, but a tie has none"),
        (("judgements", 0, "answers"), {"clarity": None}, "judgements.0.answers.clarity", "null is not of types"),
        (("judgements", 0, "answers"), {"clarity": True}, "judgements.0.answers.clarity", "true is not of types"),
        (("asks",), ["praise"], "asks.0", '"praise" is not one of'),
        (("display_order",), [0, 0], "display_order", "is [0, 0], not an order of 2 responses"),
        (("annotator", "weight"), -1, "annotator.weight", "-1 is less than the minimum of 0"),
        (("started_at",), "yesterday", "started_at", "not an ISO 8601 time with an offset"),
        (("submitted_at",), "2026-01-05T10:04:30", "submitted_at", "not an ISO 8601 time with an offset"),
        (("submitted_at",), None, "submitted_at", "is null, which source 'human' may not be"),
        (("active_seconds",), -1, "active_seconds", "-1"),
        (("active_seconds",), 1e16, "active_seconds", "1e+16 is greater than the maximum of 10000000"),
    ],
)
def test_a_wrong_record_is_named(path: tuple[str | int, ...], value: Any, field: str, said: str) -> None:
    body = _with(path, value)
    with pytest.raises(DomainError) as caught:
        record_from_json(body)
    assert caught.value.code == "invalid_record"
    assert said in caught.value.fields[field]
    assert caught.value.message.startswith(field)


def _with(path: tuple[str | int, ...], value: Any) -> Any:
    body = copy.deepcopy(record_to_json(RECORD))
    part = body
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    return body


def _twice(part: str) -> Callable[[Any], None]:
    return lambda body: body[part].append(body[part][0])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (_twice("judgements"), "judgements.1.response"),
        (_twice("comparisons"), "comparisons.1"),
        (lambda body: body["comparisons"].append({"first": 1, "second": 0, "preferred": "tie"}), "comparisons.1"),
        (lambda body: body.pop("raw"), ""),
        (lambda body: body["responses"].clear(), "responses"),
    ],
)
def test_once_each_and_none_missing(change: Callable[[Any], None], field: str) -> None:
    body = copy.deepcopy(record_to_json(RECORD))
    change(body)
    with pytest.raises(DomainError) as caught:
        record_from_json(body)
    assert field in caught.value.fields


def test_every_schema_error_is_told_but_not_endlessly() -> None:
    body = copy.deepcopy(record_to_json(RECORD))
    body["judgements"][0]["spans"][0] |= {"start": "x", "end": None}
    with pytest.raises(DomainError) as caught:
        record_from_json(body)
    assert set(caught.value.fields) == {"judgements.0.spans.0.start", "judgements.0.spans.0.end"}
    body["comparisons"] = [{}] * 1000
    with pytest.raises(DomainError) as caught:
        record_from_json(body)
    assert len(caught.value.fields) == 20


def test_a_record_from_before_desks_is_read() -> None:
    body = copy.deepcopy(record_to_json(RECORD))
    del body["asks"]
    del body["judgements"][0]["answers"]
    del body["comparisons"][0]["strength"]
    record = record_from_json(body)
    assert record.asks == ("marks", "correction", "comparison")
    assert record.judgements[0].answers == {}
    assert record.comparisons[0].strength is None


def test_whole_numbers_written_as_floats_are_whole_numbers() -> None:
    record = record_from_json(_with((*SPAN, "start"), 8.0))
    assert type(record.judgements[0].spans[0].start) is int
    rated = record_from_json(_with(("judgements", 0, "answers"), {"clarity": 4.0})).judgements[0]
    assert type(rated.answers["clarity"]) is int


@pytest.mark.parametrize(
    ("path", "value", "field", "said"),
    [
        ((*SPAN, "type"), "rude", "judgements.0.spans.0.type", "'rude' is not in taxonomy 'paper-1'"),
        ((*SPAN, "type"), "missing_answer", "judgements.0.spans.0.type", "marks the passages, not the response"),
        ((*SPAN, "evidence"), [], "judgements.0.spans.0.evidence", "'inconsistent_fact' needs it"),
        (("judgements", 0, "spans", 1, "antecedent"), None, "judgements.0.spans.1.antecedent", "'repetitive' needs it"),
        (("judgements", 0, "missing", 0, "type"), "irrelevant", "judgements.0.missing.0.type", "marks the response"),
        (("judgements", 0, "missing", 0, "evidence"), [], "judgements.0.missing.0.evidence", "needs it"),
    ],
)
def test_marks_are_checked_against_a_taxonomy(path: tuple[str | int, ...], value: Any, field: str, said: str) -> None:
    record = record_from_json(_with(path, value))
    with pytest.raises(DomainError) as caught:
        check_record(record, PAPER_TAXONOMY)
    assert caught.value.code == "invalid_record"
    assert list(caught.value.fields) == [field]
    assert said in caught.value.fields[field]


def test_an_importer_has_what_there_is() -> None:
    body = _with((*SPAN, "evidence"), []) | {"source": "imported", "submitted_at": None}
    check_record(record_from_json(body), PAPER_TAXONOMY)


def test_an_example_with_a_question_gets_its_prompt() -> None:
    passages = [{"title": "Oru", "sentences": ["Oru has three moons."]}]
    body = {"id": "1", "question": "How many?", "passages": passages, "split": "dev", "responses": [{"text": "3"}]}
    example = example_from_json(body)
    assert example.prompt == format_prompt("How many?", example.passages)
    assert example.metadata == {"split": "dev"}
    assert responses_from_json(body) == (Response("3"),)


def test_an_example_with_a_prompt_alone_asks_its_prompt() -> None:
    example = example_from_json({"id": "1", "prompt": "Say hello."})
    assert example == Example(id="1", prompt="Say hello.", question="Say hello.")
    assert responses_from_json({"id": "1"}) == ()


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        ({"id": "1"}, "", "not valid under any"),
        ({"prompt": "p"}, "", '"id" is a required property'),
        ({"id": "1", "prompt": ""}, "prompt", '"" is shorter than 1 character'),
        ({"id": "1", "prompt": "p", "split": "all"}, "split", '"all" is not one of'),
        ({"id": "1", "prompt": "p", "passages": [["t", "s"]]}, "passages.0", 'is not of type "object"'),
        ({"id": "1", "prompt": "p", "answer": "a"}, "", "'answer' was unexpected"),
        ({"id": "1", "prompt": "p", "responses": [{"text": 3}]}, "responses.0.text", '3 is not of type "string"'),
        (["id"], "", 'is not of type "object"'),
    ],
)
def test_a_wrong_example_is_named(body: Any, field: str, said: str) -> None:
    with pytest.raises(DomainError) as caught:
        example_from_json(body)
    assert caught.value.code == "invalid_example"
    assert said in caught.value.fields[field]
