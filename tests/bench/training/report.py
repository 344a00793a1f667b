"""What was measured: as a table, as JSON and as a picture."""

import json
import os
import platform
import subprocess
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot

from tests.bench.training.materials import SHORT, Plan
from tests.bench.training.side import CPU, PHASES, ROOT

REPORTS = ROOT / ".redpen" / "reports"
COLOURS = dict(zip(PHASES, ("#c8102e", "#e58a97", "#555555", "#bbbbbb"), strict=True))
TITLES = {"plain-t5": "plain, T5", "ours-t5": "ours, T5", "trl": "TRL, causal", "ours-causal": "ours, causal"}
PAIRS = (("plain-t5", "ours-t5", 4.0), ("trl", "ours-causal", 3.0))  # and how many times as fast ours is to be
OTHER = "reward by ours' encoder"


@dataclass
class Report:
    """sides: what each wrote; checks: by what, the largest difference found; problems: what did not run or differs."""

    plan: Plan
    sides: dict[str, dict[str, Any]] = field(default_factory=dict)
    checks: dict[str, dict[str, float]] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=lambda: versions())

    def checked(self, name: str, apart: dict[str, float], tolerance: float) -> None:
        self.checks[name] = apart
        wrong = {what: size for what, size in apart.items() if not size <= tolerance}
        if wrong:
            self.problems[name] = f"differs by more than {tolerance:g}: {wrong}"

    def seconds(self, side: str) -> dict[str, float]:
        """By phase and of the whole step: the means of the steps that count."""
        steps = self.sides[side]["steps"]
        found = {phase: sum(step[phase] for step in steps) / len(steps) for phase in steps[0]}
        return {**found, "step": sum(found[phase] for phase in PHASES)}

    def disturbed(self, side: str) -> bool:
        """Whether it waited for the processor for a tenth of its time."""
        found = self.seconds(side)
        return found["step"] * 0.9 > found[CPU]

    def show(self) -> None:
        print(f"\nlargest differences\n{'':<22}" + "".join(f"{name:>16}" for name in self.checks))
        for what in dict.fromkeys(what for found in self.checks.values() for what in found):
            cells = [f"{found[what]:.1e}" if what in found else "" for found in self.checks.values()]
            print(f"{what:<22}" + "".join(f"{cell:>16}" for cell in cells))
        plan = self.plan
        print(
            f"\n{plan.prompts} prompts × {plan.samples} responses of {plan.new_tokens} tokens, {plan.epochs} epochs,"
            f" float32, threads: {plan.threads}; means of {plan.timed} steps"
        )
        print(f"{'seconds a step':<22}" + "".join(f"{name:>9}" for name in (*PHASES, "whole")), end="")
        print(f"{CPU:>11}{'samples/h':>11}{'tokens/s':>10}{'sampled/s':>11}{'peak MB':>9}")
        for side in self.sides:
            seconds, tokens = self.seconds(side), plan.responses * plan.new_tokens
            print(f"{TITLES[side]:<22}" + "".join(f"{seconds[name]:>9.2f}" for name in (*PHASES, "step")), end="")
            print(f"{seconds[CPU]:>11.2f}", end="")
            print(f"{3600 * plan.responses / seconds['step']:>11,.0f}{tokens / seconds['step']:>10.1f}", end="")
            print(f"{tokens / seconds['rollout']:>11.1f}{self.sides[side]['peak_mb']:>9,.0f}")
        self._compare()
        print()
        for side, found in self.sides.items():
            print(f"{TITLES[side]}: weights " + ", ".join(f"{key} {n:,}" for key, n in found["weights"].items()))
        for name, text in self.versions.items():
            print(f"{name}: {text}")
        if disturbed := [TITLES[side] for side in self.sides if self.disturbed(side)]:
            print(f"Others computed meanwhile, so the clock says little of: {', '.join(disturbed)}")
        for name, problem in self.problems.items():
            print(f"PROBLEM: {name}: {problem}")

    def _compare(self) -> None:
        print()
        for theirs, ours, aim in PAIRS:
            if theirs not in self.sides or ours not in self.sides:
                continue
            slow, fast = self.seconds(theirs), self.seconds(ours)
            # Ours asks for rewards while it scores, so that only the two together can be compared.
            by_phase = ", ".join(
                f"{' and '.join(phases)} {sum(slow[p] for p in phases) / sum(fast[p] for p in phases):.1f}"
                for phases in (("rollout",), ("score", "reward"), ("update",))
            )
            times = slow["step"] / fast["step"]
            share = self.sides[ours]["peak_mb"] / self.sides[theirs]["peak_mb"]
            # Of the smallest models everything but the time that is compared would be measured.
            verdict = "" if self.plan == SHORT else f" (aim ≥ {aim:g} ×: {'met' if times >= aim else 'MISSED'})"
            print(f"{TITLES[ours]}: {times:.2f} × as fast as {TITLES[theirs]}{verdict}, with {share:.2f} × its memory")
            print(f"  {by_phase}; by the processor's time {slow[CPU] / fast[CPU]:.2f}")
            if OTHER in slow:
                same = slow["step"] - slow["reward"] + slow[OTHER]
                print(
                    f"  with reward models of ours' encoder on both sides, one pass each on theirs"
                    f" ({slow[OTHER]:.2f} s instead of {slow['reward']:.2f} s): {same / fast['step']:.2f} ×"
                )

    def write(self) -> None:
        REPORTS.mkdir(parents=True, exist_ok=True)
        found = {**asdict(self), "seconds": {side: self.seconds(side) for side in self.sides}}
        (REPORTS / "bench-training.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
        self._draw(REPORTS / "bench-training.png")
        print(f"\nwritten to {REPORTS}: bench-training.json and bench-training.png")

    def _draw(self, path: Path) -> None:
        """A step of each side as a bar, phase after phase."""
        figure, axes = pyplot.subplots(figsize=(10, 0.7 * len(self.sides) + 1.4), layout="constrained")
        names = [TITLES[side] for side in self.sides]
        ends = [0.0] * len(names)
        for phase in PHASES:
            lengths = [self.seconds(side)[phase] for side in self.sides]
            bars = axes.barh(names, lengths, left=ends, color=COLOURS[phase], label=phase)
            ends = [end + length for end, length in zip(ends, lengths, strict=True)]
        if names:
            axes.bar_label(bars, [f"{end:.1f} s" for end in ends], padding=4)
        axes.invert_yaxis()
        axes.margins(x=0.1)
        axes.set_xlabel("seconds a step")
        axes.legend(ncols=len(PHASES), loc="lower right", bbox_to_anchor=(1, 1), frameon=False)
        figure.savefig(path, dpi=120)
        pyplot.close(figure)


def versions() -> dict[str, str]:
    git = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=12"]
    cpu = next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name"))
    return {
        "Redpen": subprocess.run(git, capture_output=True, text=True).stdout.strip() or "unknown",
        "with": ", ".join(f"{name} {version(name)}" for name in ("torch", "transformers")),
        "machine": f"{os.cpu_count()} cores of {cpu.partition(': ')[2]}, {platform.system()} {platform.release()}",
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load before {os.getloadavg()[0]:.1f}",
    }
