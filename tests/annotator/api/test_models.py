import pytest

from annotator.models import ModelKind
from annotator.services.model_versions import model_register
from tests.annotator.http import Client
from tests.jobs import make_bundle, make_model


@pytest.fixture
def model(project, tmp_path):
    folder = make_model(tmp_path / "m")
    return model_register(project=project, name="m", kind=ModelKind.POLICY, source=str(folder))


def test_an_admin_registers_and_promotes(project, admin, tmp_path):
    client = Client(admin)
    body = {"name": "r", "kind": "reward", "source": str(make_bundle(tmp_path / "r"))}
    answer = client.post(f"projects/{project.pk}/models", body)
    assert (answer.status_code, answer.json()["stage"]) == (201, "candidate")
    promoted = client.post(f"models/{answer.json()['id']}/promote").json()
    assert promoted["stage"] == "active"
    assert client.get(f"projects/{project.pk}/models").json() == [promoted]
    assert client.post(f"projects/{project.pk}/models", body).status_code == 409


def test_a_folder_that_is_no_model_is_refused_by_name(project, admin, tmp_path):
    body = {"name": "x", "kind": "policy", "source": str(tmp_path)}
    answer = Client(admin).post(f"projects/{project.pk}/models", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "not_a_model")
    assert str(tmp_path) in answer.json()["fields"]["source"]


def test_who_may(project, model, annotator, researcher):
    body = {"name": "x", "kind": "policy", "source": "google/t5-small"}
    assert Client(researcher).get(f"projects/{project.pk}/models").status_code == 200
    assert Client(researcher).post(f"projects/{project.pk}/models", body).status_code == 403
    assert Client(researcher).post(f"models/{model.pk}/promote").status_code == 403
    for user, status in ((annotator, 403), (None, 401)):
        assert Client(user).get(f"projects/{project.pk}/models").status_code == status
        assert Client(user).post(f"projects/{project.pk}/models", body).status_code == status
        assert Client(user).post(f"models/{model.pk}/promote").status_code == status
