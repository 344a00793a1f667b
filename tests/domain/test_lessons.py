from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from annotator.domain.desk import Desk
from annotator.domain.errors import DomainError
from annotator.domain.feedback import record_to_json, to_json
from annotator.domain.lessons import (
    check_lesson,
    feedback,
    judgements_given,
    lesson_from_json,
    lesson_to_json,
    review,
    tally_of,
)
from annotator.domain.records import FeedbackRecord, Judgement
from annotator.domain.spans import text_sha256
from annotator.domain.taxonomy import PAPER_TAXONOMY
from tests.domain.strategies import records

TEXT = "Oru has two moons. It has two moons."


def place(quote: str, **fields: Any) -> dict[str, Any]:
    start = TEXT.index(quote)
    return {"start": start, "end": start + len(quote), "quote": quote, **fields}


def mark(quote: str, type: str, explanation: str = "") -> dict[str, Any]:
    return place(quote, type=type, antecedent=None, evidence=[], explanation=explanation)


def body(**fields: Any) -> dict[str, Any]:
    example = {"id": "e", "prompt": "P", "question": "Q", "passages": [{"title": "Oru", "sentences": ["One.", "Two."]}]}
    response = {"text": TEXT, "sha256": text_sha256(TEXT), "length": len(TEXT), "policy_version": None}
    gold = {
        "response": 0,
        "spans": [mark("two moons", "inconsistent_fact", "It is one."), mark("It has two moons.", "repetitive")],
        "missing": [{"type": "missing_answer", "evidence": [{"passage": 1, "sentence": 1}], "note": "The first one."}],
        "corrected_text": None,
    }
    lesson = {
        "example": {**example, "reference": None, "metadata": {}, "raw": {}},
        "responses": [response],
        "judgements": [gold],
    }
    return {**lesson, **fields}


def judgement(*spans: dict[str, Any], missing: Any = (), **fields: Any) -> dict[str, Any]:
    shown = {"response": 0, "text_sha256": text_sha256(TEXT), "corrected_text": None}
    return {**shown, "spans": list(spans), "missing": list(missing), **fields}


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(records(min_judged=1))
def test_a_record_can_be_a_lesson_and_a_lesson_reads_back(record: FeedbackRecord) -> None:
    lesson = lesson_from_json(record_to_json(record))
    assert (lesson.example, lesson.responses, lesson.judgements) == (
        record.example,
        record.responses,
        record.judgements,
    )
    assert lesson_from_json(lesson_to_json(lesson)) == lesson
    check_lesson(lesson, PAPER_TAXONOMY)


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ("a text", "invalid_record", "record"),
        ({}, "invalid_record", ""),
        (body(judgements=[]), "invalid_record", "judgements"),
        (body(judgements=[{"response": 0}]), "invalid_record", "judgements.0"),
        (body(responses=[{"text": TEXT}]), "invalid_record", "responses.0"),
        (
            body(judgements=[{**body()["judgements"][0], "spans": [mark("Oru", "cold")]}]),
            *("invalid_mark", "judgements.0.spans.0.type"),
        ),
    ],
)
def test_what_is_no_lesson(wrong: Any, code: str, field: str) -> None:
    with pytest.raises(DomainError) as caught:
        check_lesson(lesson_from_json(wrong), PAPER_TAXONOMY)
    assert caught.value.code == code
    assert field in caught.value.fields


def given_of(*bodies: dict[str, Any], **desk: Any) -> list[Judgement]:
    return judgements_given(lesson_from_json(body()), bodies, PAPER_TAXONOMY, Desk(**desk))


@pytest.mark.parametrize(
    ("bodies", "code"),
    [
        ([], "judgements_incomplete"),
        ([judgement(), judgement()], "judgements_incomplete"),
        ([judgement(response=1)], "judgements_incomplete"),
        ([judgement(text_sha256="0" * 64)], "text_changed"),
        ([judgement({**mark("Oru", "irrelevant"), "quote": "oru"})], "quote_mismatch"),
        ([judgement(mark("Oru", "cold"))], "invalid_mark"),
        ([judgement(mark("Oru", "inconsistent_fact"))], "invalid_mark"),
        ([judgement(mark("Oru", "irrelevant"), corrected_text="Oru has one.")], "not_asked"),
    ],
)
def test_judgements_that_are_refused(bodies: list[dict[str, Any]], code: str) -> None:
    with pytest.raises(DomainError) as caught:
        given_of(*bodies)
    assert caught.value.code == code


def test_the_rule_for_every_mark() -> None:
    definitions = {kind.key: kind.definition for kind in PAPER_TAXONOMY.types()}
    told = judgement(
        mark("Oru", "irrelevant"),
        mark("moons", "unverifiable_fact"),
        missing=[{"type": "missing_answer", "evidence": [{"passage": 1, "sentence": 2}], "note": "mine"}],
    )
    lesson = lesson_from_json(body())
    reviews = review(lesson, given_of(told, needs="optional"))
    said = feedback(reviews, PAPER_TAXONOMY)
    shown = ("verdict", "start", "end", "type", "gold_start", "gold_end", "gold_type", "why")
    assert [tuple(each[name] for name in shown) for each in said["spans"]] == [
        ("extra", 0, 3, "irrelevant", None, None, None, definitions["irrelevant"]),
        ("wrong_type", 12, 17, "unverifiable_fact", 8, 17, "inconsistent_fact", "It is one."),
        ("missed", 19, 36, "repetitive", 19, 36, "repetitive", definitions["repetitive"]),
    ]
    assert [(each["verdict"], each["evidence"], each["why"]) for each in said["missing"]] == [
        ("missed", [{"passage": 1, "sentence": 1}], "The first one."),
        ("extra", [{"passage": 1, "sentence": 2}], definitions["missing_answer"]),
    ]
    assert {each["response"] for each in said["spans"] + said["missing"]} == {0}
    # "moons" is 5 of the 9 characters of "two moons"; two spans against two: 2 · 5/9 / 4.
    assert tally_of(reviews.values()).span_f1 == pytest.approx(5 / 18)


def test_all_responses_count_together() -> None:
    second = {**body()["judgements"][0], "response": 1}
    lesson = lesson_from_json(
        body(responses=body()["responses"] * 2, judgements=[second, body()["judgements"][0]])
    )
    gold = [{**to_json(each), "text_sha256": text_sha256(TEXT)} for each in lesson.judgements]
    gold[0] |= {"spans": [], "missing": []}
    reviews = review(lesson, judgements_given(lesson, gold, PAPER_TAXONOMY, Desk(needs="optional")))
    assert list(reviews) == [1, 0]
    # Two spans of four found: 2 · 2 / (2 + 4).
    assert tally_of(reviews.values()).span_f1 == pytest.approx(2 / 3)
