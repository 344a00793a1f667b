"""`make state-machine SEQUENCES=2000`: made-up sequences of 30 steps, after each of which model and database are equal.

Prints a table, writes .redpen/reports/state-machine.json, and fails on the first sequence that ends otherwise, which
Hypothesis then shortens and prints.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

STEPS_EACH = 30
REPORTS = Path(__file__).resolve().parents[2] / ".redpen" / "reports"


def main() -> int:
    from annotator.management import embedded

    folder = tempfile.TemporaryDirectory(prefix="redpen-machine-", ignore_cleanup_errors=True)
    with folder as name, embedded.servers(Path(name), durable=False) as (database_url, redis_url):
        os.environ |= {"DATA_DIR": name, "DATABASE_URL": database_url, "REDIS_URL": redis_url}
        os.environ |= {"REDPEN_ENV": "test", "DJANGO_SETTINGS_MODULE": "annotator.config.settings"}
        figures = run(int(os.environ.get("SEQUENCES") or 2000), int(os.environ.get("SEED") or 0))
    REPORTS.mkdir(parents=True, exist_ok=True)
    (REPORTS / "state-machine.json").write_text(json.dumps(figures, indent=1))
    for kind, count in figures["steps"].items():
        print(f"{kind:<24}{count:>9}")
    print(f"{figures['sequences']} sequences of {STEPS_EACH} steps in {figures['seconds']:.0f} s: {figures['outcome']}")
    return 0 if figures["outcome"] == "equal" else 1


def run(sequences: int, number: int) -> dict[str, Any]:
    import django

    django.setup()
    from django.core.management import call_command
    from hypothesis import HealthCheck, Phase, seed, settings
    from hypothesis.stateful import run_state_machine_as_test

    from tests.machine.store import STEPS, Store

    call_command("migrate", verbosity=0)
    many = settings(
        max_examples=sequences,
        stateful_step_count=STEPS_EACH,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    started, outcome = time.monotonic(), "equal"
    try:
        run_state_machine_as_test(seed(number)(Store), settings=many)
    except AssertionError as error:
        print(error, *getattr(error, "__notes__", ()), sep="\n", file=sys.stderr)
        outcome = "different"
    seconds = time.monotonic() - started
    return {"sequences": sequences, "seed": number, "seconds": seconds, "outcome": outcome, "steps": dict(STEPS)}


if __name__ == "__main__":
    sys.exit(main())
