"""What was measured: as tables, as JSON and as raw logs, with the versions of all that took part."""

import json
import os
import platform
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.store.picture import draw

ROOT = Path(__file__).resolve().parents[3]
REPORTS = ROOT / ".redpen" / "reports"


@dataclass
class Report:
    """`lines`: (what, measured, aim, whether it is met); `problems`: what did not run or answered wrongly."""

    lines: list[tuple[str, str, str, bool | None]] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=lambda: {"cycles": {}})
    problems: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def logs(self) -> Path:
        return REPORTS / "bench-store"

    def line(self, what: str, measured: str, aim: str = "", met: bool | None = None) -> None:
        self.lines.append((what, measured, aim, met))

    def show(self) -> None:
        if systems := self.figures.get("cycles"):
            _show_systems(systems)
        print(f"\n{'':<58}{'measured':>18}  aim")
        for what, measured, aim, met in self.lines:
            verdict = "" if met is None else "met" if met else "MISSED"
            print(f"{what:<58}{measured:>18}  {aim:<14}{verdict}")
        print()
        for part, problem in self.problems.items():
            print(f"not run: {part}: {problem}")
        for name, version in self.figures["versions"].items():
            print(f"{name}: {version}")
        for note in self.notes:
            print(note)

    def write(self) -> None:
        REPORTS.mkdir(parents=True, exist_ok=True)
        found = {**self.figures, "lines": self.lines, "problems": self.problems, "notes": self.notes}
        (REPORTS / "bench-store.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
        draw(self.figures, REPORTS / "bench-store.png")
        print(f"\nwritten to {REPORTS}: bench-store.json, bench-store.png, and a line per request in bench-store/")


def versions(postgres: str) -> dict[str, str]:
    """Of ourselves and of what everybody runs on."""
    git = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=12"]
    cpu = next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name"))
    return {
        "Redpen": subprocess.run(git, capture_output=True, text=True).stdout.strip() or "unknown",
        "PostgreSQL": postgres,
        "Python": platform.python_version(),
        "machine": f"{os.cpu_count()} cores of {cpu.partition(': ')[2]}, {platform.system()} {platform.release()}",
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load before {os.getloadavg()[0]:.1f}",
    }


def _show_systems(systems: dict[str, dict]) -> None:
    columns = ("next p50", "p95", "p99", "submit p50", "p95", "p99")
    print(f"\n{'ms a cycle':<24}{'annotators':>10}{'cycles/s':>10}" + "".join(f"{name:>11}" for name in columns))
    for name, found in systems.items():
        for people in ("8", "1"):
            figures = found[people]
            spread = [figures["ms"][kind][cut] for kind in ("next", "submit") for cut in ("p50", "p95", "p99")]
            rate = f"{figures['per_second']:>10.1f}"
            print(f"{name:<24}{people:>10}{rate}" + "".join(f"{value:>11.1f}" for value in spread))
