"""The reward script: learns, is stopped and killed and resumes bit for bit, and refuses what teaches nothing."""

import json
import shutil
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.records import Judgement
from tests.training.records import FALSE, GOOD, OFF_TOPIC, make_records
from tests.training.scripts.toy import error_of, finish, finish_here, result_of, start, steps_of
from tests.training.snapshots import write_snapshot
from training.reward.artifact import load_bundle
from training.runs import folder_sha256
from training.scratch import make_folder

TEXTS = [r.text for record in make_records(4) for r in record.responses] + [make_records(1)[0].example.prompt]


@pytest.fixture(scope="module")
def fields(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    root = tmp_path_factory.mktemp("reward")
    make_folder(root / "model", "encoder", TEXTS, vocabulary=500, hidden=32, layers=1, positions=256, seed=0)
    return {
        "model": str(root / "model"),
        "dataset": write_snapshot(root / "dataset", make_records(24)),
        "epochs": 6, "batch_size": 8, "learning_rate": 5e-3, "max_tokens": 200, "checkpoint_every": 2,
    }  # fmt: skip


def write(folder: Path, fields: dict[str, Any]) -> Path:
    folder.mkdir(parents=True)
    (folder / "spec.json").write_text(json.dumps({"kind": "reward", "job": "test", "threads": 1} | fields))
    return folder


@pytest.fixture(scope="module")
def undisturbed(fields: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = write(tmp_path_factory.mktemp("undisturbed") / "1", fields)
    assert finish_here("reward", run) == 0
    return run


def test_it_learns_what_is_easy_to_tell(undisturbed: Path) -> None:
    metrics = result_of(undisturbed)["metrics"]
    for key in ("relevance", "factuality"):
        assert metrics[f"accuracy/{key}"] == metrics[f"f1/{key}"] == 1.0 > metrics[f"majority/{key}"]
    assert metrics["accuracy/completeness"] == metrics["accuracy/preference"] == 1.0
    bundle = load_bundle(undisturbed / "artifact")
    prompt = make_records(1)[0].example.prompt
    scores = bundle.score([prompt], [f"{GOOD} {OFF_TOPIC} {FALSE}"])[0]
    assert scores["relevance"].scores[2] == -1.0
    assert scores["factuality"].scores[2] == -1.0
    assert scores["relevance"].scores[0] == scores["factuality"].scores[0] == 1.0


def test_mean_and_std_of_the_training_pairs_are_in_the_artefact(undisturbed: Path) -> None:
    body = json.loads((undisturbed / "artifact" / "reward.json").read_text())
    assert set(body["sequence"]) == {"completeness", "preference"}
    assert all(entry["std"] > 0 and entry["mean"] != 0 for entry in body["sequence"].values())


def test_progress_tells_the_held_out_metrics_of_each_epoch(undisturbed: Path) -> None:
    lines = [json.loads(line) for line in (undisturbed / "progress.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == list(range(1, lines[-1]["total"] + 1))
    judged = [line for line in lines if "accuracy/relevance" in line["metrics"]]
    assert len(judged) == 6
    assert {"f1/relevance", "majority/relevance", "accuracy/factuality"} <= set(judged[-1]["metrics"])


@pytest.mark.parametrize("at", [1, 17, 30])
def test_killed_and_resumed_it_ends_with_the_weights_of_an_undisturbed_run(
    at: int, fields: dict[str, Any], undisturbed: Path, tmp_path: Path
) -> None:
    first = write(tmp_path / "1", fields)
    process = start("reward", first)
    while len(steps_of(first)) < at and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    second = write(tmp_path / "2", fields)
    code, _ = finish("reward", second)
    assert code == 0
    assert min(steps_of(second)) <= max(steps_of(first)) + 1
    assert same_weights(second, undisturbed)


def test_stopped_it_writes_a_checkpoint_first(fields: dict[str, Any], undisturbed: Path, tmp_path: Path) -> None:
    first = write(tmp_path / "1", fields | {"checkpoint_every": 1000})
    process = start("reward", first)
    while not steps_of(first):
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    process.communicate()
    assert process.returncode == 143
    second = write(tmp_path / "2", fields)
    assert finish_here("reward", second) == 0
    assert min(steps_of(second)) == max(steps_of(first)) + 1
    assert same_weights(second, undisturbed)


def test_every_way_of_training_them_is_finished_and_loaded(fields: dict[str, Any], tmp_path: Path) -> None:
    options = {
        "epochs": 1, "accumulate": 2, "bf16": True, "labels": "majority", "encoders": "separate",
        "representation": "separator", "without_passages": ["relevance"], "class_weights": "balanced",
        "label_smoothing": 0.05, "ties": "davidson", "margin": 0.1, "score_form": "probability",
    }  # fmt: skip
    run = write(tmp_path / "1", fields | options)
    assert finish_here("reward", run) == 0
    body = json.loads((run / "artifact" / "reward.json").read_text())
    read = {item["key"]: item["passages"] for item in body["categories"]}
    assert read == {"relevance": False, "factuality": True}
    assert {"ece/relevance", "ece_before/factuality", "auc/relevance"} <= body["metrics"].keys()
    assert all(item["temperature"] > 0 for item in body["categories"])
    scores = load_bundle(run / "artifact").score([make_records(1)[0].example.prompt], [f"{GOOD} {FALSE}"])[0]
    assert all(-1 < score < 1 for key in ("relevance", "factuality") for score in scores[key].scores)


@pytest.mark.parametrize(("relations", "rate"), [("with", 1e-3), ("with", 1e3), ("only", 1e-3)])
def test_with_relations(relations: str, rate: float, fields: dict[str, Any], tmp_path: Path) -> None:
    """An encoder that learns nothing good (1e3) leaves what the linear models know."""
    run = write(tmp_path / "1", fields | {"epochs": 1, "relations": relations, "learning_rate": rate})
    assert finish_here("reward", run) == 0
    metrics = result_of(run)["metrics"]
    assert metrics["accuracy/relevance"] == metrics["accuracy/preference"] == 1.0
    assert load_bundle(run / "artifact").categories == ["relevance", "factuality", "completeness", "preference"]


def test_models_of_the_two_halves(fields: dict[str, Any], tmp_path: Path) -> None:
    """Each has trained on its own half, and is judged on the same held-out examples."""
    spent = {}
    for half in ("first", "second", "all"):
        run = write(tmp_path / half, fields | {"half": half, "epochs": 1, "batch_size": 1, "preference": False})
        assert finish_here("reward", run) == 0
        spent[half] = steps_of(run)[-1]
        assert result_of(run)["metrics"]["count/relevance"] == 18, "segments of three held-out records"
    assert spent["first"] + spent["second"] == spent["all"]
    assert not same_weights(tmp_path / "first", tmp_path / "second")


def test_a_category_that_is_not_there(fields: dict[str, Any], tmp_path: Path) -> None:
    error = refused(tmp_path, fields, without_passages=["style"])
    assert (error["code"], list(error["fields"])) == ("invalid_spec", ["reward.without_passages"])


def same_weights(run: Path, other: Path) -> bool:
    """Whether two artefacts are the same but for their cards and the names of their runs."""
    for path in (run, other):
        shutil.copytree(path / "artifact", path / "weights", dirs_exist_ok=True)
        (path / "weights" / "README.md").unlink()
    return folder_sha256(run / "weights") == folder_sha256(other / "weights")


def refused(tmp_path: Path, fields: dict[str, Any], **changes: Any) -> dict[str, Any]:
    run = write(tmp_path / "1", fields | changes)
    assert finish_here("reward", run) == 2
    assert not (run / "artifact").exists()
    return error_of(run)


def test_a_dataset_without_feedback(fields: dict[str, Any], tmp_path: Path) -> None:
    examples = [record.example for record in make_records(8)]
    error = refused(tmp_path, fields, dataset=write_snapshot(tmp_path / "d", [], examples))
    assert error["code"] == "empty_dataset"
    assert "relevance" in error["fields"]


def test_a_dataset_of_one_class(fields: dict[str, Any], tmp_path: Path) -> None:
    records = [replace(record, judgements=(Judgement(0),)) for record in make_records(8)]
    error = refused(tmp_path, fields, dataset=write_snapshot(tmp_path / "d", records))
    assert error["code"] == "single_class_dataset"
    assert "relevance: the dataset has 0 segments with an error and" in error["message"]


def test_a_dataset_without_comparisons(fields: dict[str, Any], tmp_path: Path) -> None:
    records = [replace(record, comparisons=()) for record in make_records(24)]
    reference = write_snapshot(tmp_path / "d", records)
    error = refused(tmp_path, fields, dataset=reference)
    assert (error["code"], list(error["fields"])) == ("empty_dataset", ["preference"])


def test_a_model_that_is_not_one(fields: dict[str, Any], tmp_path: Path) -> None:
    assert refused(tmp_path, fields, model=str(tmp_path))["code"] == "invalid_model"
