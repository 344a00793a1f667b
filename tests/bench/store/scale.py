"""What size does: the next text of a small project and of one with a million, and how fast examples come in."""

import time
from collections.abc import Callable
from pathlib import Path

import orjson
from django.db import connection

from annotator.models import Role, User
from annotator.services.tokens import token_issue
from tests.annotator.factories import make_project, make_user
from tests.bench.store import redpen, texts
from tests.bench.store.load import Cycle, Wrong, drive, expect
from tests.bench.store.report import Report
from tests.bench.store.wire import Connection, request
from tests.bench.store_scale import store_analyse, store_fill

SMALL, JUDGED = 1_000, 3
WARM_UP, CYCLES, LOOKS = 30, 300, 20
BOUNDARY = "a-line-between-parts"


def next_in(folder: Path, report: Report, examples: int) -> dict:
    """Milliseconds of next for one annotator in a project of so many examples that JUDGED people have judged, each
    with one open place; beside what the annotator has judged of them before. Raises Wrong."""
    project = make_project(make_user(f"owner-{examples}", is_staff=True), f"scale-{examples}", overlap=JUDGED + 1)
    begun = time.monotonic()
    people = store_fill(project=project, examples=examples, judged=JUDGED)
    store_analyse()
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    filled = time.monotonic() - begun
    token = token_issue(user=User.objects.get(pk=people[0]))[1]
    with redpen.web(folder) as address:
        run = drive(address, [_annotator(project.pk, token)], warm_up=WARM_UP, cycles=CYCLES)
    run.write(report.logs / f"next-{examples}.tsv")
    if (stored := redpen.stored(project.pk)[0]) != JUDGED * examples + run.done:
        raise Wrong(f"{JUDGED * examples + run.done} annotations were there or acknowledged, {stored} are stored")
    return {"examples": examples, "annotations": JUDGED * examples, "filled_seconds": filled, **run.figures()}


def imported(folder: Path, examples: int) -> dict:
    """Seconds from the upload of a JSONL file to the answer that says that all of it is stored. Raises Wrong."""
    project = make_project(make_user("owner-import", is_staff=True), "import")
    token = token_issue(user=make_user("researcher-import", project, Role.RESEARCHER))[1]
    file = b"".join(orjson.dumps(line) + b"\n" for line in texts.examples(examples))
    with redpen.web(folder) as address:
        begun = time.monotonic()
        reply = expect(Connection(address).exchange(_upload(project.pk, token, file)), 200, 201)
        seconds = time.monotonic() - begun
    if orjson.loads(reply.body)["examples"] != examples or project.examples.count() != examples:
        raise Wrong(f"{examples} examples were uploaded: {reply.body[:500]!r}")
    return {"examples": examples, "bytes": len(file), "seconds": seconds, "per_second": examples / seconds}


def dashboard(folder: Path, report: Report, annotations: int) -> dict:
    """Milliseconds of each of several requests for the figures of a project with so many annotations. Raises Wrong."""
    project = make_project(make_user("owner-dashboard", is_staff=True), "dashboard", overlap=JUDGED)
    store_fill(project=project, examples=-(-annotations // JUDGED), judged=JUDGED)
    store_analyse()
    token = token_issue(user=make_user("researcher-dashboard", project, Role.RESEARCHER))[1]
    look = request("GET", f"/api/v1/projects/{project.pk}/dashboard", redpen.headers(token))
    with redpen.web(folder) as address:
        run = drive(address, [lambda: _look(look, annotations)], warm_up=1, cycles=LOOKS)
    run.write(report.logs / "dashboard.tsv")
    return {"annotations": annotations, "first_ms": 1000 * run.requests[0].seconds, **run.figures()}


def _look(look: bytes, annotations: int) -> Cycle:
    reply = expect((yield "dashboard", look), 200)
    told = orjson.loads(reply.body)["progress"]["annotations"]
    if told < annotations:
        raise Wrong(f"{annotations} annotations are stored, {told} are told")


def _annotator(project_id: int, token: str) -> Callable[[], Cycle]:
    """Finds every text clean."""
    take = request("POST", f"/api/v1/projects/{project_id}/assignments/next", redpen.headers(token), b"{}")

    def cycle() -> Cycle:
        assignment = orjson.loads(expect((yield "next", take), 200).body)
        yield from redpen.submit(assignment["id"], token, assignment["example"]["responses"][0]["sha256"], [])

    return cycle


def _upload(project_id: int, token: str, file: bytes) -> bytes:
    fields = [b'name="format"\r\n\r\njsonl', b'name="file"; filename="examples.jsonl"\r\n\r\n' + file]
    parts = b"".join(b"--%b\r\nContent-Disposition: form-data; %b\r\n" % (BOUNDARY.encode(), part) for part in fields)
    headers = redpen.headers(token) | {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    path = f"/api/v1/projects/{project_id}/imports"
    return request("POST", path, headers, parts + b"--%b--\r\n" % BOUNDARY.encode())
