"""A crowd on one project: `make crowd CLIENTS=200 EXAMPLES=5000`.

So many clients take and submit texts over HTTP until every example has been judged by three people; some let leases
end, of whom some come back with what they made, and some come late. Nobody may be given more than there is (over-
assigned), the same example twice (repeated), or nothing while there is something for them (starved); and in the end
every place is filled. Then two tabs of one person edit one annotation at the same moment, RACES times (1000): one wins,
and the other is told both versions. Prints a table, writes a report, and exits with 1 on any of these.
"""

import argparse
import json
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.crowd.clients import Crowd
from tests.crowd.races import races_lost
from tests.crowd.watching import Watcher, starved
from tests.faults.ledger.checking import books_wrong
from tests.served import REPORTS, served

OVERLAP = 3
TEXT = "Oru has two moons. It has two moons, and a ring of ice."


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--examples", type=int, default=5000)
    parser.add_argument("--races", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--report", type=Path, default=REPORTS / "crowd.json")
    arguments = parser.parse_args()
    folder = tempfile.TemporaryDirectory(prefix="redpen-crowd-", ignore_cleanup_errors=True)
    with folder as name, served(Path(name)) as url:
        figures = work(url, arguments.clients, arguments.examples, arguments.races, arguments.seed)
    for what, value in figures.items():
        if not isinstance(value, dict):
            print(f"{what:<44}{value:>16}")
    for kind, problems in figures["problems"].items():
        for problem in problems[:5]:
            print(f"{kind}: {problem}", file=sys.stderr)
    arguments.report.parent.mkdir(parents=True, exist_ok=True)
    arguments.report.write_text(json.dumps(figures, indent=1))
    return 1 if any(figures["problems"].values()) else 0


def work(url: str, clients: int, examples: int, races: int, seed: int) -> dict[str, Any]:
    """The figures of one crowd on a project of its own; "problems" is empty lists if all is well."""
    from annotator.models import Annotation, Slot

    project, tokens = made_project(clients, examples)
    watcher = Watcher(project)
    watching = threading.Thread(target=watcher.watch, daemon=True)
    watching.start()
    begun = time.monotonic()
    host, _, port = urlsplit(url).netloc.partition(":")
    crowd = Crowd((host, int(port)), project.pk, OVERLAP * examples, end_lease, lambda: watcher.left == 0)
    log = crowd.work(tokens, seed)
    seconds = time.monotonic() - begun
    watcher.stopped.set()
    watching.join()
    watcher.look()
    begun = time.monotonic()
    lost = races_lost((host, int(port)), log.submitted, tokens, TEXT, races, seed)
    race_seconds = time.monotonic() - begun
    counts = log.counts()
    ours = Annotation.objects.filter(project=project)
    undone = Slot.objects.filter(project=project).exclude(state="done").count()
    people = Counter(ours.values_list("assignment__user", "assignment__example"))
    mismatch = f"{len(log.submitted)} were acknowledged, {people.total()} are stored"
    problems = {
        "over-assigned": [f"{watcher.crowded} times an example had more people than places"] * bool(watcher.crowded),
        "repeated person": log.repeated + [f"{each}: {times} times" for each, times in people.items() if times > 1],
        "starved": starved(log.given, watcher.looks),
        "places left": [f"{undone} places"] * bool(undone),
        "refused": log.refused,
        "edit races not won by one": lost,
        "not stored": [mismatch] * (len(log.submitted) != people.total()),
        **books_wrong(project),
    }
    return {
        "clients": clients,
        "examples": examples,
        "people per example": OVERLAP,
        "seed": seed,
        "places": OVERLAP * examples,
        "texts given": sum(each.example is not None for each in log.given),
        "submitted and counted": counts[True],
        "submitted late, surplus": counts[False],
        "leases let end": len(log.forgotten),
        "sent away (204)": sum(each.example is None for each in log.given),
        "looks at the database": len(watcher.looks),
        "seconds": round(seconds, 1),
        "edit races": races,
        "seconds of races": round(race_seconds, 1),
        **{kind: len(found) for kind, found in problems.items()},
        "problems": problems,
    }


def made_project(clients: int, examples: int) -> tuple[Any, dict[str, str]]:
    """A project of three people per example, and {username: token}."""
    from annotator.services.imports import examples_import
    from annotator.services.tokens import token_issue
    from tests.annotator.factories import jsonl, make_project, make_user

    project = make_project(make_user("owner", is_staff=True), overlap=OVERLAP, desk={"asks": ["marks"]})
    responses = [{"text": TEXT}]
    lines = [{"id": f"e{n}", "question": f"How many moons has {n}?", "responses": responses} for n in range(examples)]
    examples_import(project=project, file=jsonl(*lines), format="jsonl")
    users = [make_user(f"client{number}", project) for number in range(clients)]
    return project, {user.username: token_issue(user=user)[1] for user in users}


def end_lease(assignment_id: int) -> None:
    """Lets it have ended a minute ago, by the database's clock."""
    from django.db import connection
    from django.db.models.functions import Now
    from django.utils.timezone import timedelta

    from annotator.models import Assignment

    Assignment.objects.filter(pk=assignment_id).update(leased_until=Now() - timedelta(minutes=1))
    connection.close()


if __name__ == "__main__":
    sys.exit(main())
