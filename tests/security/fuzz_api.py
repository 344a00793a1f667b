"""`make fuzz-api CASES=20000`: that many requests made up from the whole schema, each operation's by turns as a project
admin who owns the site, as an annotator of the project, both with ids of what is there, and as a stranger.

Prints what each operation answered, writes .redpen/reports/fuzz-api.json, and fails on any 5xx, and on any answer that
the schema does not describe.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

REPORTS = Path(__file__).resolve().parents[2] / ".redpen" / "reports"
SHARE = 5  # one request in so many is a stranger's, and one an annotator's


def main() -> int:
    from annotator.management import embedded

    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    folder = tempfile.TemporaryDirectory(prefix="redpen-fuzz-", ignore_cleanup_errors=True)
    with folder as name, embedded.servers(Path(name), durable=False) as (database_url, redis_url):
        os.environ |= {"DATA_DIR": name, "DATABASE_URL": database_url, "REDIS_URL": redis_url, "LOG_LEVEL": "CRITICAL"}
        os.environ |= {"REDPEN_ENV": "test", "DJANGO_SETTINGS_MODULE": "annotator.config.settings"}
        figures = run(asked.cases, asked.seed)
    REPORTS.mkdir(parents=True, exist_ok=True)
    (REPORTS / "fuzz-api.json").write_text(json.dumps(figures, indent=1))
    for each in figures["operations"]:
        print(f"{each['operation']:<75} {each['cases']:>6}  {each['statuses']}")
    for each in figures["wrong"]:
        print(f"WRONG {each}")
    print(
        f"{figures['cases']} cases over {len(figures['operations'])} operations in {figures['seconds']:.0f} s: "
        f"{figures['server_errors']} server errors, {len(figures['wrong'])} operations with a wrong answer"
    )
    return 1 if figures["wrong"] or figures["cases"] < asked.cases else 0


def run(cases: int, number: int) -> dict[str, Any]:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from annotator.models import User
    from annotator.services.tokens import token_issue
    from tests.access.world import make_world
    from tests.security.fuzzing import operations, tried

    world = make_world()
    User.objects.filter(pk=world.people["admin"].pk).update(is_staff=True)  # type: ignore[union-attr]
    _, token = token_issue(user=User.objects.get(pk=world.people["admin"].pk), second_factor=True)  # type: ignore[union-attr]
    _, annotators = token_issue(user=world.people["annotator"])  # type: ignore[arg-type]
    every = list(operations())
    keys = {name: key if isinstance(key, int | str) else str(key) for name, key in world.keys.items()}
    each_gets = -(-cases // len(every))
    began, rows, wrong = time.monotonic(), [], []
    for operation in every:
        counted: dict[str, int] = {}
        few = each_gets // SHARE
        callers = (
            (each_gets - 2 * few, {"Authorization": f"Token {token}"}),
            (few, {"Authorization": f"Token {annotators}"}),
            (few, {}),
        )
        for count, headers in callers:
            left, turn = count, 0
            # Where fewer different requests are possible, the same are sent again.
            while left > 0:
                try:
                    statuses = tried(operation, keys, headers, left, number + turn)
                except (Exception, BaseExceptionGroup) as error:  # whatever a check raises is what this is for
                    wrong.append(str(error)[:2000])
                    break
                for status, times in statuses.items():
                    counted[str(status)] = counted.get(str(status), 0) + times
                left, turn = left - max(1, statuses.total()), turn + 1
        rows.append({"operation": operation.label, "cases": sum(counted.values()), "statuses": counted})
        print(f"{rows[-1]['operation']} {counted}", file=sys.stderr, flush=True)
    return {
        "cases": sum(row["cases"] for row in rows),
        "seconds": round(time.monotonic() - began, 1),
        "server_errors": sum(times for row in rows for status, times in row["statuses"].items() if status == "500"),
        "operations": rows,
        "wrong": wrong,
    }


if __name__ == "__main__":
    sys.exit(main())
