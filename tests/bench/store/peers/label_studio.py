"""Label Studio, community edition: its call for the next task, and one for an annotation with its regions.

It needs PostgreSQL's trigram and B-tree GIN extensions, which the embedded PostgreSQL does not have: it runs on the one
that is installed on the machine, with the same settings. Three workers of four threads, as Redpen's image has.
"""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import orjson
import psycopg2

from annotator.management import embedded
from annotator.services.processes import stop
from tests.bench.store import texts
from tests.bench.store.cycles import Site
from tests.bench.store.load import Cycle, Wrong, expect
from tests.bench.store.peers.environments import environment, variables
from tests.bench.store.serving import free_address, serving
from tests.bench.store.wire import Address, Connection, request

PINS = ("label-studio==1.23.2", "gunicorn==27.0.1")
INSTALLED = sorted(int(share.parts[4]) for share in Path("/usr/share/postgresql").glob("*/extension/pg_trgm.control"))
VERSION = f"1.23.2, on PostgreSQL {INSTALLED[-1]}" if INSTALLED else "1.23.2"
SEED = Path(__file__).with_name("label_studio_seed.py").read_text()
REGIONS = [
    {"id": f"r{start}", "from_name": "label", "to_name": "text", "type": "labels", "origin": "manual"}
    | {
        "value": {"start": start, "end": end, "text": texts.RESPONSE[start:end], "labels": ["irrelevant"]},
    }
    for start, end in texts.MARKED
]
ANNOTATION = orjson.dumps({"result": REGIONS, "lead_time": 12.5})


@contextmanager
def running(folder: Path, _: dict[str, str], examples: int, annotators: int) -> Iterator[Site]:
    """With PostgreSQL and gunicorn. Raises RuntimeError, Wrong, ServerError."""
    bin = environment("label-studio", PINS)
    with postgres(folder / "postgresql") as database, web(folder, bin, database, annotators) as (address, made):
        tasks = [{"text": texts.RESPONSE, "question": texts.question(number)} for number in range(examples)]
        path = f"/api/projects/{made['project']}/import"
        upload = request("POST", path, headers(made["tokens"][0]), orjson.dumps(tasks))
        expect(Connection(address).exchange(upload), 201)
        starts = [annotator(made["project"], token) for token in made["tokens"]]
        yield Site(address, starts, lambda: stored(database))


@contextmanager
def postgres(folder: Path) -> Iterator[dict[str, str]]:
    """Raises RuntimeError if none with the extensions is installed."""
    if not INSTALLED:
        raise RuntimeError("no PostgreSQL with pg_trgm is installed (Debian's package is called postgresql)")
    bin = Path(f"/usr/lib/postgresql/{INSTALLED[-1]}/bin")
    with patch.object(embedded, "postgres_bin", return_value=bin):
        server = embedded.start_postgres(folder)
    try:
        yield {"host": str(embedded.socket_dir(folder)), "user": embedded.DATABASE, "dbname": embedded.DATABASE}
    finally:
        stop([server], number=embedded.STOP_SIGNAL, grace_seconds=5)


@contextmanager
def web(folder: Path, bin: Path, database: dict[str, str], annotators: int) -> Iterator[tuple[Address, dict]]:
    """Its address, and what the seed made."""
    home = next(bin.parent.glob("lib/*/site-packages/label_studio"))
    env = variables(
        DJANGO_DB="default",
        POSTGRE_HOST=database["host"],
        POSTGRE_USER=database["user"],
        POSTGRE_NAME=database["dbname"],
        LABEL_STUDIO_BASE_DATA_DIR=str(folder),
        DJANGO_SETTINGS_MODULE="core.settings.label_studio",
        COLLECT_ANALYTICS="False",
        LATEST_VERSION_CHECK="False",
        SENTRY_DSN="",
        FRONTEND_SENTRY_DSN="",
    )
    def python(*arguments: str) -> str:
        done = subprocess.run([bin / "python", *arguments], cwd=home, env=env, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        return done.stdout

    python("manage.py", "migrate", "--verbosity", "0")
    made = json.loads(python("-c", SEED, str(annotators)).splitlines()[-1])
    address = free_address()
    command = [str(bin / "gunicorn"), "core.wsgi", "--chdir", str(home), "--bind", "{}:{}".format(*address)]
    command += ["--workers", "3", "--threads", "4"]
    with serving(command, address, "/health", folder / "label-studio.log", env):
        yield address, made


def headers(token: str) -> dict[str, str]:
    return {"Host": "127.0.0.1", "Authorization": f"Token {token}", "Content-Type": "application/json"}


def annotator(project: int, token: str) -> Callable[[], Cycle]:
    take = request("GET", f"/api/projects/{project}/next/", headers(token))

    def cycle() -> Cycle:
        task = orjson.loads(expect((yield "next", take), 200).body)
        if task["data"]["text"] != texts.RESPONSE:
            raise Wrong(f"another text: {task['data']!r}")
        path = f"/api/tasks/{task['id']}/annotations/"
        expect((yield "submit", request("POST", path, headers(token), ANNOTATION)), 201)

    return cycle


def stored(database: dict[str, str]) -> tuple[int, int]:
    """Annotations, and regions in them."""
    with psycopg2.connect(**database) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*), coalesce(sum(jsonb_array_length(result::jsonb)), 0) FROM task_completion")
        annotations, regions = cursor.fetchone()
        return annotations, int(regions)
