"""`make access-table`: operations and pages by callers, each cell asked for real.

Prints the table and how many answers of each check were looked at, writes .redpen/reports/access-table.json, and fails
on any answer that is not as the table says, and on any route that it does not name.
"""

import json
import logging
import os
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

LEAST = 0.95
REPORTS = Path(__file__).resolve().parents[2] / ".redpen" / "reports"


def with_world(do: Callable[[Any], Any]) -> Any:
    """Whatever it gives, done with the world in a fresh database."""
    from annotator.management import embedded

    folder = tempfile.TemporaryDirectory(prefix="redpen-access-", ignore_cleanup_errors=True)
    with folder as name, embedded.servers(Path(name), durable=False) as (database_url, redis_url):
        (Path(name) / "static").mkdir()
        os.environ |= {"DATA_DIR": name, "DATABASE_URL": database_url, "REDIS_URL": redis_url}
        os.environ |= {"REDPEN_ENV": "test", "DJANGO_SETTINGS_MODULE": "annotator.config.settings"}
        import django

        django.setup()
        logging.disable(logging.ERROR)
        warnings.simplefilter("ignore")
        from django.core.management import call_command
        from django.test.utils import setup_test_environment

        call_command("migrate", verbosity=0)
        setup_test_environment()
        from tests.access.world import make_world

        return do(make_world())


def main() -> int:
    figures = with_world(run)
    REPORTS.mkdir(parents=True, exist_ok=True)
    (REPORTS / "access-table.json").write_text(json.dumps(figures, indent=1))
    mutants = figures["mutants"]
    survived = mutants["killed"] < LEAST * mutants["mutants"]
    return 1 if figures["unexpected"] or figures["undocumented"] or survived else 0


def run(world: Any) -> dict[str, Any]:
    from tests.access.asking import undone
    from tests.access.checks import CHECKS, quick_health
    from tests.access.table import CALLERS, PAGES, TABLE
    from tests.mutants.__main__ import mutants_killed, told

    # Within one transaction, as PostgreSQL's numbers of them are in some rows.
    with quick_health(), undone():
        tallies = [check(world) for check in CHECKS]
    rows = [(f"{method.upper()} {address}", answers) for (method, address), answers in TABLE.items()]
    rows += [(f"{method.upper()} /{address}", answers) for (method, address), answers in PAGES.items()]
    print(f"{'':<66}" + "".join(f"{who.replace('_', ' '):>18}" for who in CALLERS))
    for what, answers in rows:
        print(f"{what:<66}" + "".join(f"{answer:>18}" for answer in answers))
    print()
    for tally in tallies:
        print(f"{tally.name:<42}{tally.cells:>8} looked at{len(tally.wrong):>6} unexpected")
        print(*tally.wrong, sep="\n", file=sys.stderr, end="\n" if tally.wrong else "")
    *asked, routed = tallies
    mutants = mutants_killed(world)
    told(mutants)
    return {
        "operations": len(TABLE),
        "pages": len(PAGES),
        "callers": len(CALLERS),
        "checks": {tally.name: tally.cells for tally in tallies},
        "cells": sum(tally.cells for tally in tallies),
        "unexpected": [wrong for tally in asked for wrong in tally.wrong],
        "undocumented": routed.wrong,
        "mutants": mutants,
    }


if __name__ == "__main__":
    sys.exit(main())
