"""Mutants of the permission code against the access table; `make access-table` runs them after it.

One database and one world for all; each mutant in a process of its own, forked from one that has everything loaded, and
what it writes is taken back. Prints killed and all by kind, and every mutant that lives; fails below 95 %.
"""

import contextlib
import gc
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.mutants.mutants import Mutant

LEAST = 0.95
SECONDS = 120
KILLED, ALIVE, BROKEN = 1, 0, 2


def mutants_killed(world: Any, only: str = "") -> dict[str, Any]:
    """Runs them all; the database must hold the world."""
    from django.db import connections

    # Everything is loaded and read once here, so that no child does it again.
    from tests.access.asking import undone
    from tests.access.checks import CHECKS, quick_health
    from tests.mutants.mutants import every_mutant
    from tests.mutants.probes import probes

    with undone(), quick_health():
        for check in (*CHECKS, probes):
            wrong = check(world).wrong
            assert not wrong, wrong
    mutants = [each for each in every_mutant() if only in f"{each.kind} {each.where}"]
    connections.close_all()
    started, total, killed, alive = time.monotonic(), Counter[str](), Counter[str](), list[str]()
    gc.collect()
    gc.freeze()  # else every child copies what its collector looks at
    # In an order that lets what has been told so far stand for the whole.
    random.Random(0).shuffle(mutants)
    from tests.mutants.mutants import Mutant

    assert _lives(Mutant("none", "nothing changed", lambda: None), world), "the checks refuse the code as it is"
    for number, mutant in enumerate(mutants, 1):
        if number % 50 == 0:
            print(f"{killed.total()} of {number - 1} killed, {len(mutants)} in all", file=sys.stderr, flush=True)
        total[mutant.kind] += 1
        if _lives(mutant, world):
            alive.append(f"{mutant.kind}: {mutant.where}")
            print(f"lives: {alive[-1]}", file=sys.stderr, flush=True)
        else:
            killed[mutant.kind] += 1
    return {
        "kinds": {kind: {"killed": killed[kind], "mutants": count} for kind, count in total.items()},
        "killed": killed.total(),
        "mutants": total.total(),
        "alive": alive,
        "seconds": round(time.monotonic() - started),
    }


def _lives(mutant: "Mutant", world: Any) -> bool:
    child = os.fork()
    if child == 0:
        signal.alarm(SECONDS)  # one that never ends has been noticed
        with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
            os._exit(_verdict(mutant, world))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == ALIVE


def _verdict(mutant: "Mutant", world: Any) -> int:
    from tests.access import cells
    from tests.access.asking import Tally, Unexpected, undone
    from tests.access.table import TABLE
    from tests.mutants.probes import probes

    Tally.stops = True
    try:
        with undone():
            mutant.put()
            if mutant.operation:
                cells.declared(world)
                row = {mutant.operation: TABLE[mutant.operation]}
                for check in (cells.tokens, cells.cells, cells.second_factor):
                    check(world, row)
            for check in (
                *(cells.cells, probes, cells.tokens, cells.second_factor, cells.declared),
                *(cells.keys_of_another_project, cells.closed_accounts, cells.heads, cells.methods_not_offered),
                *(cells.other_sites, cells.pages),
            ):
                check(world)
    except Unexpected:
        return KILLED
    except Exception:  # the code fell over in the hands of the check itself
        return BROKEN
    return ALIVE


def main() -> int:
    from tests.access.__main__ import with_world

    figures = with_world(lambda world: mutants_killed(world, *sys.argv[1:2]))
    told(figures)
    print(json.dumps(figures["alive"], indent=1))
    return 0 if figures["killed"] >= LEAST * figures["mutants"] else 1


def told(figures: dict[str, Any]) -> None:
    for kind, counts in figures["kinds"].items():
        print(f"{kind:<42}{counts['killed']:>8} of {counts['mutants']} killed")
    print(f"{'all mutants':<42}{figures['killed']:>8} of {figures['mutants']} killed, in {figures['seconds']} s")
    for each in figures["alive"]:
        print(f"  lives: {each}")


if __name__ == "__main__":
    sys.exit(main())
