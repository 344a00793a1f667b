"""Datasets: one moment, complete, hashed, and never something else under the same name."""

import hashlib
import io
import json
import threading
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.db import connection

from annotator.domain.errors import DomainError
from annotator.domain.feedback import record_to_json
from annotator.domain.spans import text_sha256
from annotator.models import Dataset, Project, User
from annotator.selectors import record_stream
from annotator.selectors.datasets import dataset_bytes
from annotator.selectors.records import feedback_records
from annotator.services import datasets, snapshots
from annotator.services.annotations import annotation_submit
from annotator.services.datasets import dataset_freeze, dataset_upload
from annotator.services.imports import examples_import
from annotator.services.projects import project_update
from tests.annotator.factories import OTHER_TEXT, assignment_next, jsonl, judgement, make_examples, submission

pytestmark = pytest.mark.django_db(transaction=True)


def judge(project: Project, user: User, count: int = 1) -> None:
    for _ in range(count):
        assignment = assignment_next(project=project, user=user)
        assert assignment
        annotation_submit(
            assignment=assignment,
            **submission(comparisons=[{"first": 0, "second": 1, "preferred": "first"}]),
        )


def test_a_frozen_folder_is_what_its_manifest_says(project: Project, annotator: User, owner: User) -> None:
    make_examples(project, 4)
    judge(project, annotator, 3)
    dataset = dataset_freeze(project=project, user=owner, name="first", note="a try")
    manifest_bytes = (dataset.path / "manifest.json").read_bytes()
    manifest = json.loads(manifest_bytes)
    assert hashlib.sha256(manifest_bytes).hexdigest() == dataset.sha256
    assert {key: value for key, value in manifest.items() if key != "format"} == dataset.manifest
    for name, sha256 in manifest["files"].items():
        assert hashlib.sha256((dataset.path / name).read_bytes()).hexdigest() == sha256
    counts = manifest["counts"]
    assert (counts["examples"], counts["records"]) == (3, 3)
    assert counts["spans"] == {"irrelevant": 3}
    assert counts["comparisons"] == {"first": 3, "second": 0, "tie": 0}
    assert sum(counts["splits"].values()) == 3
    lines = [orjson.loads(line) for line in (dataset.path / "examples.jsonl").read_bytes().splitlines()]
    assert set(lines[0]) == {"id", "prompt", "question", "passages", "reference", "metadata", "split"}
    assert [line["id"] for line in lines] == ["e0", "e1", "e2"]
    assert not list(dataset.path.parent.glob(".*"))


