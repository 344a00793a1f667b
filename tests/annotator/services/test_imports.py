"""Imports: the published file exactly, our own export back, and every refusal with its line and nothing stored."""

import io
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest

from annotator.domain.errors import DomainError
from annotator.domain.feedback import record_to_json
from annotator.models import (
    Annotation,
    Assignment,
    Comparison,
    Example,
    Judgement,
    MissingMark,
    Project,
    Slot,
    Span,
    User,
)
from annotator.selectors.datasets import dataset_bytes
from annotator.selectors.records import feedback_records
from annotator.services.annotations import annotation_submit
from annotator.services.datasets import dataset_freeze
from annotator.services.imports import examples_import
from annotator.services.projects import project_update
from tests.annotator.factories import TEXT, assignment_next, jsonl, make_examples, make_project, make_user, submission

PUBLISHED = Path(os.environ.get("QA_FEEDBACK", "../shared/qa_feedback/feedback_250.json"))
RESPONSE = {"text": TEXT}
LONG = "x" * 201
OURS = Path(__file__).parents[2] / "golden" / "qa_feedback.json"

pytestmark = pytest.mark.django_db
freezes = pytest.mark.django_db(transaction=True)


def load(project: Project, data: bytes, format: str = "jsonl") -> dict[str, int]:
    return examples_import(project=project, file=io.BytesIO(data), format=format)


def frozen(project: Project, format: str) -> bytes:
    dataset = dataset_freeze(project=project, user=None, name=format)
    return b"".join(dataset_bytes(dataset=dataset, format=format))


def counts(items: list[Any]) -> dict[str, int]:
    feedback = [item["feedback"] for item in items]
    return {
        "examples": len(items),
        "annotations": len(items),
        "spans": sum(len(each["errors"]) for each in feedback),
        "missing": sum(len(each["missing-info"]) for each in feedback),
        "comparisons": sum(len(item["preference"]) for item in items),
    }


@freezes
@pytest.mark.parametrize("path", [path for path in (OURS, PUBLISHED) if path.exists()], ids=lambda path: path.stem)
def test_a_qa_feedback_file_comes_in_and_goes_out_exactly(project: Project, owner: User, path: Path) -> None:
    items = json.loads(path.read_bytes())
    assert load(project, path.read_bytes(), "qa-feedback") == counts(items)
    assert json.loads(frozen(project, "qa-feedback")) == items
    lines = frozen(project, "jsonl")
    second = make_project(owner, "second")
    assert load(second, lines) == counts(items)
    assert frozen(second, "jsonl") == lines
    assert not User.objects.filter(username__startswith="imported-", is_active=True).exists()


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published sample is not at hand; ours stands in for it above")
def test_the_counts_of_the_published_sample(project: Project) -> None:
    load(project, PUBLISHED.read_bytes(), "qa-feedback")
    assert (Example.objects.count(), Annotation.objects.count()) == (250, 250)
    assert Counter(Span.objects.values_list("type", flat=True)) == {
        "irrelevant": 468, "repetitive": 64, "incoherent": 8, "inconsistent_fact": 85, "unverifiable_fact": 81
    }  # fmt: skip
    assert Counter(MissingMark.objects.values_list("type", flat=True)) == {
        "missing_answer": 129, "missing_major_auxiliary": 136, "missing_minor_auxiliary": 160
    }  # fmt: skip
    assert Counter(Comparison.objects.values_list("preferred", flat=True)) == {"first": 791, "second": 508, "tie": 201}
    assert Span.objects.filter(type="repetitive", antecedent_start__isnull=False).count() == 64
    assert Span.objects.filter(type="inconsistent_fact").exclude(evidence=[]).count() == 85
    assert Judgement.objects.filter(corrected_text="").count() == 8
    assert Slot.objects.filter(state="done").count() == 250


@freezes
def test_our_own_judgements_come_back_the_same(project: Project, owner: User, annotator: User) -> None:
    """People's and programs' records, several for one example, beyond the overlap of the project they go into."""
    project = project_update(project=project, overlap=2)
    make_examples(project, 3)
    for person in (annotator, make_user("robot", project, is_simulated=True)):
        while assignment := assignment_next(project=project, user=person):
            body = submission(comparisons=[{"first": 0, "second": 1, "preferred": "tie"}])
            annotation_submit(assignment=assignment, **body)
    lines = frozen(project, "jsonl")
    second = make_project(owner, "second")
    assert load(second, lines)["annotations"] == 6
    assert frozen(second, "jsonl") == lines
    assert Assignment.objects.filter(project=second, slot=None).count() == 3  # surplus: its overlap is 1
    sources = Counter(orjson.loads(line)["source"] for line in lines.splitlines())
    assert sources == {"human": 3, "simulated": 3}


def example(identity: str = "x1", **fields: Any) -> dict[str, Any]:
    return {"id": identity, "question": "How many moons?", "responses": [RESPONSE], **fields}


