"""Acknowledged is stored: `make ledger SUBMITS=10000 FAULTS=500`.

Simulated annotators submit over HTTP, and write down, on the disk, what they are about to submit and what they were
answered, while web workers and the web server are killed, PostgreSQL is stopped at once, connections are reset,
acknowledgements are dropped after the commit, requests arrive when they have been sent again already, Redis is killed,
and leases end. Then the journals are held against the store: all that was acknowledged is there once, as it was sent.
Prints a table, writes a report, and exits with 1 on any difference; so it does if it does not find losses that it
plants in the store itself.
"""

import argparse
import json
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.faults.ledger.annotators import Pace, annotate
from tests.faults.ledger.faults import Injector, faults_planned
from tests.faults.ledger.journal import Intent, read_journals
from tests.faults.ledger.proxy import Proxy
from tests.faults.ledger.site import Site, alive, site
from tests.served import REPORTS

PROCESSES, PEOPLE = 2, 8
OVERLAP = 2
TEXT = "Oru has two moons. 🌕 It has two moons, and a ring of ice that nobody has ever seen from the ground."


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submits", type=int, default=10_000)
    parser.add_argument("--faults", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--report", type=Path, default=REPORTS / "ledger.json")
    arguments = parser.parse_args()
    folder = tempfile.TemporaryDirectory(prefix="redpen-ledger-", ignore_cleanup_errors=True)
    with folder as name, site(Path(name)) as running:
        figures = run(running, Path(name) / "journals", arguments.submits, arguments.faults, arguments.seed)
    for what, value in table(figures):
        print(f"{what:<44}{value:>24}")
    for kind, problems in figures["problems"].items():
        for problem in problems[:5]:
            print(f"{kind}: {problem}", file=sys.stderr)
    arguments.report.parent.mkdir(parents=True, exist_ok=True)
    arguments.report.write_text(json.dumps(figures, indent=1))
    return 0 if clean(figures) else 1


def run(running: Site, journals: Path, submits: int, faults: int, seed: int) -> dict[str, Any]:
    """The figures of one run, with every difference that was found."""
    chance = random.Random(seed)
    project, tokens = made_project(submits)
    proxy = Proxy(running.address)
    injector = Injector(running, proxy, chance)
    planned = faults_planned(faults, chance)
    done: Counter[str] = Counter()
    journals.mkdir()
    begun = time.monotonic()
    spawned = multiprocessing.get_context("spawn")
    pace = Pace(spawned.Value("i", 0), spawned.Value("i", 0), spawned.Value("i", 0))
    shares = [dict(list(tokens.items())[number::PROCESSES]) for number in range(PROCESSES)]
    people = [
        spawned.Process(
            target=annotate, args=(proxy.address, project.pk, share, journals, pace, submits, seed), daemon=True
        )
        for share in shares
    ]
    for process in people:
        process.start()
    for number, kind in enumerate(planned):
        _await(pace, number * submits // len(planned), people)
        # Ahead of the next fault by as many as there are people, so that all of them are at work when it strikes.
        pace.allowed.value = min(submits, (number + 1) * submits // len(planned) + len(tokens))
        injector.strike(kind)
        done[kind] += 1
        if (number + 1) % 50 == 0:
            print(f"  {number + 1} faults, {pace.answered.value} submits, {time.monotonic() - begun:.0f} s", flush=True)
    pace.allowed.value = submits
    for process in people:
        process.join()
    seconds = time.monotonic() - begun
    healthy = running.healthy() and alive(running.celery)
    _await_late(proxy)
    proxy.close()
    found = examine(project, read_journals(journals))
    return {
        "submits": submits,
        "seed": seed,
        "annotators": len(tokens),
        "faults": dict(done),
        "leases_ended": injector.leases_ended,
        "seconds": round(seconds, 1),
        "healthy": healthy,
        "exit_codes": [process.exitcode for process in people],
        **found,
    }


def made_project(submits: int) -> tuple[Any, dict[str, str]]:
    """A project with more examples than can be used up, and {username: token}."""
    from annotator.services.projects import project_update
    from annotator.services.tokens import token_issue
    from tests.annotator.factories import make_examples, make_project, make_user

    project = make_project(make_user("owner", is_staff=True))
    project = project_update(project=project, overlap=OVERLAP)
    make_examples(project, submits // OVERLAP + 10 * PROCESSES * PEOPLE, (TEXT, "Oru has one moon."))
    users = [make_user(f"ann{number}", project) for number in range(PROCESSES * PEOPLE)]
    return project, {user.username: token_issue(user=user)[1] for user in users}


def examine(project: Any, intents: dict[str, Intent]) -> dict[str, Any]:
    from django.db import connection, transaction

    from tests.faults.ledger.checking import books_wrong, differences, stored_annotations
    from tests.faults.ledger.planted import found_planted

    connection.close()
    with transaction.atomic():
        stored = stored_annotations(project)
        problems = {**differences(intents, stored), **books_wrong(project)}
    answers = [intent.answer for intent in intents.values() if intent.acknowledged and intent.answer]
    return {
        "intents": len(intents),
        "acknowledged": len(answers),
        "stored": len(stored),
        "surplus": sum(not each.counted for each in stored),
        "sent": sum(answer["attempts"] for answer in answers),
        "replayed": sum(answer["reply"]["replayed"] for answer in answers),
        "problems": problems,
        "planted": found_planted(project, intents),
    }


def table(figures: dict[str, Any]) -> list[tuple[str, str]]:
    planted = figures["planted"]
    return [
        *((kind, str(count)) for kind, count in sorted(figures["faults"].items())),
        ("faults", str(sum(figures["faults"].values()))),
        ("leases ended", str(figures["leases_ended"])),
        ("annotators at once", str(figures["annotators"])),
        ("submits intended", str(figures["intents"])),
        ("submits sent, with those sent again", str(figures["sent"])),
        ("acknowledged", str(figures["acknowledged"])),
        ("acknowledged as stored by an earlier request", str(figures["replayed"])),
        ("stored", str(figures["stored"])),
        ("of these surplus: kept, not counted", str(figures["surplus"])),
        *((kind if kind != "missing" else "acknowledged and missing", str(len(found)))
          for kind, found in figures["problems"].items()),
        ("planted losses found", f"{sum(planted.values())} of {len(planted)}"),
        ("all parts well in the end", "yes" if figures["healthy"] else "no"),
        ("seconds", str(figures["seconds"])),
    ]  # fmt: skip


def clean(figures: dict[str, Any]) -> bool:
    whole = figures["submits"] == figures["intents"] == figures["acknowledged"] == figures["stored"]
    ended = figures["healthy"] and not any(figures["exit_codes"])
    return whole and ended and not any(figures["problems"].values()) and all(figures["planted"].values())


def _await(pace: Pace, answered: int, people: list[Any]) -> None:
    while pace.answered.value < answered:
        if not any(process.is_alive() for process in people):
            raise RuntimeError(f"the annotators ended after {pace.answered.value} submits")
        time.sleep(0.005)


def _await_late(proxy: Proxy) -> None:
    """What was held back must have arrived before anything is counted."""
    while proxy.late < proxy.delayed:
        time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main())
