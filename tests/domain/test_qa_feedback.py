import copy
import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.errors import DomainError
from annotator.domain.feedback import (
    ASKS,
    Antecedent,
    Comparison,
    Evidence,
    FeedbackRecord,
    Judgement,
    check_record,
    record_from_json,
    record_to_json,
)
from annotator.domain.formats.qa_feedback import items_to_records, records_to_items
from annotator.domain.spans import word_count
from annotator.domain.taxonomy import PAPER_TAXONOMY
from tests.domain.golden import GOLDEN, golden

OURS = GOLDEN / "qa_feedback.json"
PUBLISHED = Path(os.environ.get("QA_FEEDBACK", "../shared/qa_feedback/feedback_250.json"))
FILES = [OURS, *([PUBLISHED] if PUBLISHED.is_file() else [])]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_there_and_back_without_loss(path: Path) -> None:
    items = json.loads(path.read_text("utf-8"))
    records = items_to_records(items)
    for item, again in zip(items, records_to_items(records), strict=True):
        assert again == item
    for record in records:
        assert record_from_json(json.loads(json.dumps(record_to_json(record)))) == record
        check_record(record, PAPER_TAXONOMY)
    assert items_to_records(records_to_items(records)) == records


COUNTS: dict[str, dict[str, Any]] = {
    OURS.name: {
        "spans": {
            "irrelevant": 2,
            "repetitive": 3,
            "incoherent": 1,
            "inconsistent_fact": 3,
            "unverifiable_fact": 2,
        },
        "missing": {"missing_answer": 2, "missing_major_auxiliary": 1, "missing_minor_auxiliary": 1},
        # Preferences [2,2,1,1,1,1] [1,0,2,2,0,2] [0,0,0,0,0,0] [0,0,2,0,2,2].
        "comparisons": {"first": 5, "second": 8, "tie": 11},
        "antecedents": 2,
        "evidence": 2,
        "empty corrections": 1,
        # "Bridge the of which." four, "Oru has two moons." four, "ice and rock" three, the planet one.
        "short": 4,
    },
    "feedback_250.json": {
        "spans": {
            "irrelevant": 468,
            "repetitive": 64,
            "incoherent": 8,
            "inconsistent_fact": 85,
            "unverifiable_fact": 81,
        },
        "missing": {"missing_answer": 129, "missing_major_auxiliary": 136, "missing_minor_auxiliary": 160},
        "comparisons": {"first": 791, "second": 508, "tie": 201},
        # 63 explanations stand before their span to the letter; one more without the space at its ends.
        "antecedents": 64,
        "evidence": 85,
        "empty corrections": 8,
        "short": 72,
    },
}


@pytest.mark.parametrize("path", [path for path in FILES if path.name in COUNTS], ids=lambda path: path.name)
def test_counts(path: Path) -> None:
    records = items_to_records(json.loads(path.read_text("utf-8")))
    judgements = [judgement for record in records for judgement in record.judgements]
    spans = [mark for judgement in judgements for mark in judgement.spans]
    short = [
        mark
        for mark in spans
        if PAPER_TAXONOMY.category_of(mark.type).key == "relevance" and word_count(mark.quote) < 5
    ]
    assert COUNTS[path.name] == {
        "spans": Counter(mark.type for mark in spans),
        "missing": Counter(mark.type for judgement in judgements for mark in judgement.missing),
        "comparisons": Counter(pair.preferred for record in records for pair in record.comparisons),
        "antecedents": sum(mark.antecedent is not None for mark in spans),
        "evidence": sum(bool(mark.evidence) for mark in spans if mark.type == "inconsistent_fact"),
        "empty corrections": sum(judgement.corrected_text == "" for judgement in judgements),
        "short": len(short),
    }


