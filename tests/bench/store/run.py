"""What a load measured, request by request."""

import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple


class Request(NamedTuple):
    """One line of the raw log; times in seconds, `sent` since the run began."""

    annotator: int
    cycle: int
    kind: str
    status: int
    sent: float
    seconds: float
    bytes: int


@dataclass
class Run:
    """`seconds`: in which `cycles` ended, after the warm-up. `done`: all cycles that ended, those of the warm-up too.
    `whole`: (annotator, cycle) of those that began and ended while it counted; latencies are theirs."""

    annotators: int
    cycles: int = 0
    seconds: float = 0.0
    done: int = 0
    whole: set[tuple[int, int]] = field(default_factory=set)
    requests: list[Request] = field(default_factory=list)

    def figures(self) -> dict:
        """Milliseconds are what a cycle spent on requests of a kind, added up where it takes several."""
        spent: dict[str, dict[tuple[int, int], float]] = defaultdict(lambda: defaultdict(float))
        for made in self.requests:
            if (made.annotator, made.cycle) in self.whole:
                spent[made.kind][made.annotator, made.cycle] += 1000 * made.seconds
        return {
            "annotators": self.annotators,
            "cycles": self.cycles,
            "seconds": self.seconds,
            "per_second": self.cycles / self.seconds,
            "ms": {kind: percentiles(list(cycles.values())) for kind, cycles in spent.items()},
        }

    def write(self, path: Path) -> None:
        """The raw log: a line per request, those that do not count included."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w") as file:
            file.write("\t".join([*Request._fields, "counts"]) + "\n")
            for made in self.requests:
                row = made._replace(sent=round(made.sent, 6), seconds=round(made.seconds, 6))
                counts = (made.annotator, made.cycle) in self.whole
                file.write("\t".join(map(str, [*row, counts])) + "\n")


def percentiles(values: Sequence[float]) -> dict[str, float]:
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98], "max": max(values)}
