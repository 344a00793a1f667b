"""What is fitted: accumulation, weights, ties, and calibration on dev alone."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from annotator.domain.segments import Density
from annotator.domain.specs import RewardSpec
from annotator.domain.taxonomy import PAPER_TAXONOMY
from tests.training.records import make_records
from training.data import Snapshot, labelled_responses, preference_pairs
from training.reward.bundle import reading_of
from training.reward.encoder import Encoder
from training.reward.fit import Task
from training.reward.inputs import Reading
from training.reward.metrics import fit_temperature
from training.reward.segment import SegmentModel
from training.reward.sequence import SequenceModel
from training.reward.tasks import pair_task, segment_task
from training.scratch import make_model, make_tokenizer

RECORDS = make_records(24)
SNAPSHOT = Snapshot(
    {}, PAPER_TAXONOMY, {r.example.id: r.example for r in RECORDS},
    {r.example.id: r.example.metadata["split"] for r in RECORDS}, RECORDS,
)  # fmt: skip
TOKENIZER = make_tokenizer([text.text for record in RECORDS[:4] for text in record.responses], 400)
CATEGORIES = PAPER_TAXONOMY.categories[:2]
DENSITIES = {"relevance": Density.SUB_SENTENCE, "factuality": Density.SENTENCE}


def encoder() -> Encoder:
    torch.manual_seed(0)
    return Encoder(make_model("encoder", TOKENIZER, hidden=32, layers=1, positions=400))


def segments_of(**options: Any) -> Task:
    spec = RewardSpec(job="1", model="m", **options)
    model = SegmentModel(encoder(), DENSITIES, 0.0, spec.without_passages or ())
    found = labelled_responses(SNAPSHOT, CATEGORIES)
    items = [replace(item, weight=1.0 + index % 3) for index, item in enumerate(found)]
    reading = reading_of(model, TOKENIZER, 400, PAPER_TAXONOMY)
    return segment_task("segment", items, CATEGORIES, model, reading, spec)


def pairs_of(**options: Any) -> Task:
    spec = RewardSpec(job="1", model="m", **options)
    pairs = preference_pairs(SNAPSHOT, ties=spec.ties != "drop")
    # One in three is the wrong way round, so that no model tells all of them alike.
    pairs[::3] = [replace(pair, chosen=pair.rejected, rejected=pair.chosen) for pair in pairs[::3]]
    model = SequenceModel(encoder(), 0.0, ties=spec.ties)
    return pair_task("preference", pairs, model, Reading(TOKENIZER, 400), spec)[0]


def gradient(task: Task, parts: list[list[int]]) -> torch.Tensor:
    task.model.zero_grad()
    for loss in task.losses(parts):
        loss.backward()
    return torch.cat([p.grad.flatten() for p in task.model.parameters() if p.grad is not None])


OPTIONS: list[dict[str, Any]] = [
    {},
    {"without_passages": ("relevance",), "label_smoothing": 0.1, "ties": "davidson"},
    {"ties": "rao_kupper"},
]


@pytest.mark.parametrize("make", [segments_of, pairs_of])
@pytest.mark.parametrize("options", OPTIONS)
def test_the_parts_of_a_batch_have_its_gradient(make: Callable[..., Task], options: dict[str, Any]) -> None:
    task = make(**options)
    whole, parts = gradient(task, [[0, 1, 2, 3, 4, 5]]), gradient(task, [[0, 1], [2], [3, 4, 5]])
    assert whole.abs().max() > 1e-3
    assert torch.allclose(whole, parts, atol=1e-6)


def test_ties_teach_only_where_they_are_wanted() -> None:
    task = pairs_of(ties="davidson")
    gradient(task, [[0, 1, 2]])
    assert task.model.log_width.grad is not None
    task = pairs_of()
    gradient(task, [[0, 1, 2]])
    assert task.model.log_width.grad is None


def test_the_temperature_is_that_of_dev_and_told_before_and_after() -> None:
    task = segments_of()
    before = task.evaluate("test")
    assert before["ece/relevance"] == before["ece_before/relevance"]
    with torch.no_grad():
        for head in task.model.heads.values():
            for parameter in head[-1].parameters():
                parameter.mul_(50)  # far too sure
    task.calibrate()
    after = task.evaluate("test")
    for key in DENSITIES:
        assert task.model.temperatures[key] != 1
        assert after[f"ece/{key}"] != after[f"ece_before/{key}"]
        assert after[f"accuracy/{key}"] == before[f"accuracy/{key}"]
        assert {f"{name}/{key}" for name in ("accuracy", "f1", "auc", "majority", "count")} <= after.keys()


@pytest.mark.parametrize("ties", ["drop", "davidson", "rao_kupper"])
def test_pairs_are_calibrated_on_dev_too(ties: str) -> None:
    task = pairs_of(ties=ties)
    before = task.evaluate("test")
    assert before["ece/preference"] == before["ece_before/preference"]
    with torch.no_grad():
        for parameter in task.model.head[-1].parameters():
            parameter.mul_(50)  # far too sure
    task.calibrate()
    after = task.evaluate("test")
    assert task.model.temperature > 1
    assert after["ece/preference"] < after["ece_before/preference"]
    assert after["accuracy/preference"] == before["accuracy/preference"]


def test_without_errors_on_dev_nothing_is_calibrated() -> None:
    assert fit_temperature(np.array([1.0]), np.array([1.0])) == 1.0