def test_links_are_resolved() -> None:
    first, _, third, _ = items_to_records(golden("qa_feedback"))
    by_type = {mark.type: mark for mark in first.judgements[0].spans}
    assert by_type["inconsistent_fact"].evidence == (Evidence(1, 2),)
    # The explanation has a space at each end, which the antecedent has not.
    assert by_type["repetitive"].antecedent == Antecedent(0, 41, "The Harrow footbridge was opened in 1923.")
    repeated, unfound, two_sentences, unreadable, _ = third.judgements[0].spans
    assert repeated.antecedent == Antecedent(0, 17, "Oru has two moons")
    assert (unfound.antecedent, unfound.explanation) == (None, "rock and ice")
    assert two_sentences.evidence == (Evidence(2, 2), Evidence(2, 0))
    assert (unreadable.evidence, unreadable.explanation) == ((), "see the first passage")
    assert third.example.raw == {"worker": "w-17"}
    assert [(pair.first, pair.second) for pair in third.comparisons] == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]


def test_ids_follow_from_the_content() -> None:
    items = golden("qa_feedback")
    other_feedback = copy.deepcopy(items[0])
    other_feedback["feedback"]["errors"] = []
    records = items_to_records([items[0], items[0], other_feedback, items[1]])
    assert len({record.record_id for record in records}) == 4
    assert [record.example.id for record in records[:3]] == [records[0].example.id] * 3
    assert records[3].example.id != records[0].example.id
    assert items_to_records([items[1]])[0] == records[3]


def _record(**changes: Any) -> FeedbackRecord:
    return replace(items_to_records(golden("qa_feedback"))[0], **changes)


def test_links_made_by_hand_become_explanations() -> None:
    record = _record()
    judgement = record.judgements[0]
    spans = {mark.type: replace(mark, explanation="") for mark in judgement.spans}
    spans["inconsistent_fact"] = replace(
        spans["inconsistent_fact"], evidence=(Evidence(1, 2), Evidence(1, 3), Evidence(2, 0)), explanation="no!"
    )
    by_hand = replace(record, judgements=(replace(judgement, spans=tuple(spans.values())),))
    (item,) = records_to_items([by_hand])
    said = {error["error type"]: error["explanation"] for error in item["feedback"]["errors"]}
    assert said["Redundant"] == "The Harrow footbridge was opened in 1923."
    assert said["Wrong-Grounding"] == '[{"passage_id":1,"sentence_id":[2,3]},{"passage_id":2,"sentence_id":[0]}]'
    (again,) = items_to_records([item])
    links = [(mark.antecedent, mark.evidence) for mark in by_hand.judgements[0].spans]
    assert [(mark.antecedent, mark.evidence) for mark in again.judgements[0].spans] == links


def test_what_points_into_two_passages_is_said_twice() -> None:
    record = _record()
    judgement = record.judgements[0]
    both = replace(judgement.missing[0], evidence=(Evidence(1, 2), Evidence(2, 1)))
    (item,) = records_to_items([replace(record, judgements=(replace(judgement, missing=(both,)),))])
    assert item["feedback"]["missing-info"] == [
        {"error type": "Missing-Answer", "passage_id": 1, "sentence_id": [2]},
        {"error type": "Missing-Answer", "passage_id": 2, "sentence_id": [1]},
    ]


def test_what_the_published_format_has_no_place_for_goes_beside_it() -> None:
    record = _record()
    judgement = replace(record.judgements[0], answers={"clarity": 4, "tone": ["dry"], "why": "So."})
    pairs = tuple(
        pair if pair.preferred == "tie" else replace(pair, strength=index % 3 + 1)
        for index, pair in enumerate(record.comparisons)
    )
    said = replace(record, judgements=(judgement,), comparisons=pairs, asks=("marks", "comparison"))
    (item,) = records_to_items([said])
    assert item["feedback"]["redpen"] == {
        "asks": ["marks", "comparison"],
        "answers": {"clarity": 4, "tone": ["dry"], "why": "So."},
        "strength": [1, 2, 3, 1, 2, 3],
    }
    (again,) = items_to_records([item])
    assert (again.judgements, again.comparisons, again.asks) == (said.judgements, said.comparisons, said.asks)
    assert "redpen" not in records_to_items([record])[0]["feedback"]


