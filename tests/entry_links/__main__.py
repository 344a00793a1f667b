"""`make entry-links ATTEMPTS=10000`: links and claims that were mutated, replayed, forged or are somebody else's.

None may let anybody in, and each of those that were made for somebody must, once, although all of that was tried with
it before. Prints a table, writes .redpen/reports/entry-links.json, and exits with 1 otherwise.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.prolific.standin import StandIn

REPORTS = Path(__file__).resolve().parents[2] / ".redpen" / "reports"


def main() -> int:
    from annotator.management import embedded

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attempts", type=int, default=10_000)
    parser.add_argument("--guests", type=int, default=100, help="for each of three ways in")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    folder = tempfile.TemporaryDirectory(prefix="redpen-entry-", ignore_cleanup_errors=True)
    with folder as name, embedded.servers(Path(name), durable=False) as servers, StandIn() as prolific:
        database_url, redis_url = servers
        os.environ |= {"DATA_DIR": name, "DATABASE_URL": database_url, "REDIS_URL": redis_url, "LOG_LEVEL": "CRITICAL"}
        os.environ |= {"REDPEN_ENV": "test", "DJANGO_SETTINGS_MODULE": "annotator.config.settings"}
        os.environ |= {"ALLOWED_HOSTS": "testserver"} | prolific.environment()
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        from tests.entry_links.running import problems, run

        started = time.monotonic()
        figures = run(prolific, count=arguments.attempts, valid=arguments.guests, seed=arguments.seed)
        figures["seconds"] = round(time.monotonic() - started, 1)
        found = problems(figures)
    REPORTS.mkdir(parents=True, exist_ok=True)
    (REPORTS / "entry-links.json").write_text(json.dumps(figures, indent=1))
    for kind, count in figures["by kind"].items():
        print(f"{kind:<48}{count:>8}")
    for name in ("attempts", "accepted", "guests", "guests let in", "guests let in twice", "seconds"):
        print(f"{name:<48}{figures[name]!s:>8}")
    print(*found, *figures["which"], sep="\n", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
