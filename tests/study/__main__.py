"""`make study`: a whole study in a real browser, twenty people at once, who come from the stand-in for Prolific.

They agree, answer the survey, learn, qualify, work, pause, stop, leave on the platform, run out of time, fail, take
everything back or complete and hand in their code, while webhooks come twice, late, in any order, wrongly signed or
never; then they are approved and paid. Prints a line for each, writes .redpen/reports/study.json, and exits with 1 if
any place, state, code or payment is not what it has to be.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from tests.prolific.standin import StandIn
from tests.served import REPORTS, served
from tests.study.running import PLANS, run

COLUMNS = {"person": 10, "plan": 10, "came by": 9, "state": 14, "texts": 7, "code": 12, "provider": 17, "waited": 8}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--plans", type=json.loads, default=PLANS, help="as JSON: how many people do what")
    arguments = parser.parse_args()
    folder = tempfile.TemporaryDirectory(prefix="redpen-study-", ignore_cleanup_errors=True)
    with StandIn() as prolific, folder as name:
        os.environ |= prolific.environment()
        with served(Path(name)) as url:
            figures = run(prolific, url, plans=arguments.plans, seed=arguments.seed)
    print("".join(f"{column:<{width}}" for column, width in COLUMNS.items()) + "paid")
    for row in figures["rows"]:
        paid = ", ".join(f"{kind} {amount}" for kind, amount in row["paid"].items())
        print("".join(f"{row[column]!s:<{width}}" for column, width in COLUMNS.items()) + paid)
    for name in ("people", "places", "waited for a place", "webhooks", "found by asking", "seconds"):
        print(f"{name:<24}{figures[name]}")
    print(*figures["problems"], sep="\n", file=sys.stderr)
    REPORTS.mkdir(parents=True, exist_ok=True)
    (REPORTS / "study.json").write_text(json.dumps(figures, indent=1))
    return 1 if figures["problems"] else 0


if __name__ == "__main__":
    sys.exit(main())
