import json

import pytest

from annotator.domain.errors import DomainError
from annotator.models import Example, Project
from annotator.services.projects import project_update
from annotator.services.rounds import round_create
from tests.annotator.factories import make_examples
from tests.annotator.http import Client
from tests.jobs import make_dataset, make_model, start_job

RESPONSE = {
    "text": "A 🌕 moon.",
    "tokens": [{"start": 0, "end": 3}, {"start": 3, "end": 9}],
    "rewards": {"relevance": [0.0, 0.25], "completeness": [0.0, -1.5]},
    "scores": {"relevance": [0.25], "completeness": [-1.5]},
}


def row(number):
    example = {"id": f"q{number}", "prompt": "P", "question": f"Q{number}?", "reference": None}
    passages = [{"title": "T", "sentences": ["S."]}]
    return example | {"passages": passages, "metadata": {"split": "dev"}, "responses": [RESPONSE] * 2}


@pytest.fixture
def job(project, tmp_path):
    Project.objects.filter(pk=project.pk).update(base_policy=str(make_model(tmp_path / "base")))
    make_dataset(project)
    return start_job(project, "sample")


@pytest.fixture
def sampled(tmp_path):
    path = tmp_path / "samples.jsonl"
    path.write_text("".join(json.dumps(row(number)) + "\n" for number in range(3)))
    return path


def test_samples_are_listed_with_tokens_and_rewards(project, researcher, job, sampled):
    make_examples(project, 2)
    round_create(job=job, samples=sampled)
    client = Client(researcher)
    page = client.get(f"projects/{project.pk}/samples", {"limit": 2, "offset": 1}).json()
    assert (page["count"], [result["question"] for result in page["results"]]) == (3, ["Q1?", "Q2?"])
    assert page["results"][0]["responses"][1] == {**RESPONSE, "index": 1, "policy": "base"}
    assert client.get(f"projects/{project.pk}/samples", {"job": str(job.pk)}).json()["count"] == 3
    other = start_job(project, "sample")
    assert client.get(f"projects/{project.pk}/samples", {"job": str(other.pk)}).json() == {"count": 0, "results": []}


def test_who_may(project, annotator):
    assert Client(annotator).get(f"projects/{project.pk}/samples").status_code == 403
    assert Client(None).get(f"projects/{project.pk}/samples").status_code == 401


def test_nobody_is_sent_to_samples_that_are_no_round(project, job, sampled):
    round_create(job=job, samples=sampled)
    project_update(project=project, overlap=3)
    assert [example.slots.count() for example in Example.objects.all()] == [0, 0, 0]


@pytest.mark.parametrize("line", ["{", "[]", "{}", json.dumps(row(1) | {"responses": [{"text": "x"}]})])
def test_a_malformed_line_is_named(job, sampled, line):
    with open(sampled, "a") as file:
        file.write(line + "\n")
    with pytest.raises(DomainError, match="line 4"):
        round_create(job=job, samples=sampled)
    assert not Example.objects.exists()