def test_what_is_frozen_is_what_came_in_byte_for_byte(project: Project) -> None:
    """Every part of a record there is, in the order of its contract; and of one that says nothing, all the same."""
    text = 'One \\ two\t"three"\r\n \x01\x7f 🌕 It has two moons. It has two moons. \u2028'
    first, again = text.index("It has"), text.rindex("It has")
    quote = "It has two moons."
    place = {"start": again, "end": again + len(quote), "quote": quote}
    antecedent = {"start": first, "end": first + len(quote), "quote": quote}
    at = [{"passage": 2, "sentence": 0}, {"passage": 1, "sentence": 1}]
    spans = [
        {**place, "type": "repetitive", "antecedent": antecedent, "evidence": [], "explanation": "\\N"},
        {**place, "type": "inconsistent_fact", "antecedent": None, "evidence": at, "explanation": "It's\t“one”."},
        {**antecedent, "type": "irrelevant", "antecedent": None, "evidence": [], "explanation": ""},
    ]
    answers = {"b": 3, "a1": ["x", "y"], "why": "so\n"}
    missing = [
        {"type": "missing_answer", "evidence": at, "note": "n\n"},
        {"type": "missing_answer", "evidence": at[:1], "note": ""},
    ]
    judgements = [
        {"response": 1, "spans": [], "missing": [], "corrected_text": None, "answers": {}},
        {"response": 0, "spans": spans, "missing": missing, "corrected_text": "", "answers": answers},
    ]
    comparisons = [
        {"first": 1, "second": 0, "preferred": "second", "strength": 2},
        {"first": 0, "second": 2, "preferred": "tie", "strength": None},
    ]
    said: dict[str, Any] = {
        "record_version": 1,
        "record_id": "00000000-0000-4000-8000-000000000002",
        "example": {
            "id": "e\t1",
            "prompt": "Q\\n\n",
            "question": "Q",
            "passages": [{"title": "T\\", "sentences": ["s1\t", ""]}, {"title": "", "sentences": []}],
            "reference": "\\.",
            "metadata": {"n": 1e-7, "x": [1.0, 10.5, None, True]},
            "raw": {"kept": {"deep": ["\\"]}},
        },
        "responses": [
            {"text": each, "policy_version": name, "sha256": text_sha256(each), "length": len(each)}
            for each, name in ((text, "p\n1"), ("", None), ("\\N", None))
        ],
        "judgements": judgements,
        "comparisons": comparisons,
        "display_order": [2, 0, 1],
        "annotator": {"pseudonym": "ann", "weight": 1e-05},
        "versions": {"taxonomy": "7", "guideline": "1", "segmentation": "1"},
        "asks": ["comparison", "marks"],
        "source": "human",
        "started_at": "2026-03-01T12:00:00+00:00",
        "submitted_at": "2026-03-01T12:00:00.000100+00:00",
        "active_seconds": 12.0,
        "raw": {"a": 1.5, "bb": "🌕"},
    }
    silent = {
        **said,
        "record_id": "00000000-0000-4000-8000-000000000001",
        "judgements": [],
        "comparisons": [],
        "display_order": None,
        "annotator": {"pseudonym": "bob", "weight": 1.0},
        "asks": ["marks", "correction", "comparison"],
        "source": "imported",
        "started_at": None,
        "submitted_at": None,
        "active_seconds": None,
        "raw": {},
    }
    lines = b"".join(orjson.dumps(each) + b"\n" for each in (said, silent))
    examples_import(project=project, file=io.BytesIO(lines), format="jsonl")
    dataset = dataset_freeze(project=project, user=None, name="d")
    assert (dataset.path / "feedback.jsonl").read_bytes() == lines
    assert b"".join(orjson.dumps(record_to_json(each)) + b"\n" for each in feedback_records(project=project)) == lines
    assert dataset.manifest["counts"] == {
        "examples": 1,
        "splits": {"train": 1, "dev": 0, "test": 0},
        "records": 2,
        "annotators": 2,
        "spans": {"inconsistent_fact": 1, "irrelevant": 1, "repetitive": 1},
        "missing": {"missing_answer": 2},
        "comparisons": {"first": 0, "second": 1, "tie": 1},
    }


def test_a_manifest_says_what_the_answers_answer(project: Project, annotator: User) -> None:
    question = {"key": "clarity", "text": "How clear is it?", "kind": "rating", "required": False}
    project = project_update(project=project, desk={"questions": [question]})
    make_examples(project, 1)
    judge(project, annotator)
    (asked,) = dataset_freeze(project=project, user=None, name="d").manifest["questions"]
    assert {key: asked[key] for key in question} == question


def test_a_name_is_given_once_and_keeps_its_bytes(project: Project, annotator: User, datasets_dir: Path) -> None:
    make_examples(project, 2)
    judge(project, annotator)
    first = dataset_freeze(project=project, user=None, name="d")
    before = b"".join(dataset_bytes(dataset=first, format="jsonl"))
    judge(project, annotator)
    with pytest.raises(DomainError) as caught:
        dataset_freeze(project=project, user=None, name="d")
    assert caught.value.code == "name_taken"
    assert b"".join(dataset_bytes(dataset=first, format="jsonl")) == before
    assert len(list(datasets_dir.iterdir())) == 1


