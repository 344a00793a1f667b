from typing import Any

import pytest
from django.db import IntegrityError, connection

from annotator.models import Annotation, Membership, Project, QualityReport
from annotator.selectors.quality import report_due, report_latest, reports_over_time
from annotator.services.annotations import annotation_submit
from annotator.services.assignments import assignment_next
from annotator.services.projects import project_update
from annotator.services.quality import REPORT_LOCK, report_make, reports_make_due
from tests.annotator.factories import judgement, make_examples, make_user, span, submission

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
