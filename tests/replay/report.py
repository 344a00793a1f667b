"""Actions counted, as figures and as a table."""

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from tests.replay.tasks import Drag, Drop, Press, Step, Task, Write

PARTS = ("select", "type", "link", "missing", "clean", "correction", "comparison", "submit")
LABELS = {
    "span": "a span",
    "span.mark": "  select and type",
    "span.link": "  what its type needs, where it does",
    "item": "a text",
    "item.missing": "  missing information, each",
    "item.comparison": "  comparison",
    "item.seconds": "  seconds of the replay",
}


def counted(task: Task, steps: Sequence[Step]) -> dict[str, Any]:
    """What entering one judgement took, as plain data."""
    spans = [
        {
            "mark": sum(step.of == number and step.part != "link" for step in steps),
            "link": sum(step.of == number and step.part == "link" for step in steps),
        }
        for number in range(len(task.judgement.spans))
    ]
    return {
        "spans": spans,
        "missing": len(task.judgement.missing),
        "parts": {part: sum(step.part == part for step in steps) for part in PARTS},
        "kinds": dict(Counter(_kind(step) for step in steps)),
        "compared": _compared(steps),
    }


def _kind(step: Step) -> str:
    kinds = {Press: "key", Write: "text", Drag: "drag", Drop: "drag"}
    return kinds.get(type(step.action), "click")


def _compared(steps: Iterable[Step]) -> str:
    said = [step.action for step in steps if step.part == "comparison"]
    if not said:
        return "not"
    return "pairs" if Press("Space") in said or any(getattr(each, "what", "") == "pairs" for each in said) else "board"


def figures(items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Median and p90 of what was counted."""
    spans = [span for item in items for span in item["spans"]]
    values = {
        "span": [span["mark"] + span["link"] for span in spans],
        "span.mark": [span["mark"] for span in spans],
        "span.link": [span["link"] for span in spans if span["link"]],
        "item": [sum(item["parts"].values()) for item in items],
        "item.missing": [item["parts"]["missing"] / item["missing"] for item in items if item["missing"]],
        "item.comparison": [item["parts"]["comparison"] for item in items if item["parts"]["comparison"]],
        "item.seconds": [item["seconds"] for item in items],
    }
    return {
        "actions": {name: spread(those) for name, those in values.items() if those},
        "parts": {part: sum(item["parts"][part] for item in items) for part in PARTS},
        "kinds": dict(sum((Counter(item["kinds"]) for item in items), Counter())),
        "compared": dict(Counter(item["compared"] for item in items)),
    }


def spread(values: Sequence[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "median": statistics.median(ordered),
        "p90": ordered[round(0.9 * (len(ordered) - 1))],
        "mean": round(statistics.fmean(ordered), 2),
        "most": ordered[-1],
        "count": len(ordered),
    }


def show(mode: str, found: dict[str, Any]) -> None:
    print(f"\n{'actions, by ' + mode:<40}{'median':>8}{'p90':>8}{'mean':>8}{'count':>8}")
    for name, row in found["actions"].items():
        print(f"{LABELS[name]:<40}{row['median']:>8.4g}{row['p90']:>8.4g}{row['mean']:>8.4g}{row['count']:>8}")
    parts = ", ".join(f"{part} {count}" for part, count in found["parts"].items() if count)
    kinds = ", ".join(f"{count} {kind}s" for kind, count in sorted(found["kinds"].items()))
    print(f"for: {parts}\nthey were: {kinds}\ncompared on: {found['compared']}")
    print("(a key, a click, a drag or a text typed in one go is one action; scrolling is none)")