def test_of_two_freezes_of_one_name_at_once_one_wins(
    project: Project, annotator: User, datasets_dir: Path, monkeypatch: Any
) -> None:
    make_examples(project)
    judge(project, annotator)
    monkeypatch.setattr(datasets, "_check_name", lambda project, name: None)
    dataset_freeze(project=project, user=None, name="d")
    with pytest.raises(DomainError) as caught:
        dataset_freeze(project=project, user=None, name="d")
    assert caught.value.code == "name_taken"
    assert len(list(datasets_dir.iterdir())) == 1


def test_a_freeze_sees_one_moment(project: Project, annotator: User, monkeypatch: Any) -> None:
    """An annotation that is stored between the freeze's first and second statement is in neither file."""
    make_examples(project, 2)
    judge(project, annotator)
    original = record_stream.annotated_examples

    def judged_meanwhile(**options: Any) -> Any:
        def work() -> None:
            judge(project, annotator)
            connection.close()

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        return original(**options)

    monkeypatch.setattr(datasets, "annotated_examples", judged_meanwhile)
    dataset = dataset_freeze(project=project, user=None, name="d")
    assert (dataset.manifest["counts"]["records"], dataset.manifest["counts"]["examples"]) == (1, 1)


def test_a_freeze_that_fails_leaves_nothing(
    project: Project, annotator: User, datasets_dir: Path, monkeypatch: Any
) -> None:
    with pytest.raises(DomainError) as caught:
        dataset_freeze(project=project, user=None, name="d")
    assert caught.value.code == "empty_dataset"
    make_examples(project)
    judge(project, annotator)

    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshots, "_fsync", full)
    with pytest.raises(OSError, match="No space left"):
        dataset_freeze(project=project, user=None, name="d")
    assert list(datasets_dir.iterdir()) == []
    assert not Dataset.objects.exists()


def test_an_upload_of_prompts(project: Project) -> None:
    file = jsonl({"id": "a", "prompt": "P"}, {"id": "b", "question": "Q?", "reference": "R", "split": "dev"})
    dataset = dataset_upload(project=project, user=None, name="prompts", file=file)
    assert (dataset.kind, dataset.manifest["counts"]["examples"]) == ("examples", 2)
    lines = [orjson.loads(line) for line in b"".join(dataset_bytes(dataset=dataset, format="jsonl")).splitlines()]
    assert [(line["id"], line["reference"]) for line in lines] == [("a", None), ("b", "R")]
    assert lines[1]["split"] == "dev"
    with pytest.raises(DomainError) as caught:
        dataset_bytes(dataset=dataset, format="qa-feedback")
    assert caught.value.code == "not_representable"


@pytest.mark.parametrize(
    ("code", "field", "lines"),
    [
        ("invalid_example", "2.", [{"id": "a", "prompt": "P"}, {"id": "b"}]),
        ("invalid_example", "2.id", [{"id": "a", "prompt": "P"}, {"id": "a", "prompt": "P"}]),
        ("invalid_example", "1.split", [{"id": "a", "prompt": "P", "split": "trian"}]),
        ("empty_dataset", "", []),
    ],
)
def test_a_wrong_upload_is_named_and_leaves_nothing(
    project: Project, datasets_dir: Path, code: str, field: str, lines: list[Any]
) -> None:
    with pytest.raises(DomainError) as caught:
        dataset_upload(project=project, user=None, name="prompts", file=jsonl(*lines))
    assert (caught.value.code, "".join(caught.value.fields)) == (code, field)
    assert list(datasets_dir.iterdir()) == []


def test_what_qa_feedback_cannot_say_is_said_before_the_download_starts(project: Project, annotator: User) -> None:
    project = project_update(project=project, judged_responses=2)
    make_examples(project)
    assignment = assignment_next(project=project, user=annotator)
    assert assignment
    annotation_submit(assignment=assignment, **submission(judgements=[judgement(), judgement(1, OTHER_TEXT)]))
    dataset = dataset_freeze(project=project, user=None, name="d")
    with pytest.raises(DomainError) as caught:
        dataset_bytes(dataset=dataset, format="qa-feedback")
    assert caught.value.code == "not_representable"