def test_examples_to_be_judged(project: Project, annotator: User) -> None:
    lines = jsonl(example("x1"), example("x2", prompt="Exactly this:", metadata={"split": "test"}, reference="One."))
    counted = examples_import(project=project, file=lines, format="jsonl")
    assert counted == {"examples": 2, "annotations": 0, "spans": 0, "missing": 0, "comparisons": 0}
    stored = Example.objects.get(external_id="x2")
    assert (stored.prompt, stored.reference, stored.metadata) == ("Exactly this:", "One.", {"split": "test"})
    assert assignment_next(project=project, user=annotator)


def record(project: Project) -> dict[str, Any]:
    """A record that fits into an empty project."""
    make_examples(project)
    person = make_user("p", project)
    assignment = assignment_next(project=project, user=person)
    assert assignment
    annotation_submit(assignment=assignment, **submission())
    return record_to_json(next(feedback_records(project=project)))


def another(body: dict[str, Any], **changes: Any) -> None:
    """Make it somebody else's record, of another time."""
    body.update(record_id=str(uuid4()), annotator={"pseudonym": "q", "weight": 1.0}, **changes)


@pytest.mark.parametrize(
    ("code", "field", "lines"),
    [
        ("invalid_json", "2", [example(), b"{broken"]),
        ("invalid_json", "2", [example(), b'{"id": "\\ud800"}']),
        ("invalid_example", "2.", [example(), {"id": "x2"}]),
        ("invalid_example", "2.id", [example(), example(7)]),  # type: ignore[arg-type]
        ("invalid_example", "3.responses.0.text", [example(), b"", example("x2", responses=[{"text": 1}])]),
        ("invalid_example", "1.question", [example(question="a\0b")]),
        ("invalid_example", "1.", [b"[]"]),
        ("no_responses", "2.responses", [example(), example("x2", responses=[])]),
        ("example_exists", "3.id", [example(), example("x2"), example()]),
        ("text_too_long", "1.responses.0.policy_version", [example(responses=[{"text": "", "policy_version": LONG}])]),
        ("empty_file", "", []),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_stored(project: Project, code: str, field: str, lines: list[Any]) -> None:
    data = b"".join((line if isinstance(line, bytes) else orjson.dumps(line)) + b"\n" for line in lines)
    with pytest.raises(DomainError) as caught:
        load(project, data)
    assert caught.value.code == code
    assert "".join(caught.value.fields) == field
    assert not field or f"line {field.split('.')[0]}" in caught.value.message
    assert not Example.objects.exists()


@pytest.mark.parametrize(
    ("code", "field", "change"),
    [
        ("invalid_record", "2.judgements.0.spans.0.quote", lambda body: _mark(body).update(quote="It has one moons")),
        ("invalid_record", "2.judgements.0.spans.0", lambda body: _mark(body).update(end=len(TEXT) + 5)),
        ("invalid_record", "2.judgements.0.spans.0.type", lambda body: _mark(body).update(type="typo")),
        ("invalid_record", "2.responses.0.sha256", lambda body: body["responses"][0].update(sha256="0" * 64)),
        ("invalid_record", "2.record_version", lambda body: body.update(record_version=2)),
        ("invalid_record", "2.started_at", lambda body: another(body, started_at="9999-12-31T23:59:59-12:00")),
        ("example_differs", "2.example.id", lambda body: body["example"].update(question="Another?")),
        ("record_exists", "2.record_id", lambda body: None),
        ("judged_twice", "2.annotator.pseudonym", lambda body: body.update(record_id=str(uuid4()))),
    ],
)
def test_a_wrong_record_is_named_and_nothing_is_stored(
    project: Project, owner: User, code: str, field: str, change: Any
) -> None:
    body = record(project)
    wrong = json.loads(json.dumps(body))
    change(wrong)
    empty = make_project(owner, "empty")
    with pytest.raises(DomainError) as caught:
        examples_import(project=empty, file=jsonl(body, wrong), format="jsonl")
    assert (caught.value.code, list(caught.value.fields)) == (code, [field])
    assert not Example.objects.filter(project=empty).exists()


def test_an_import_may_not_speak_for_somebody_who_works_here(project: Project, owner: User) -> None:
    body = record(project)
    other = make_project(owner, "other")
    member = make_user("m", other).memberships.get()
    body["annotator"]["pseudonym"] = member.pseudonym
    with pytest.raises(DomainError) as caught:
        examples_import(project=other, file=jsonl(body), format="jsonl")
    assert caught.value.code == "pseudonym_taken"


def test_a_wrong_qa_feedback_item_is_named(project: Project) -> None:
    items = json.loads(OURS.read_bytes())
    items[2]["feedback"]["errors"] = [{"error type": "Typo", "start": 0, "end": 1, "explanation": ""}]
    with pytest.raises(DomainError) as caught:
        load(project, json.dumps(items).encode(), "qa-feedback")
    assert caught.value.code == "invalid_item"
    assert next(iter(caught.value.fields)).startswith("2.feedback.errors.0")
    with pytest.raises(DomainError) as broken:
        load(project, b'[{"question":\n', "qa-feedback")
    assert broken.value.code == "invalid_json"
    assert "line 2" in broken.value.message
    assert not Example.objects.exists()


def _mark(body: dict[str, Any]) -> dict[str, Any]:
    mark: dict[str, Any] = body["judgements"][0]["spans"][0]
    return mark
