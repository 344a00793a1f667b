"""What a loop did: seconds per phase, error rates before and after, reward accuracy; as tables, JSON and a picture."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from redpen.types import JobDetail
from training.world.taxonomy import WORLD_TAXONOMY

CATEGORIES = {category.key: f"{category.code} {category.name.lower()}" for category in WORLD_TAXONOMY.categories}


class Report:
    """Collects as the loop goes, says what goes on, and writes loop.json and loop.png at the end."""

    def __init__(self, folder: Path, seed: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.found: dict[str, Any] = {"seed": seed, "seconds": {}}
        self._told = ""

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        print(f"{name} …", flush=True)
        started = time.monotonic()
        yield
        self.found["seconds"][name] = time.monotonic() - started
        print(f"{name}: {self.found['seconds'][name]:.0f} s", flush=True)

    def note(self, name: str, value: Any) -> None:
        self.found[name] = value

    def follow(self, job: JobDetail) -> None:
        """Say where a job stands, each tenth of its way once."""
        tenth = 10 * job["step"] // job["total"] if job["total"] else 0
        told = f"  {job['kind']} {job['phase']}: {tenth}0 %"
        if job["total"] and told != self._told:
            print(told, flush=True)
            self._told = told

    def finish(self, target: float) -> bool:
        """Print the tables and write the files; whether every error rate is at most `target` of what it was."""
        before, after = self.found["before"], self.found["after"]
        print(f"\n{'error rate, T = 1':<22}{'before':>8}{'after':>8}{'ratio':>8}{'reward model':>14}")
        for key, name in CATEGORIES.items():
            accuracy = self.found["reward"].get(f"accuracy/{key}")
            shown = "–" if accuracy is None else f"{accuracy:.3f}"
            print(f"{name:<22}{before[key]:>8.3f}{after[key]:>8.3f}{_ratio(before[key], after[key]):>8.2f}{shown:>14}")
        for key in ("perfect", "words"):
            print(f"{key:<22}{before[key]:>8.3f}{after[key]:>8.3f}")
        print("(reward model: held-out accuracy against the annotators, who are wrong one time in twenty)")
        self.print_seconds()
        self.found["passed"] = all(after[key] <= target * before[key] for key in CATEGORIES)
        self.write()
        draw(self.found, self.folder / "loop.png")
        print(f"\nwritten to {self.folder}: loop.json, loop.png, loop-feedback.jsonl")
        return self.found["passed"]

    def print_seconds(self) -> None:
        print(f"\n{'phase':<26}{'seconds':>8}")
        for name, seconds in self.found["seconds"].items():
            print(f"{name:<26}{seconds:>8.0f}")
        print(f"{'total':<26}{sum(self.found['seconds'].values()):>8.0f}")

    def write(self) -> None:
        (self.folder / "loop.json").write_text(json.dumps(self.found, indent=1), encoding="utf-8")


def draw(found: dict[str, Any], path: Path) -> None:
    """The picture of a loop: error rates, the curve of the reward in PPO, and where the time went."""
    import matplotlib  # a tool of development, not of training

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (rates, curve, clock) = pyplot.subplots(1, 3, figsize=(13, 3.8), layout="constrained")
    names = list(CATEGORIES.values())
    places = range(len(names))
    rates.bar([place - 0.2 for place in places], [found["before"][key] for key in CATEGORIES], 0.4, color="#999999")
    rates.bar([place + 0.2 for place in places], [found["after"][key] for key in CATEGORIES], 0.4, color="#c8102e")
    rates.set_xticks(list(places), [name.replace(" ", "\n") for name in names])
    rates.margins(y=0.35)  # room for the legend
    rates.legend(["after fine-tuning", "after PPO"])
    rates.set_title("error rates, judged by the oracle")
    colours = ("#0072b2", "#d55e00", "#009e73")
    for colour, (key, name) in zip(colours, CATEGORIES.items(), strict=True):
        points = [(row["step"], row["values"].get(f"reward/{key}")) for row in found["ppo"]]
        points = [(step, value) for step, value in points if value is not None]
        curve.plot(*zip(*points, strict=True), color=colour, label=name)
    curve.legend()
    curve.set_xlabel("PPO step")
    curve.set_title("reward per response")
    seconds = list(found["seconds"].items())[::-1]
    clock.barh([name for name, _ in seconds], [value for _, value in seconds], color="#999999")
    clock.set_xlabel("seconds")
    clock.set_title(f"{sum(found['seconds'].values()):.0f} s in all")
    figure.savefig(path, dpi=120)
    pyplot.close(figure)


def _ratio(before: float, after: float) -> float:
    return after / before if before else float("inf") if after else 0.0
