"""The picture of a run: how many cycles, how long each took, and the size of a project against the time of next."""

from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot
from matplotlib.axes import Axes

OURS, THEIRS = "#c8102e", "#999999"
SHOWN = (("next", "8"), ("submit", "8"), ("next", "1"), ("submit", "1"))


def draw(figures: dict[str, Any], path: Path) -> None:
    """Draws what was measured of cycles; nothing if no cycles were."""
    systems = figures["cycles"]
    if not systems:
        return
    figure, (rates, times) = pyplot.subplots(1, 2, figsize=(12, 3.8), layout="constrained", width_ratios=(1, 2))
    names = list(systems)
    counts = [systems[name]["8"]["per_second"] for name in names]
    bars = rates.barh(names, counts, color=[OURS if name == "Redpen" else THEIRS for name in names])
    rates.bar_label(bars, [f"{count:.0f}" if count >= 100 else f"{count:.1f}" for count in counts], padding=3)
    rates.invert_yaxis()
    rates.margins(x=0.15)
    rates.set_title("annotation cycles/s, 8 annotators")
    _spans(times, systems)
    figure.savefig(path, dpi=120)
    pyplot.close(figure)


def _spans(axes: Axes, systems: dict[str, Any]) -> None:
    """From the median to the 95th percentile, and on to the 99th more thinly."""
    height = 0.8 / len(systems)
    for row, (name, found) in enumerate(systems.items()):
        places = [group + row * height for group in range(len(SHOWN))]
        cuts = [found[people]["ms"][kind] for kind, people in SHOWN]
        colour, middles = OURS if name == "Redpen" else pyplot.cm.Greys(0.35 + 0.18 * row), [c["p50"] for c in cuts]
        axes.hlines(places, middles, [c["p99"] for c in cuts], color=colour, linewidth=1)
        axes.hlines(places, middles, [c["p95"] for c in cuts], color=colour, linewidth=5)
        axes.plot(middles, places, "o", color=colour, label=name)
    labels = [f"{kind}, {people} annotator{'s' if people != '1' else ''}" for kind, people in SHOWN]
    axes.set_yticks([group + 0.4 - height / 2 for group in range(len(SHOWN))], labels)
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.set_xlabel("milliseconds: median, 95th and 99th percentile")
    axes.grid(axis="x", color="#dddddd")
    axes.legend(ncols=len(systems), loc="upper center", bbox_to_anchor=(0.5, 1.13), frameon=False)