def test_pairs_in_any_order_are_compared_in_the_formats() -> None:
    record = _record()
    turned = [
        Comparison(pair.second, pair.first, {"first": "second", "second": "first", "tie": "tie"}[pair.preferred])
        for pair in record.comparisons
    ]
    (item,) = records_to_items([replace(record, comparisons=tuple(reversed(turned)))])
    assert item["preference"] == golden("qa_feedback")[0]["preference"]
    (item,) = records_to_items([replace(record, comparisons=())])
    assert item["preference"] == []
    assert items_to_records([item])[0].comparisons == ()


JUDGED = items_to_records(golden("qa_feedback"))[0].judgements[0]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"judgements": ()}, "it must judge its first response and no other"),
        ({"judgements": (JUDGED, Judgement(1))}, "it must judge its first response and no other"),
        ({"comparisons": (Comparison(0, 1, "tie"),)}, "it must compare all 6 pairs of its responses, or none"),
        (
            {"judgements": (replace(JUDGED, spans=(replace(JUDGED.spans[0], type="rude"),)),)},
            "the format has no error type 'rude'",
        ),
        (
            {"judgements": (replace(JUDGED, missing=(replace(JUDGED.missing[0], evidence=()),)),)},
            "missing information must point at a sentence",
        ),
    ],
)
def test_what_the_format_cannot_say_is_named(changes: dict[str, Any], said: str) -> None:
    record = _record(**changes)
    with pytest.raises(DomainError) as caught:
        records_to_items([record])
    assert caught.value.code == "not_representable"
    assert caught.value.fields == {record.record_id: said}


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        (lambda item: item.pop("gold"), "1", '"gold" is a required property'),
        (lambda item: item.update(question=""), "1.question", "shorter than 1 character"),
        (lambda item: item.update({"prediction 3": None}), "1.prediction 3", 'is not of type "string"'),
        (lambda item: item.pop("prediction 2"), "1.prediction 2", "is missing, though 3 predictions are given"),
        (lambda item: item["passages"].append([]), "1.passages.1", "less than 1 item"),
        (lambda item: item["preference"].pop(), "1.preference", "has 5 entries; 4 predictions make 6 pairs"),
        (lambda item: item.update(preference=[1, 2, 3, 0, 0, 0]), "1.preference.2", "3 is not one of"),
        (lambda item: item["feedback"].pop("errors"), "1.feedback", '"errors" is a required property'),
        (lambda item: _error(item, label="Wrong"), "1.feedback.errors.0.error type", '"Wrong" is not one of'),
        (lambda item: _error(item, end=33), "1.feedback.errors.0", "9..33 is not inside the text of length 32"),
        (lambda item: _error(item, end=9), "1.feedback.errors.0", "9..9 is not inside"),
        (
            lambda item: _missing(item, passage_id=2),
            "1.feedback.missing-info.0.evidence.0",
            "passage 2 is not among 1..1",
        ),
        (
            lambda item: _missing(item, sentence_id=[1, 3]),
            "1.feedback.missing-info.0.evidence.1",
            "sentence 3 of passage 1",
        ),
        (lambda item: _missing(item, sentence_id=[]), "1.feedback.missing-info.0.sentence_id", "less than 1 item"),
        (lambda item: _ours(item, colour="red"), "1.feedback.redpen", "'colour' was unexpected"),
        (lambda item: _ours(item, answers={"a": None}), "1.feedback.redpen.answers.a", "null is not of types"),
        (lambda item: _ours(item, strength=[1]), "1.feedback.redpen.strength", "has 1 entries; there are 6"),
        (lambda item: _ours(item, strength=[1] * 6), "1.feedback.redpen.strength.1", "is 1, but a tie has none"),
        (lambda item: item.update(gold="\ud800"), "1.gold", "holds U+D800 at 0, which no text may hold"),
    ],
)
def test_a_malformed_item_is_named(change: Callable[[Any], None], field: str, said: str) -> None:
    items = golden("qa_feedback")
    change(items[1])
    with pytest.raises(DomainError) as caught:
        items_to_records(items)
    assert caught.value.code == "invalid_item"
    assert said in caught.value.fields[field]


