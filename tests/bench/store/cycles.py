"""Annotation cycles, next and submit with three spans: the same load on every system."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.store import texts
from tests.bench.store.load import Cycle, Wrong, drive
from tests.bench.store.wire import Address

ANNOTATORS = 8
WARM_UP_SHARE, ONE_SHARE = 0.1, 0.2


@dataclass(frozen=True)
class Site:
    """A system that runs: where, what each of its annotators does, and how many annotations and spans it has stored."""

    address: Address
    starts: Sequence[Callable[[], Cycle]]
    stored: Callable[[], tuple[int, int]]


def needed(cycles: int) -> int:
    """Texts enough for `measure`, with what is under way at its ends."""
    return sum(sum(_lengths(share * cycles)) for share in (1, ONE_SHARE)) + 2 * ANNOTATORS


def measure(name: str, site: Site, cycles: int, logs: Path) -> dict:
    """Figures with all annotators ("8") and with one ("1"). Raises Wrong, also if what was acknowledged is not what
    is stored."""
    found, done = {}, 0
    for people, share in ((ANNOTATORS, 1), (1, ONE_SHARE)):
        warm_up, counted = _lengths(share * cycles)
        run = drive(site.address, site.starts[:people], warm_up=warm_up, cycles=counted)
        run.write(logs / f"{name}-{people}.tsv")
        found[str(people)] = run.figures()
        done += run.done
    annotations, spans = site.stored()
    if (annotations, spans) != (done, done * texts.SPANS):
        acknowledged = f"{done} annotations with {done * texts.SPANS} spans were acknowledged"
        raise Wrong(f"{acknowledged}, {annotations} with {spans} are stored")
    return {**found, "acknowledged": done, "stored": annotations}


def _lengths(cycles: float) -> tuple[int, int]:
    """Cycles of the warm-up, and counted ones."""
    counted = max(int(cycles), 2 * ANNOTATORS)
    return max(int(WARM_UP_SHARE * counted), ANNOTATORS), counted
