"""Datasets: one moment, complete, hashed, and never something else under the same name."""

import hashlib
import json
import threading
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.db import connection

from annotator.domain.errors import DomainError
from annotator.models import Dataset, Project, User
from annotator.selectors import record_stream
from annotator.selectors.datasets import dataset_bytes
from annotator.services import datasets, snapshots
from annotator.services.annotations import annotation_submit
from annotator.services.datasets import dataset_freeze, dataset_upload
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