def _error(item: Any, label: str = "Irrelevant", end: int = 16) -> None:
    item["feedback"]["errors"] = [{"error type": label, "explanation": "", "start": 9, "end": end}]


def _missing(item: Any, passage_id: int = 1, sentence_id: tuple[int, ...] | list[int] = (1,)) -> None:
    missing = {"error type": "Missing-Answer", "passage_id": passage_id, "sentence_id": list(sentence_id)}
    item["feedback"]["missing-info"] = [missing]


def _ours(item: Any, **said: Any) -> None:
    item["preference"] = [1, 0, 2, 1, 1, 1]
    item["feedback"]["redpen"] = said


@pytest.mark.parametrize("body", [None, {}, "text", [1], [[]]])
def test_what_is_no_file_of_items(body: Any) -> None:
    with pytest.raises(DomainError) as caught:
        items_to_records(body)
    assert caught.value.code == "invalid_item"


explanations = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "a",
            "[",
            '{"passage_id":1,"sentence_id":[1]}',
            '{"passage_id": 1, "sentence_id": [0, 1]}',
            "[" * 9999,
        ]
    ),
    st.recursive(
        st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["passage_id", "sentence_id"]),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["passage_id", "sentence_id"]), inner)
        ),
        max_leaves=6,
    ).map(json.dumps),
)


@given(st.data())
def test_any_item_goes_there_and_back(data: st.DataObject) -> None:
    text = data.draw(st.text("ab ,.é😀", min_size=1, max_size=30))
    labels = ["Irrelevant", "Redundant", "Incoherent", "Wrong-Grounding", "Unverifiable"]
    errors = []
    for _ in range(data.draw(st.integers(0, 3))):
        start = data.draw(st.integers(0, len(text) - 1))
        error = {"error type": data.draw(st.sampled_from(labels)), "explanation": data.draw(explanations)}
        errors.append(error | {"start": start, "end": data.draw(st.integers(start + 1, len(text)))})
    missing = [
        {"error type": "Missing-Answer", "passage_id": 1, "sentence_id": sentences}
        for sentences in data.draw(st.lists(st.lists(st.integers(0, 1), min_size=1, max_size=3), max_size=2))
    ]
    count = data.draw(st.integers(1, 4))
    pairs = count * (count - 1) // 2
    item = {
        "question": "q",
        "passages": [["Oru", "Oru has three moons."]],
        "gold": data.draw(st.sampled_from(["", "g"])),
        **{f"prediction {number}": text for number in range(1, count + 1)},
        "feedback": {
            "errors": errors,
            "missing-info": missing,
            "corrected-prediction": data.draw(st.sampled_from(["", "c"])),
            **data.draw(st.sampled_from([{}, {"minutes": 6}])),
        },
        "preference": data.draw(st.lists(st.integers(0, 2), min_size=pairs, max_size=pairs)),
        **data.draw(st.sampled_from([{}, {"worker": None, "prediction 01": "x"}])),
    }
    ours: dict[str, Any] = {}
    if data.draw(st.booleans()):
        ours["asks"] = data.draw(st.lists(st.sampled_from(ASKS), max_size=2, unique=True))
    if answers := data.draw(st.dictionaries(st.sampled_from("ab"), st.integers() | st.text("x"))):
        ours["answers"] = answers
    strength = [data.draw(st.none() | st.integers(1, 3)) if value else None for value in item["preference"]]
    if any(strength):
        ours["strength"] = strength
    if ours:
        item["feedback"]["redpen"] = ours
    assert records_to_items(items_to_records([item])) == [item]
