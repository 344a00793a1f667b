"""Submits alone, by HTTP and by pgbench, which runs the very statements that a submit runs."""

import re
import subprocess
from collections.abc import Callable, Sequence
from itertools import count as count_on
from pathlib import Path

from django.db import connection
from django.utils.timezone import now, timedelta
from knox.models import AuthToken
from knox.settings import CONSTANTS

from annotator.domain.desk import task_to_json
from annotator.management.embedded import postgres_bin
from annotator.models import Annotation, Assignment, Project, Slot, SlotState
from annotator.selectors.projects import desk_of
from tests.bench.store import redpen, texts
from tests.bench.store.cycles import ANNOTATORS
from tests.bench.store.load import Cycle, Wrong, drive, expect
from tests.bench.store.report import Report
from tests.bench.store.statements import script, statements_of
from tests.bench.store.wire import Address, Connection

# Where the ids of each table start, so that a number in a statement tells which row it names.
STARTS = {
    "user": 21_000_001,
    "membership": 22_000_001,
    "example": 23_000_001,
    "response": 24_000_001,
    "slot": 25_000_001,
    "assignment": 26_000_001,
    "annotation": 27_000_001,
    "judgement": 28_000_001,
}
OF_PERSON, MADE = ("user", "membership"), ("annotation", "judgement")
CLIENT_ID, CLIENT_IDS = "10000000-0000-4000-8000-{}", 100_000_000_000
FIRST = 8  # submits that come before the one whose statements are taken: connections are open by then, plans cached


def measure(folder: Path, report: Report, count: int) -> dict:
    """Submits per second of `count`, by HTTP and by pgbench, from as many annotators. Raises Wrong."""
    each = count // ANNOTATORS
    # Turns of a person: the first ones, then pgbench's, then those by HTTP, warm-up and the last under way included.
    by_http = FIRST + 1 + each
    project, tokens = _prepared(ANNOTATORS * (by_http + each + each // 10 + FIRST))
    with redpen.web(folder) as address:
        statements = _statements(address, tokens[0], folder / "log" / "postgres.log")
        warm_up = max(count // 10, 1)
        run = drive(address, ANNOTATORS * [_submitting(by_http, tokens)], warm_up=warm_up, cycles=count)
    run.write(report.logs / "submit-8.tsv")
    (report.logs / "submit.pgbench.sql").write_text(_script(statements, tokens[0]))
    rate, said = _pgbench(report.logs / "submit.pgbench.sql", FIRST + 1, each)
    (report.logs / "submit.pgbench.txt").write_text(said)
    wanted = FIRST + 1 + run.done + ANNOTATORS * each
    if redpen.stored(project.pk) != (wanted, wanted * texts.SPANS):
        raise Wrong(f"{wanted} annotations were submitted, {redpen.stored(project.pk)} with their spans are stored")
    return {"http": run.figures(), "pgbench_per_second": rate, "statements": len(statements)}


def _prepared(leases: int) -> tuple[Project, list[str]]:
    """A project whose every place is leased, to its annotators in turn."""
    with connection.cursor() as cursor:
        for table, start in STARTS.items():
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('annotator_{table}', 'id'), {start}, false)")
    project, tokens = redpen.project("submits", leases, ANNOTATORS)
    desk, taxonomy = task_to_json(desk_of(project)), project.taxonomies.get()
    Assignment.objects.bulk_create(
        Assignment(
            project=project,
            example_id=slot.example_id,
            user_id=STARTS["user"] + 1 + number % ANNOTATORS,
            slot=slot,
            taxonomy=taxonomy,
            guideline_version=project.guideline_version,
            desk=desk,
            display_order=[0],
            leased_until=now() + timedelta(days=1),
        )
        for number, slot in enumerate(Slot.objects.filter(project=project).order_by("pk"))
    )
    Slot.objects.filter(project=project).update(state=SlotState.LEASED)
    return project, tokens


def _submitting(turn: int, tokens: Sequence[str]) -> Callable[[], Cycle]:
    """Each submits the next lease, whoever's it is, so that it does not matter who is faster."""
    leases = count_on(turn * ANNOTATORS)

    def cycle() -> Cycle:
        lease = next(leases)
        yield from redpen.submit(STARTS["assignment"] + lease, tokens[lease % ANNOTATORS])

    return cycle


def _client_id(lease: int) -> str:
    return CLIENT_ID.format(CLIENT_IDS + lease)


def _statements(address: Address, token: str, log: Path) -> list[str]:
    """What a submit by the first annotator runs."""
    wire = Connection(address)

    def send(turn: int) -> None:
        lease = turn * ANNOTATORS
        data = redpen.submission(STARTS["assignment"] + lease, token, _client_id(lease))
        expect(wire.exchange(data), 200)

    for turn in range(FIRST):
        send(turn)
    found = statements_of(lambda: send(FIRST), log, _client_id(FIRST * ANNOTATORS))
    wire.close()
    return found


def _script(statements: Sequence[str], token: str) -> str:
    """One submit per run: a client is an annotator, and `n` their turn. An id has a space before it, because in JSON
    there may be another colon."""
    annotation = Annotation.objects.get(record_id=_client_id(FIRST * ANNOTATORS))
    made = {str(annotation.pk): "annotation", str(annotation.judgements.get().pk): "judgement"}
    row = AuthToken.objects.get(token_key=token[: CONSTANTS.TOKEN_KEY_LENGTH])
    known = {row.token_key: ":token_key", row.digest: ":digest"}
    known |= {_client_id(FIRST * ANNOTATORS): CLIENT_ID.format(":client")}
    lines = [r"\set n :n + 1", rf"\set lease :n * {ANNOTATORS} + :client_id", rf"\set client {CLIENT_IDS} + :lease"]
    for name, start in STARTS.items():
        if name in OF_PERSON:
            known[str(start + 1)] = f" :{name}"
            lines.append(rf"\set {name} {start + 1} + :client_id")
        elif name not in MADE:
            known[str(start + FIRST * ANNOTATORS)] = f" :{name}"
            lines.append(rf"\set {name} {start} + :lease")
    lines += [r"\set first :n = :start", r"\if :first"]
    lines += [r"SELECT token_key, digest FROM knox_authtoken WHERE user_id = :user \gset", r"\endif"]
    return script(statements, known, made, "\n".join(lines))


def _pgbench(file: Path, start: int, each: int) -> tuple[float, str]:
    """Runs of the script per second, and all that pgbench said. Raises Wrong."""
    at = connection.get_connection_params()
    command = [str(postgres_bin() / "pgbench"), "--no-vacuum", "--file", str(file), "--client", str(ANNOTATORS)]
    command += ["--jobs", "2", "--transactions", str(each), "-D", f"n={start - 1}", "-D", f"start={start}"]
    command += ["--host", at["host"], "--username", at["user"], at["dbname"]]
    done = subprocess.run(command, capture_output=True, text=True)
    rate = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
    if done.returncode or not rate:
        raise Wrong(f"pgbench: {done.stderr[-1000:]}")
    return float(rate[1]), done.stdout
