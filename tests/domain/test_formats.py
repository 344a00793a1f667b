"""Every format there and back: any record comes back to the letter, and a file goes out as it came in."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from annotator.domain.errors import DomainError
from annotator.domain.feedback import record_from_json, record_to_json
from annotator.domain.formats.card import card
from annotator.domain.formats.qa_feedback import items_to_records
from annotator.domain.formats.registry import FORMATS
from annotator.domain.formats.remainder import losses, merged, remainder
from annotator.domain.formats.shapes import Options
from annotator.domain.taxonomy import PAPER_TAXONOMY, taxonomy_to_json
from tests.domain.golden import golden
from tests.domain.strategies import records

GOLDEN = [record_to_json(record) for record in items_to_records(golden("qa_feedback"))]
ABOUT = {
    "name": "moons | <b>",
    "created_at": "2026-11-27",
    "taxonomy": taxonomy_to_json(PAPER_TAXONOMY),
    "versions": {"segmentation": "1", "guideline": "1"},
    "query": {"project": "moons"},
    "counts": {
        "examples": 1, "records": 1, "spans": {"irrelevant": 2}, "missing": {}, "comparisons": {"first": 1},
        "splits": {"train": 1, "dev": 1, "test": 1},
    },
}  # fmt: skip
# These say less than a record on purpose, and what they say comes back as other records.
PARTIAL = {"preferences", "preferences-chat"}
WHOLE = [key for key in FORMATS if key not in PARTIAL | {"qa-feedback"}]
few = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


def written(key: str, bodies: Iterable[Any]) -> bytes:
    return b"".join(FORMATS[key].write(list(bodies), ABOUT))


def read(key: str, data: bytes, options: Options | None = None) -> list[Any]:
    return [body for _, body in FORMATS[key].read(io.BytesIO(data), options or Options())]


def by_id(bodies: list[Any]) -> list[Any]:
    return sorted(bodies, key=lambda body: body["record_id"])


def comes_in(bodies: list[Any]) -> bool:
    """Numbers of more than 64 bits are in no JSON that is taken."""
    try:
        orjson.dumps(bodies)
    except TypeError:
        return False
    return True


@pytest.mark.parametrize("key", WHOLE)
@few
@given(data=st.data())
def test_any_records_come_back_to_the_letter(key: str, data: st.DataObject) -> None:
    made = data.draw(st.lists(records(), min_size=1, max_size=3, unique_by=lambda record: record.record_id))
    bodies = [record_to_json(record) for record in made]
    assume(comes_in(bodies))
    file = written(key, bodies)
    back = read(key, file)
    assert by_id(back) == by_id(bodies)
    for body in back:
        record_from_json(orjson.loads(orjson.dumps(body)))
    assert written(key, back) == file


@pytest.mark.parametrize("key", list(FORMATS))
def test_a_file_goes_out_as_it_came_in(key: str) -> None:
    file = written(key, GOLDEN)
    again = read(key, file)
    assert written(key, again) == file
    if key not in PARTIAL:
        assert by_id(again) == by_id(GOLDEN)


@pytest.mark.parametrize("key", list(FORMATS))
def test_what_a_format_says_it_loses_is_what_its_reader_misses(key: str) -> None:
    """Reading the file without what stands under `redpen` gives just as much less as the loss list says."""
    counted: Counter[str] = sum((FORMATS[key].losses(body) for body in GOLDEN), Counter())
    if key in ("jsonl", "parquet", "csv", "hugging-face"):
        assert counted == {}
    elif key in PARTIAL:
        # Preferences [2,2,1,1,1,1] [1,0,2,2,0,2] [0,0,0,0,0,0] [0,0,2,0,2,2]: eleven ties.
        assert counted["comparisons.tie"] == 11
        assert len(read(key, written(key, GOLDEN))) == 24 - 11
    elif key != "qa-feedback":
        assert counted["judgements.spans.evidence"] == 3  # (1, 2) of one mark, (2, 2) and (2, 0) of another
        stripped = read(key, written(key, GOLDEN).replace(b'"redpen"', b'"stranger"'))
        assert any(losses(full, known) for full, known in zip(GOLDEN, stripped, strict=False))


TASK: dict[str, Any] = {
    "id": 7,
    "data": {"text": "Paris 😀 is in Rome.", "source": "web"},
    "annotations": [
        {
            "id": 5,
            "completed_by": 2,
            "was_cancelled": False,
            "result": [
                {"id": "r1", "from_name": "label", "to_name": "text", "type": "labels", "origin": "manual",
                 "value": {"start": 8, "end": 10, "text": "is", "labels": ["Wrong"]}},
                {"id": "r2", "from_name": "label", "to_name": "text", "type": "labels",
                 "value": {"start": 15, "end": 19, "text": "Rome", "labels": ["Wrong"]}},
                {"id": "r2", "from_name": "st", "to_name": "text", "type": "rating", "value": {"rating": 4}},
            ],
        }
    ],
}  # fmt: skip


def test_label_studios_spans_are_found_by_what_they_quote() -> None:
    """"is" stands at code points 8..10; "Rome" at 14..18, and at 15..19 in UTF-16, as this file has it."""
    file = json.dumps([TASK]).encode()
    (body,) = read("label-studio", file, Options({"Wrong": "inconsistent_fact"}))
    record = record_from_json(body)
    (said,) = record.judgements
    assert [(mark.start, mark.end, mark.type) for mark in said.spans] == [
        (8, 10, "inconsistent_fact"),
        (14, 18, "inconsistent_fact"),
    ]
    assert record.annotator.pseudonym == "label-studio-2"
    assert json.loads(written("label-studio", [body])) == [TASK]


def test_doccanos_offsets_count_what_one_is_told() -> None:
    line = {"id": 1, "text": "😀 Rome", "label": [[3, 7, "irrelevant"]], "Comments": ["?"]}
    file = orjson.dumps(line) + b"\n"
    (told,) = read("doccano", file, Options(offsets="utf-16"))
    assert told["judgements"][0]["spans"][0]["quote"] == "Rome"
    # Code points would end at 7 of 6, so that only UTF-16 can be meant.
    (guessed,) = read("doccano", file)
    assert guessed["judgements"] == told["judgements"]
    for body in (told, guessed):
        assert [orjson.loads(line) for line in written("doccano", [body]).splitlines()] == [line]


def test_argillas_records_of_several_people() -> None:
    row = {
        "id": "1", "fields": {"text": "Oru has two moons."}, "metadata": {}, "vectors": {}, "status": "completed",
        "suggestions": {},
        "responses": {"spans": [
            {"value": [{"label": "irrelevant", "start": 8, "end": 11}], "user_id": "a"},
            {"value": [{"label": "incoherent", "start": 0, "end": 3}], "user_id": "b"},
        ]},
    }  # fmt: skip
    one, other = (record_from_json(body) for body in read("argilla", json.dumps([row]).encode()))
    assert (one.annotator.pseudonym, one.judgements[0].spans[0].quote) == ("a", "two")
    assert (other.annotator.pseudonym, other.judgements[0].spans[0].quote) == ("b", "Oru")


def test_a_mark_that_was_changed_elsewhere_counts_as_it_is() -> None:
    tasks = json.loads(written("label-studio", GOLDEN[:1]))
    marks = [each for each in tasks[0]["annotations"][0]["result"] if each["type"] == "labels"]
    marks[0]["value"]["labels"] = ["incoherent"]
    (body,) = read("label-studio", json.dumps(tasks).encode())
    assert body["judgements"][0]["spans"][0]["type"] == "incoherent"
    assert body["example"] == GOLDEN[0]["example"]


def test_no_cell_is_run_as_a_formula() -> None:
    risky = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "'=1", "'", ""]
    body = json.loads(json.dumps(GOLDEN[0]))
    body["judgements"][0]["missing"] = [{"type": "missing_answer", "evidence": [], "note": text} for text in risky]
    file = written("csv", [body])
    cells = [cell for row in csv.reader(io.StringIO(file.decode(), newline="")) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert [mark["note"] for mark in read("csv", file)[0]["judgements"][0]["missing"]] == risky


def test_examples_come_from_any_table() -> None:
    file = b"id,question,response_1,response_2,topic\na,How many?,One.,Two.,moons\n"
    assert read("csv", file) == [
        {"id": "a", "question": "How many?", "responses": [{"text": "One."}, {"text": "Two."}],
         "metadata": {"topic": "moons"}}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "file", "said"),
    [
        ("csv", b"row,record_id\nspan,x\n", "record_id"),
        ("csv", b"\xff\xfe", "UTF-8"),
        ("parquet", b"PAR", "not Parquet"),
        ("hugging-face", b"PK", "no zip file"),
        ("label-studio", b"{}", "one JSON list"),
        ("label-studio", b'[{"data": {"a": 1}, "annotations": [{"result": []}]}]', "item 0: data"),
        ("doccano", b'{"text": 1}\n', "line 1: text"),
        ("doccano", b'{"text": "a", "label": [[0, "1", "x"]]}\n', "line 1"),
        ("argilla", b'[{"fields": []}]', "item 0: fields"),
        ("preferences", b'{"prompt": "p", "chosen": "c"}\n', "line 1: rejected"),
    ],
)
def test_what_is_no_such_file_is_named(key: str, file: bytes, said: str) -> None:
    with pytest.raises(DomainError) as caught:
        read(key, file)
    assert said in caught.value.message


json_values = st.recursive(
    st.none() | st.integers(-9, 9) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=3),
    max_leaves=8,
)


@given(json_values, json_values)
def test_a_remainder_makes_any_value_whole(full: Any, known: Any) -> None:
    assert merged(known, remainder(full, known)) == full
    assert remainder(full, full) == []


def test_a_card_is_what_the_hub_reads() -> None:
    text = card({**ABOUT, "license": "cc-by-4.0"})
    _, front, body = text.split("---\n", 2)
    head = {key: json.loads(value) for key, value in (line.split(": ", 1) for line in front.splitlines())}
    assert head["license"] == "cc-by-4.0"
    assert [each["split"] for each in head["configs"][0]["data_files"]] == ["train", "validation", "test"]
    assert "moons \\| &lt;b>" in body
    for kind in PAPER_TAXONOMY.types():
        assert f"`{kind.key}`" in body
