import pytest

from annotator.domain.errors import DomainError
from annotator.domain.specs import parse_spec
from annotator.models import Dataset, Job, ModelKind
from annotator.services.model_versions import model_promote, model_register
from tests.jobs import make_bundle, make_dataset, make_model, make_project, start_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path)


@pytest.fixture
def dataset(project):
    return make_dataset(project)


def register(project, kind, folder, promote=True):
    model = model_register(project=project, name=folder.name, kind=ModelKind(kind), source=str(folder))
    return model_promote(model_id=model.pk) if promote else model


def refusal(code, *arguments, **request):
    with pytest.raises(DomainError) as raised:
        start_job(*arguments, **request)
    assert raised.value.code == code
    assert not Job.objects.exists()
    return raised.value


def test_the_spec_is_whole_and_names_the_job_and_the_dataset(project, dataset):
    job = start_job(project, params={"epochs": 3, "seed": 7})
    spec = parse_spec(job.spec)
    assert (spec.job, spec.epochs, spec.seed, spec.model) == (str(job.pk), 3, 7, project.base_policy)
    assert (spec.dataset.path, spec.dataset.sha256) == (str(dataset.path), dataset.sha256)
    assert (job.state, job.epoch, job.dataset) == ("queued", 0, dataset)


def test_the_projects_defaults_stand_under_the_request(project, dataset):
    project.job_defaults = {"sft": {"epochs": 2, "batch_size": 2}, "ppo": {"steps": 5}}
    project.save()
    spec = start_job(project, params={"epochs": 3}).spec
    assert (spec["epochs"], spec["batch_size"]) == (3, 2)


def test_the_active_models_are_used_and_others_can_be_named(project, dataset, tmp_path):
    active = register(project, "policy", make_model(tmp_path / "active"))
    other = register(project, "policy", make_model(tmp_path / "other"), promote=False)
    reward = register(project, "reward", make_bundle(tmp_path / "reward"))
    assert start_job(project, "ppo").spec["policy"] == active.path
    job = start_job(project, "ppo", policy=other.pk)
    assert (job.spec["policy"], job.spec["reward"]) == (other.path, reward.path)
    assert (job.params["policy"], job.params["reward"]) == (str(other.pk), str(reward.pk))
    assert start_job(project, "sample").spec["reward"] == reward.path
    assert start_job(project, "evaluate").spec["policies"] == [active.path]
    both = start_job(project, "evaluate", policies=(other.pk, active.pk)).spec
    assert both["policies"] == [other.path, active.path]


def test_a_judge_and_a_reader_are_models_of_the_project(project, dataset, tmp_path):
    policy = register(project, "policy", make_model(tmp_path / "policy"))
    register(project, "reward", make_bundle(tmp_path / "reward"))
    judge = register(project, "reward", make_bundle(tmp_path / "judge"), promote=False)
    assert start_job(project, "ppo").spec["judge"] is None
    job = start_job(project, "ppo", judge=judge.pk)
    assert (job.spec["judge"], job.params["judge"]) == (judge.path, str(judge.pk))
    job = start_job(project, "evaluate", judge=judge.pk, perplexity_under=policy.pk)
    assert (job.spec["judge"], job.spec["perplexity_under"]) == (judge.path, policy.path)
    assert (job.params["judge"], job.params["perplexity_under"]) == (str(judge.pk), str(policy.pk))
    with pytest.raises(DomainError) as raised:
        start_job(project, "evaluate", judge=policy.pk, perplexity_under=judge.pk)
    assert (raised.value.code, list(raised.value.fields)) == ("unknown_model", ["judge"])
    for field in ("judge", "perplexity_under"):
        with pytest.raises(DomainError) as raised:
            start_job(project, "evaluate", params={field: "/etc"})
        assert raised.value.fields == {f"evaluate.{field}": "is chosen by the server"}


def test_sft_prefers_examples_and_others_the_newest_dataset(project, tmp_path):
    examples = make_dataset(project, "examples", kind="examples")
    newest = make_dataset(project, "newest")
    assert start_job(project, "sft").dataset == examples
    assert start_job(project, "sample").dataset == newest


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"epoch": 3}, "sft.epoch"),
        ({"epochs": 0}, "sft.epochs"),
        ({"epochs": "3"}, "sft.epochs"),
        ({"model": "/etc"}, "sft.model"),
        ({"dataset": {"path": "/etc", "sha256": ""}}, "sft.dataset"),
        ({"job": "other"}, "sft.job"),
    ],
)
def test_a_wrong_field_is_named(project, dataset, params, field):
    assert field in refusal("invalid_spec", project, params=params).fields


def test_models_and_datasets_of_others_are_unknown(project, dataset, tmp_path):
    other = make_project(tmp_path, "q")
    theirs = register(other, "policy", make_model(tmp_path / "theirs"))
    assert "policy" in refusal("unknown_model", project, policy=theirs.pk).fields
    assert "perplexity_under" in refusal("unknown_model", project, "evaluate", perplexity_under=theirs.pk).fields
    assert "dataset" in refusal("unknown_dataset", project, dataset=make_dataset(other).pk).fields
    reward = register(project, "reward", make_bundle(tmp_path / "reward"))
    refusal("unknown_model", project, policy=reward.pk)


def test_what_is_missing_is_said(project, tmp_path):
    refusal("no_dataset", project)
    dataset = make_dataset(project)
    refusal("no_reward", project, "ppo")
    project.base_policy = project.base_reward = ""
    project.save()
    refusal("no_policy", project, "sample")
    refusal("no_base_reward", project, "reward", dataset=dataset.pk)
    project.base_policy = str(tmp_path)
    project.save()
    assert "config.json" in refusal("not_a_model", project).message


@pytest.mark.parametrize(
    ("code", "kind", "counts"),
    [
        ("empty_dataset", "sft", {"examples": 0}),
        ("empty_dataset", "reward", {"records": 0}),
        ("single_class_dataset", "reward", {"spans": {}}),
        ("empty_dataset", "sample", {"splits": {"train": 0, "dev": 3, "test": 3}}),
        ("empty_dataset", "evaluate", {"splits": {"train": 6, "dev": 0, "test": 0}}),
    ],
)
def test_a_dataset_that_cannot_do_is_refused_by_name(project, code, kind, counts):
    dataset = make_dataset(project, **counts)
    assert "'d'" in refusal(code, project, kind, dataset=dataset.pk).message


def test_retraining_what_nobody_annotated_is_refused(transactional_db, tmp_path):
    refusal("empty_dataset", make_project(tmp_path), "reward")
    assert not Dataset.objects.exists()


def test_the_same_key_gives_the_same_job(project, dataset):
    first = start_job(project, key="k", params={"epochs": 3})
    assert start_job(project, key="k", params={"epochs": 3}) == first
    assert Job.objects.count() == 1
    with pytest.raises(DomainError) as raised:
        start_job(project, key="k", params={"epochs": 4})
    assert raised.value.code == "idempotency_mismatch"
