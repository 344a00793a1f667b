from datetime import timedelta

import pytest
from django.utils import timezone

from annotator.models import Annotation, Dataset, Job, Project
from annotator.services.annotations import annotation_submit
from annotator.services.retraining import retraining_run
from tests.annotator.factories import assignment_next, make_examples, make_user, submission
from tests.annotator.http import Client
from tests.jobs import make_model

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def project(project, tmp_path):
    base = str(make_model(tmp_path / "base"))
    Project.objects.filter(pk=project.pk).update(base_reward=base, retrain_after_annotations=2)
    make_examples(project, 6)
    return Project.objects.get(pk=project.pk)


@pytest.fixture
def annotate(project):
    person = make_user("ann", project)

    def annotate(count=1, **body):
        for _ in range(count):
            assignment = assignment_next(project=project, user=person)
            annotation_submit(assignment=assignment, **(submission() | body))

    return annotate


def change(project, **fields):
    Project.objects.filter(pk=project.pk).update(**fields)


def test_it_fires_after_enough_annotations_and_once(project, annotate):
    annotate()
    assert retraining_run() == []
    annotate()
    (job,) = retraining_run()
    assert (job.kind, job.dataset.manifest["counts"]["records"]) == ("reward", 2)
    assert [retraining_run() for _ in range(10)] == [[]] * 10
    annotate()
    assert retraining_run() == [], "one more since the dataset"
    annotate()
    (again,) = retraining_run()
    assert again.dataset.manifest["counts"]["records"] == 4


def test_a_dataset_frozen_by_hand_counts_as_a_start(project, annotate, admin):
    annotate(2)
    assert Client(admin).post(f"projects/{project.pk}/datasets", {"name": "mine"}).status_code == 201
    assert retraining_run() == []


def test_it_fires_after_enough_time_if_anything_is_new(project, annotate):
    change(project, retrain_after_annotations=None, retrain_every_hours=2)
    assert retraining_run() == []
    annotate()
    assert retraining_run() == []
    change(project, created_at=timezone.now() - timedelta(hours=3))
    assert len(retraining_run()) == 1
    assert retraining_run() == []


def test_it_is_off_unless_asked_for(project, annotate):
    change(project, retrain_after_annotations=None)
    annotate(3)
    change(project, created_at=timezone.now() - timedelta(days=99))
    assert retraining_run() == []
    assert not Dataset.objects.exists()


def test_what_cannot_be_started_is_logged_and_changes_nothing(project, annotate, caplog):
    change(project, base_reward="")
    annotate(2)
    assert retraining_run() == []
    assert "base_reward" in caplog.text
    assert not Dataset.objects.exists()
    assert not Job.objects.exists()


def test_only_clean_annotations_are_refused_before_anything_is_frozen(project, annotate, caplog):
    clean = submission()["judgements"][0] | {"spans": [], "corrected_text": None}
    annotate(2, judgements=[clean])
    assert Annotation.objects.count() == 2
    assert retraining_run() == []
    assert "clean" in caplog.text
    assert not Dataset.objects.exists()
