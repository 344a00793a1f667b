"""doccano. It has no call for the next text: an annotator lists the one on their page, adds a span at a time, and
confirms the text: five requests a cycle. Three workers, each one request at a time, as its own command starts them."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import orjson

from tests.bench.store import texts
from tests.bench.store.cycles import Site
from tests.bench.store.load import Cycle, Wrong, expect
from tests.bench.store.peers.environments import environment, variables
from tests.bench.store.serving import free_address, serving
from tests.bench.store.wire import request

# Its own requirements let in releases that it does not run with: marshmallow 4, NumPy 2, pandas 2 and setuptools
# without pkg_resources; and it does not ask for a driver for PostgreSQL.
PINS = (
    *("doccano==1.8.4", "marshmallow==3.26.2", "numpy==1.26.4", "pandas==1.5.3", "setuptools==65.5.0"),
    "psycopg2-binary==2.9.13",
)
VERSION = "1.8.4 (with marshmallow 3, NumPy 1, pandas 1.5 and psycopg2 put beside it)"
SEED = Path(__file__).with_name("doccano_seed.py").read_text()


@contextmanager
def running(folder: Path, database: dict[str, str], examples: int, annotators: int) -> Iterator[Site]:
    """With PostgreSQL and gunicorn. Raises RuntimeError, subprocess.CalledProcessError."""
    bin = environment("doccano", PINS)
    backend = next(bin.parent.glob("lib/*/site-packages/backend"))
    # doccano takes no socket in its URL; libpq finds it by itself.
    env = variables(PGHOST=database["host"], PGUSER=database["user"])
    env |= {"DATABASE_URL": f"postgres:///{database['dbname']}?sslmode=disable"}
    env |= {"DOCCANO_HOME": str(folder), "MEDIA_ROOT": str(folder), "DEBUG": "False", "STANDALONE": "1"}
    env |= {"DJANGO_SETTINGS_MODULE": "config.settings.production"}
    subprocess.run([bin / "doccano", "init"], env=env, check=True, stdout=subprocess.DEVNULL)
    wanted = {"texts": [texts.RESPONSE] * examples, "questions": [texts.question(n) for n in range(examples)]}
    asked = json.dumps({**wanted, "annotators": annotators})
    seeding = {"cwd": backend, "env": env, "capture_output": True, "text": True}
    seeded = subprocess.run([bin / "python", "-c", SEED], input=asked, **seeding)
    if seeded.returncode:
        raise RuntimeError(seeded.stderr[-2000:])
    made = json.loads(seeded.stdout.splitlines()[-1])
    address = free_address()
    command = [bin / "gunicorn", "config.wsgi", "--chdir", backend, "--bind", "{}:{}".format(*address)]
    with serving([*map(str, command), "--workers", "3"], address, "/v1/me", folder / "doccano.log", env):
        pages = count()
        starts = [annotator(made, token, pages) for token in made["tokens"]]
        yield Site(address, starts, lambda: stored(database))


def annotator(made: dict, token: str, pages: Iterator[int]) -> Callable[[], Cycle]:
    """Of several who share `pages` each takes the next one."""
    headers = {"Host": "127.0.0.1", "Authorization": f"Token {token}"}
    headers |= {"Content-Type": "application/json", "Accept": "application/json"}
    project = f"/v1/projects/{made['project']}"
    bodies = [
        orjson.dumps({"start_offset": start, "end_offset": end, "label": made["label"], "prob": 0})
        for start, end in texts.MARKED
    ]

    def cycle() -> Cycle:
        page = f"{project}/examples?limit=1&offset={next(pages)}&q=&confirmed="
        reply = expect((yield "next", request("GET", page, headers)), 200)
        example = orjson.loads(reply.body)["results"][0]
        if example["text"] != texts.RESPONSE:
            raise Wrong(f"another text: {example['text']!r}")
        path = f"{project}/examples/{example['id']}"
        for body in bodies:
            expect((yield "submit", request("POST", f"{path}/spans", headers, body)), 201)
        expect((yield "submit", request("POST", f"{path}/states", headers, b"{}")), 201)

    return cycle


def stored(database: dict[str, str]) -> tuple[int, int]:
    import psycopg2

    with psycopg2.connect(**database) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM examples_examplestate), (SELECT count(*) FROM labels_span)")
        return cursor.fetchone()
