"""Checkpoints hold everything and are never trusted unread."""

import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from training.checkpoints import KEEP, load_checkpoint, save_checkpoint
from training.runs import Run


class Tied(nn.Module):
    """Two names for one weight, as in most language models, and a buffer."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(3, 3)
        self.second = nn.Linear(3, 3, bias=False)
        self.second.weight = self.first.weight
        self.register_buffer("seen", torch.zeros(1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.seen += 1
        return self.second(self.first(x))


def make(seed: int) -> tuple[nn.Module, torch.optim.Optimizer]:
    torch.manual_seed(seed)
    model = Tied()
    return model, torch.optim.AdamW(
        [{"params": [model.first.weight], "weight_decay": 0.1}, {"params": [model.first.bias], "lr": 0.5}]
    )


def step(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    noise = torch.randn(4, 3) * random.random() * float(np.random.normal())
    optimizer.zero_grad()
    model(noise).square().sum().backward()
    optimizer.step()


def open_epoch(folder: Path, epoch: int) -> Run:
    path = folder / str(epoch)
    path.mkdir(exist_ok=True)
    return Run(path, SimpleNamespace())


def weights(model: nn.Module) -> list[Any]:
    return [value.tolist() for value in model.state_dict().values()]


def test_going_on_from_a_checkpoint_is_as_if_nothing_had_happened(tmp_path: Path) -> None:
    model, optimizer = make(0)
    random.seed(1)
    np.random.seed(1)
    np.random.normal()  # leaves the second of two drawn numbers in the generator
    for _ in range(3):
        step(model, optimizer)
    save_checkpoint(
        open_epoch(tmp_path, 1), 3, {"m": model}, {"m": optimizer}, {"kl": 0.1}, {"best": {"w": torch.ones(2)}}
    )
    for _ in range(3):
        step(model, optimizer)
    other, other_optimizer = make(9)
    checkpoint = load_checkpoint(open_epoch(tmp_path, 3), {"m": other}, {"m": other_optimizer})
    assert checkpoint is not None
    assert (checkpoint.step, checkpoint.state) == (3, {"kl": 0.1})
    assert checkpoint.tensors["best"]["w"].tolist() == [1.0, 1.0]
    assert other.second.weight is other.first.weight
    for _ in range(3):
        step(other, other_optimizer)
    assert weights(other) == weights(model)


def test_there_is_nothing_to_resume_from(tmp_path: Path) -> None:
    model, optimizer = make(0)
    assert load_checkpoint(open_epoch(tmp_path, 1), {"m": model}, {"m": optimizer}) is None


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    model, optimizer = make(0)
    run = open_epoch(tmp_path, 1)
    for number in range(5):
        save_checkpoint(run, number, {"m": model}, {"m": optimizer}, {})
    assert sorted(path.name for path in (run.folder / "checkpoints").iterdir()) == ["step-00000003", "step-00000004"]
    assert KEEP == 2


def damage_a_weight(folder: Path) -> str:
    path = folder / "module-m.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    return "sha256 of module-m.safetensors differs"


def lose_a_file(folder: Path) -> str:
    (folder / "rng.safetensors").unlink()
    return "rng.safetensors is missing"


def lose_the_manifest(folder: Path) -> str:
    (folder / "manifest.json").unlink()
    return "manifest.json cannot be read"


@pytest.mark.parametrize("damage", [damage_a_weight, lose_a_file, lose_the_manifest])
@pytest.mark.parametrize("epochs", [(1, 1), (2, 10)])
def test_a_damaged_checkpoint_is_passed_over(
    damage: Any, epochs: tuple[int, int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, optimizer = make(0)
    older = save_checkpoint(open_epoch(tmp_path, epochs[0]), 2, {"m": model}, {"m": optimizer}, {})
    before = weights(model)
    step(model, optimizer)
    newer = save_checkpoint(open_epoch(tmp_path, epochs[1]), 3, {"m": model}, {"m": optimizer}, {})
    problem = damage(newer)
    other, other_optimizer = make(9)
    checkpoint = load_checkpoint(open_epoch(tmp_path, 11), {"m": other}, {"m": other_optimizer})
    assert checkpoint is not None
    assert checkpoint.step == 2
    assert weights(other) == before
    log = capsys.readouterr().out
    assert f"checkpoint {newer} rejected: {problem}" in log
    assert f"using {older}" in log
