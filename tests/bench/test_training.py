"""The bench of PPO in its smallest form, all sides but TRL: they run, compute the same, and are told apart if not."""

import json
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import torch

from annotator.domain.segments import Density, segments
from tests.bench.training import __main__ as bench
from tests.bench.training import report, side
from tests.bench.training.materials import SHORT, make
from tests.bench.training.plain import PlainPpo
from training.ppo import experience


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Sides run in this process, which saves them from importing torch, and reports go elsewhere."""

    def run(command: Sequence[Any], folder: Path, name: str, threads: int) -> dict[str, Any]:
        import_module(command[-1]).main([name, str(folder)])
        found: dict[str, Any] = json.loads((folder / f"{name}.json").read_text())
        return found

    monkeypatch.setattr(side, "run", run)
    monkeypatch.setattr(report, "REPORTS", tmp_path)
    monkeypatch.setattr(experience, "TOKENS_PER_PASS", experience.TOKENS_PER_PASS)
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


def test_every_side_is_measured(tmp_path: Path) -> None:
    assert bench.main(["--only", "short"]) == 0
    found = json.loads((tmp_path / "bench-training.json").read_text())
    assert set(found["sides"]) == {"plain-t5", "ours-t5", "ours-causal"}
    for seconds in found["seconds"].values():
        assert all(seconds[phase] > 0 for phase in side.PHASES)
    assert len(found["checks"]["check-plain"]) == 9
    assert (tmp_path / "bench-training.png").exists()


def test_sides_that_compute_otherwise_are_told_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def halved(self: PlainPpo, model: Any, rows: slice, tokens: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        logprobs, logits = right(self, model, rows, tokens)
        return logprobs / 2, logits

    right = PlainPpo.logprobs
    monkeypatch.setattr(PlainPpo, "logprobs", halved)
    assert bench.main(["--only", "short"]) == 1
    problems = json.loads((tmp_path / "bench-training.json").read_text())["problems"]
    assert "log-probabilities" in problems["check-plain"]


def test_the_plain_side_pays_each_segment_once_on_a_token(tmp_path: Path) -> None:
    make(tmp_path, SHORT, None)
    plain = PlainPpo(tmp_path, SHORT)
    text = "One thing, said at some length, is that it was so. Another is that it was not."
    for density in Density:
        ends = plain.ends(text, density, 64)
        assert len(ends) == len(segments(text, density))
        assert ends == sorted(ends)
