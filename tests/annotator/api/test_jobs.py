import uuid

import pytest

from annotator.models import Job, JobMetric, Project
from annotator.selectors.runs import run_folder
from annotator.services.job_states import job_claim, job_fail
from annotator.tasks import jobs as tasks
from tests.annotator.factories import make_project
from tests.annotator.http import Client
from tests.jobs import make_dataset, make_model


@pytest.fixture
def hinted(monkeypatch):
    """The jobs that hints were sent for."""
    sent = []
    monkeypatch.setattr(tasks.run_job, "apply_async", lambda arguments, **_: sent.append(arguments[0]))
    return sent


@pytest.fixture
def project(project, tmp_path, settings, hinted):
    settings.RUNS_DIR = tmp_path / "runs"
    base = str(make_model(tmp_path / "base"))
    Project.objects.filter(pk=project.pk).update(base_policy=base, base_reward=base)
    make_dataset(project)
    return project


@pytest.fixture
def client(researcher):
    return Client(researcher)


def create(client, project, **body):
    return client.post(f"projects/{project.pk}/jobs", {"kind": "sft", **body})


def test_a_job_is_created_and_hinted(client, project, researcher, hinted, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = create(client, project, params={"epochs": 2})
    assert answer.status_code == 201
    body = answer.json()
    assert (body["state"], body["spec"]["epochs"], body["created_by"]) == ("queued", 2, researcher.username)
    assert hinted == [body["id"]]
    (listed,) = client.get(f"projects/{project.pk}/jobs").json()
    assert (listed["id"], listed["dataset_name"]) == (body["id"], "d")


def test_the_same_request_twice_is_one_job(client, project):
    first, second = (create(client, project, idempotency_key="k").json() for _ in range(2))
    assert first["id"] == second["id"]
    assert create(client, project, idempotency_key="k", params={"seed": 1}).json()["code"] == "idempotency_mismatch"


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"kind": "sft", "params": {"epoch": 1}}, 400, "invalid_spec", "sft.epoch"),
        ({"kind": "bake"}, 400, "invalid_input", "kind"),
        ({"dataset": "x"}, 400, "invalid_input", "dataset"),
        ({"dataset": str(uuid.uuid4())}, 422, "unknown_dataset", "dataset"),
        ({"kind": "ppo"}, 422, "no_reward", "reward"),
    ],
)
def test_a_wrong_request_changes_nothing(client, project, hinted, body, status, code, field):
    answer = create(client, project, **body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert field in answer.json()["fields"]
    assert not Job.objects.exists()
    assert not hinted


def test_who_may(project, annotator, researcher, admin, owner):
    stranger = make_project(owner, "elsewhere").memberships.get().user
    job = Job.objects.get(pk=create(Client(researcher), project).json()["id"])
    addresses = [("get", f"projects/{project.pk}/jobs"), ("post", f"projects/{project.pk}/jobs")]
    addresses += [("get", f"jobs/{job.pk}"), ("get", f"jobs/{job.pk}/log"), ("post", f"jobs/{job.pk}/cancel")]
    Project.objects.get(pk=project.pk).memberships.filter(user=stranger).delete()
    for method, address in addresses:
        for user, status in ((None, 401), (annotator, 403), (stranger, 404)):
            assert getattr(Client(user), method)(address).status_code == status, (method, address, user)
    assert Client(admin).post(f"jobs/{job.pk}/cancel").json()["state"] == "cancelled"


def test_a_job_shows_its_curve_its_log_and_its_end(client, project):
    job = Job.objects.get(pk=create(client, project).json()["id"])
    job_claim(job_id=job.pk)
    JobMetric.objects.bulk_create(
        JobMetric(job=job, step=step, phase="sft", data={"loss": 1 / step, "kl": None}) for step in (1, 2, 3)
    )
    folder = run_folder(job.pk, 1)
    folder.mkdir(parents=True)
    (folder / "log.txt").write_text("one\ntwo\nthree\n")
    body = client.get(f"jobs/{job.pk}", {"since_step": 2}).json()
    assert body["metrics"] == [{"step": 3, "phase": "sft", "values": {"loss": 1 / 3, "kl": None}}]
    assert len(client.get(f"jobs/{job.pk}").json()["metrics"]) == 3
    assert client.get(f"jobs/{job.pk}/log", {"tail": 2}).json() == {"lines": ["two", "three"]}
    assert client.get(f"jobs/{job.pk}/log", {"tail": 0}).status_code == 400
    assert client.post(f"jobs/{job.pk}/cancel").json()["cancel_requested_at"] is not None
    job_fail(job_id=job.pk, epoch=1, error={"code": "c", "message": "m", "fields": {}})
    assert client.get(f"jobs/{job.pk}").json()["error"] == {"code": "c", "message": "m", "fields": {}}
