import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from annotator.domain.errors import DomainError
from annotator.models import ModelKind, ModelVersion
from annotator.services.model_versions import model_promote, model_register
from tests.jobs import make_bundle, make_model, make_project


def register(project, folder, kind="policy", name=None):
    return model_register(project=project, name=name or folder.name, kind=ModelKind(kind), source=str(folder))


def stages(project):
    return dict(ModelVersion.objects.filter(project=project).values_list("name", "stage"))


def test_promotion_archives_the_active_model_of_the_same_kind(db, tmp_path):
    project = make_project(tmp_path)
    first, second = register(project, make_model(tmp_path / "a")), register(project, make_model(tmp_path / "b"))
    reward = register(project, make_bundle(tmp_path / "r"), "reward")
    for model in (reward, first, second):
        model_promote(model_id=model.pk)
    assert stages(project) == {"a": "archived", "b": "active", "r": "active"}
    model_promote(model_id=first.pk)
    assert stages(project)["a"] == "active", "back to the one before"
    promoted_at = model_promote(model_id=first.pk).promoted_at
    assert model_promote(model_id=first.pk).promoted_at == promoted_at


def test_promotions_at_once_leave_one_active(transactional_db, tmp_path):
    project = make_project(tmp_path)
    models = [register(project, make_model(tmp_path / f"m{n}")) for n in range(6)]

    def promote(model):
        model_promote(model_id=model.pk)
        connection.close()

    threads = [threading.Thread(target=promote, args=(model,)) for model in models]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(stages(project).values()) == ["active"] + ["archived"] * 5


def test_what_is_not_a_model_is_refused(db, tmp_path):
    project, empty = make_project(tmp_path), tmp_path / "empty"
    empty.mkdir()
    weightless = tmp_path / "weightless"
    weightless.mkdir()
    (weightless / "config.json").write_text("{}")
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "reward.json").write_text("[]")
    model = make_model(tmp_path / "model")
    cases = [
        (empty, "policy", "no config.json"),
        (weightless, "policy", "no weights in safetensors"),
        (tmp_path / "nowhere", "policy", "does not exist"),
        (tmp_path / ("x" * 300), "policy", "cannot be read"),
        (model, "reward", "reward.json"),
        (broken, "reward", "reward.json"),
    ]
    for folder, kind, problem in cases:
        with pytest.raises(DomainError, match=problem) as raised:
            register(project, folder, kind)
        assert (raised.value.code, list(raised.value.fields)) == ("not_a_model", ["source"])
    for source in ("../model", "a/b/c", "~/model", "a b", ""):
        with pytest.raises(DomainError):
            model_register(project=project, name="x", kind=ModelKind.POLICY, source=source)
    assert not ModelVersion.objects.exists()


def test_a_hub_name_is_taken_and_a_name_only_once(db, tmp_path):
    project = make_project(tmp_path)
    assert model_register(project=project, name="t5", kind=ModelKind.POLICY, source="google/t5-small").sha256 == ""
    with pytest.raises(DomainError, match="'t5'"):
        register(project, make_model(tmp_path / "m"), name="t5")


def test_the_shell_registers_and_promotes(db, tmp_path, capsys):
    project = make_project(tmp_path)
    folder = make_model(tmp_path / "mine")
    call_command("register_model", project.slug, "policy", str(folder), "--promote")
    assert "mine (policy, active)" in capsys.readouterr().out
    with pytest.raises(CommandError, match="named 'mine'"):
        call_command("register_model", project.slug, "policy", str(folder))
    with pytest.raises(CommandError, match="no project 'q'"):
        call_command("register_model", "q", "policy", str(folder))
