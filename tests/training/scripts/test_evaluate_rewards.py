"""Reward models on feedback that they have not seen: the command on a small file, and its figures by hand."""

import json
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from annotator.domain.feedback import record_to_json
from tests.training.records import make_records
from training.reward.judged import Scored, figures
from training.scripts import evaluate_rewards


def write(path: Path, first: int, last: int) -> Path:
    lines = [json.dumps(record_to_json(record)) for record in make_records(last)[first:]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def told(tmp_path: Path, *arguments: str) -> dict:
    report = tmp_path / "report.json"
    with (
        patch.object(evaluate_rewards, "REPORT", report),
        patch.object(evaluate_rewards, "SCRATCH_STEPS", 2),
        patch("sys.argv", ["evaluate_rewards", *arguments]),
    ):
        assert evaluate_rewards.main() == 0
    return json.loads(report.read_text())


def test_one_file_teaches_and_the_other_judges(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train, test = write(tmp_path / "train.jsonl", 0, 20), write(tmp_path / "test.jsonl", 12, 32)
    report = told(tmp_path, str(train), str(test), "--models", "linear", "scratch")
    assert "8 training examples are also test examples: left out" in capsys.readouterr().out
    for name in ("linear", "scratch"):
        for key in ("relevance", "factuality", "completeness", "preference"):
            row = report["models"][name][key]
            assert row["accuracy"] == 1.0
            assert row["accuracy_interval"] == [1.0, 1.0]
        assert report["models"][name]["factuality"]["majority"] < 1


def test_every_example_is_judged_once_in_folds(tmp_path: Path) -> None:
    file = write(tmp_path / "all.jsonl", 0, 15)
    report = told(tmp_path, str(file), "--models", "linear", "--folds", "3")
    counted = report["models"]["linear"]["preference"]["count"]
    assert counted == 2 * 15, "two comparisons of each example are no ties"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    arguments = ["evaluate_rewards", str(tmp_path / "no.json"), "--models", "linear"]
    with patch("sys.argv", arguments), pytest.raises(FileNotFoundError):
        evaluate_rewards.main()


def test_figures_of_folds_are_of_their_items_together() -> None:
    folds = [
        {"relevance": Scored(np.array([1.0, -1.0]), np.array([1.0, 1.0]), np.array([0, 1]), False)},
        {"relevance": Scored(np.array([-2.0, -1.0]), np.array([0.0, 0.0]), np.array([0, 0]), False)},
    ]
    row = figures(folds, 0)["relevance"]
    assert (row["count"], row["accuracy"], row["majority"]) == (4, 0.75, 0.5)
    low, high = row["accuracy_interval"]
    assert low < 0.75 < high


def test_the_majority_of_pairs_is_of_the_order_they_were_listed_in() -> None:
    scored = Scored(np.array([1.0, 2.0, -1.0, 0.0]), np.array([1.0, 1.0, 1.0, 0.0]), np.arange(4), True)
    row = figures([{"preference": scored}], 0)["preference"]
    assert (row["accuracy"], row["majority"], row["count"]) == (0.625, 0.75, 4)
