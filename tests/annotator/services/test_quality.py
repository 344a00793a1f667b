from pathlib import Path
from typing import Any

import orjson
import pytest
from django.db import IntegrityError, connection

from annotator.domain.errors import DomainError
from annotator.domain.feedback import FeedbackRecord, record_from_json
from annotator.domain.taxonomy import PAPER_TAXONOMY, taxonomy_to_json
from annotator.models import Annotation, Dataset, Membership, Project, QualityReport, User
from annotator.selectors.quality import report_due, report_latest, reports_over_time
from annotator.services.adjudications import Work, adjudication_settle
from annotator.services.annotations import annotation_submit
from annotator.services.datasets import dataset_freeze
from annotator.services.projects import project_update
from annotator.services.quality import REPORT_LOCK, report_make, reports_make_due
from tests.annotator.factories import TIE, assignment_next, judgement, make_examples, make_user, span, submission

pytestmark = pytest.mark.django_db(transaction=True)

MARKED = judgement(spans=[span("It has two moons")], corrected_text="x")
OTHERWISE = judgement(spans=[span("It has two moons", "unverifiable_fact")], corrected_text="x")


@pytest.fixture
def judged(project: Project) -> Project:
    """Three examples, of two people's judgements each. They agree on the first, call the same words otherwise on the
    second, and on the third one of them marks nothing."""
    project = project_update(project=project, overlap=2)
    make_examples(project, 3)
    given: dict[str, list[dict[str, Any]]] = {"ann": [MARKED] * 3, "bob": [MARKED, OTHERWISE, judgement()]}
    for name, judgements in given.items():
        user = make_user(name, project)
        for each in judgements:
            assignment = assignment_next(project=project, user=user)
            assert assignment
            annotation_submit(assignment=assignment, **submission(judgements=[each]))
    return project


def test_a_report_says_what_is_agreed_on_and_what_is_not(judged: Project) -> None:
    report = report_make(project=judged)
    assert report == report_latest(judged)
    assert report
    assert (report.number, report.annotations, report.submitted) == (1, 6, 6)
    report.refresh_from_db()
    figures = report.figures
    assert figures["covers"] == {
        "annotations": 6,
        "annotators": 2,
        "examples": 3,
        "shared": 3,
        "sampled_annotations": 6,
        "sampled_shared": 3,
        "limit": 6000,
    }
    # "It has two moons" is four words: ann's on three texts, bob's on two of them, once by another name.
    assert figures["agreement"]["overall"]["exact_f1"]["value"] == pytest.approx(4 / 5)
    assert figures["agreement"]["types"]["irrelevant"]["word_f1"]["value"] == pytest.approx(2 * 4 / (12 + 4))
    assert figures["agreement"]["types"]["repetitive"]["word_alpha"]["reason"] == "no_marks"
    names = [Membership.objects.get(user__username=name).pseudonym for name in ("ann", "bob")]
    relevance = next(pair for pair in figures["pairs"] if pair["category"] == "relevance")
    assert {relevance["one"], relevance["other"]} == set(names)
    assert (relevance["both"], relevance["disputed"]) == (4, 8)
    kinds, table = figures["confusion"]["types"], figures["confusion"]["table"]
    same, other = kinds.index("irrelevant"), kinds.index("unverifiable_fact")
    assert (table[same][same], table[same][other], table[other][same], table[other][other]) == (1, 1, 1, 0)
    assert figures["confusion"]["alone"][same] == 1
    assert [(each["external_id"], each["f1"], each["disputed"]) for each in figures["disputes"]] == [
        ("e1", 0, 8),
        ("e2", 0, 4),
    ]
    assert set(figures["weights"]) == set(names)
    assert sum(figures["weights"].values()) == pytest.approx(2)


def test_a_sample_is_as_large_as_the_bound_and_says_so(judged: Project) -> None:
    report = report_make(project=judged, limit=5)
    assert report
    covers = report.figures["covers"]
    assert (covers["annotations"], covers["sampled_annotations"], covers["sampled_shared"]) == (6, 4, 2)


def test_reports_are_numbered_and_kept_and_show_how_it_went(judged: Project) -> None:
    report_make(project=judged)
    report_make(project=judged)
    found = reports_over_time(judged)
    assert [(each["number"], each["annotations"]) for each in found] == [(1, 6), (2, 6)]
    assert found[0]["overall"] == found[1]["overall"]
    assert set(found[0]["categories"]) == {"relevance", "factuality", "completeness"}
    with pytest.raises(IntegrityError, match="never changes"):
        QualityReport.objects.update(figures={})


def test_without_annotations_there_are_reasons_and_no_numbers(project: Project) -> None:
    report = report_make(project=project)
    assert report
    assert report.figures["agreement"]["overall"]["word_alpha"]["reason"] == "no_overlap"
    assert (report.figures["weights"], report.figures["pairs"], report.figures["disputes"]) == ({}, [], [])


