"""The crowd in small, and that starving is seen."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crowd.clients import Given
from tests.crowd.watching import Look, starved

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_crowd_is_given_each_text_three_times_and_nobody_waits_in_vain(tmp_path: Path) -> None:
    report = tmp_path / "crowd.json"
    command = [sys.executable, "-m", "tests.crowd"]
    sizes = ["--clients", "20", "--examples", "60", "--races", "20", "--seed", "3"]
    done = subprocess.run([*command, *sizes, "--report", str(report)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(report.read_text())
    assert figures["submitted and counted"] == figures["places"] == 180
    assert figures["leases let end"] > 0
    assert figures["edit races"] == 20
    assert figures["sent away (204)"] >= 20


SENT_AWAY = Given("ann", None, 2.0, 3.0)
FREE = {(1, "100"): "e0"}


@pytest.mark.parametrize(
    ("given", "looks", "count"),
    [
        ([SENT_AWAY], [Look(1, 1.5, FREE), Look(3, 3.5, FREE)], 1),
        ([SENT_AWAY], [Look(1, 1.5, FREE), Look(3, 3.5, {(1, "101"): "e0"})], 0),
        ([SENT_AWAY], [Look(1, 1.5, FREE), Look(3, 3.5, {})], 0),
        ([SENT_AWAY], [Look(1, 2.5, FREE), Look(3, 3.5, FREE)], 0),
        ([SENT_AWAY], [Look(1, 1.5, FREE), Look(2.5, 3.5, FREE)], 0),
        ([Given("ann", "e0", 0.0, 0.5), SENT_AWAY], [Look(1, 1.5, FREE), Look(3, 3.5, FREE)], 0),
        ([Given("bob", "e0", 0.0, 0.5), SENT_AWAY], [Look(1, 1.5, FREE), Look(3, 3.5, FREE)], 1),
        ([Given("ann", "e0", 2.0, 3.0)], [Look(1, 1.5, FREE), Look(3, 3.5, FREE)], 0),
    ],
)
def test_who_starved(given: list[Given], looks: list[Look], count: int) -> None:
    assert len(starved(given, looks)) == count