def test_a_report_is_made_when_enough_is_new(judged: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not report_due(judged)
    assert reports_make_due() == []
    monkeypatch.setattr("annotator.selectors.quality.DUE_AFTER", 6)
    assert [report.project for report in reports_make_due()] == [judged]
    assert not report_due(judged)
    Membership.objects.filter(user__username="ann").update(submitted=9)
    assert report_due(judged)


def test_one_report_is_made_at_a_time(judged: Project) -> None:
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [REPORT_LOCK, judged.pk])
        assert report_make(project=judged) is None
        cursor.execute("SELECT pg_advisory_unlock_all()")
    other.close()
    assert report_make(project=judged)
    assert Annotation.objects.count() == 6


def test_weights_of_a_report_go_into_a_dataset_that_names_it(judged: Project) -> None:
    with pytest.raises(DomainError, match="no quality report yet"):
        dataset_freeze(project=judged, user=None, name="d", weights="estimated")
    report = report_make(project=judged)
    assert report
    Annotation.objects.filter(assignment__user__username="bob").update(weight=0.5)
    brought = {Membership.objects.get(user__username=name).pseudonym: w for name, w in (("ann", 1), ("bob", 0.5))}
    wanted = {
        "stored": brought,
        "estimated": {name: weight * report.figures["weights"][name] for name, weight in brought.items()},
        "equal": dict.fromkeys(brought, 1),
    }
    for weights, by_name in wanted.items():
        dataset = dataset_freeze(project=judged, user=None, name=weights, weights=weights)  # type: ignore[arg-type]
        found = {record.annotator.pseudonym: record.annotator.weight for record in _records(dataset)}
        assert found == pytest.approx(by_name)
        query = dataset.manifest["query"]
        assert (query["content"], query["weights"]) == ("raw", weights)
        assert query["report"] == (1 if weights == "estimated" else None)


def test_an_aggregated_dataset_has_one_record_for_each_example(judged: Project) -> None:
    dataset = dataset_freeze(project=judged, user=None, name="d", content="aggregated")
    records = _records(dataset)
    assert dataset.manifest["query"]["content"] == "aggregated"
    assert dataset.manifest["counts"]["records"] == dataset.manifest["counts"]["examples"] == 3
    assert [(record.annotator.pseudonym, record.annotator.weight) for record in records] == [("adjudicated", 2)] * 3
    (agreed,) = records[0].judgements[0].spans
    assert (agreed.quote, agreed.type) == ("It has two moons,", "irrelevant")


def test_what_an_adjudicator_settled_stands_in_an_aggregated_dataset(judged: Project, admin: User) -> None:
    """Of e2, which one of two people finds clean, the adjudicator keeps less than the other marked."""
    settled = judged.examples.get(external_id="e2")
    said = Work(judgements=[judgement(spans=[span("two moons")], corrected_text="x")], comparisons=[TIE], decisions=[])
    adjudication_settle(example=settled, user=admin, version=0, work=said)
    dataset = dataset_freeze(project=judged, user=None, name="d", content="aggregated")
    record = next(each for each in _records(dataset) if each.example.id == "e2")
    assert [mark.quote for mark in record.judgements[0].spans] == ["two moons"]
    assert (record.source, record.annotator.weight) == ("adjudicated", 2)


def test_marks_of_types_that_are_no_more_count_for_nothing(judged: Project) -> None:
    body = taxonomy_to_json(PAPER_TAXONOMY) | {"version": "2"}
    body["categories"] = body["categories"][1:]
    for category in body["categories"]:
        category["ignored_with"] = []
    project_update(project=judged, taxonomy=body)
    report = report_make(project=judged)
    assert report
    assert report.figures["confusion"]["types"][0] == "inconsistent_fact"
    assert [each["external_id"] for each in report.figures["disputes"]] == ["e1"]
    dataset = dataset_freeze(project=judged, user=None, name="d", content="aggregated")
    assert set(dataset.manifest["counts"]["spans"]) <= {"unverifiable_fact"}


def _records(dataset: Dataset) -> list[FeedbackRecord]:
    lines = (dataset.path / "feedback.jsonl").read_bytes().splitlines()
    return [record_from_json(orjson.loads(line)) for line in lines]


def test_a_dataset_says_how_people_agreed_by_the_latest_report(judged: Project, datasets_dir: Path) -> None:
    before = dataset_freeze(project=judged, user=None, name="before")
    assert before.manifest["agreement"] == {}
    report = report_make(project=judged)
    assert report
    after = dataset_freeze(project=judged, user=None, name="after")
    categories = report.figures["agreement"]["categories"]
    assert after.manifest["agreement"].keys() == categories.keys()
    assert after.manifest["agreement"]["relevance"] == categories["relevance"]["word_alpha"]["value"]
