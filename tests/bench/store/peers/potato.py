"""Potato. It keeps its state in the memory of one process and a JSON file per annotator, so one process it must be;
its answer to "next" is a whole page."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import orjson

from tests.bench.store import texts
from tests.bench.store.cycles import Site
from tests.bench.store.load import Cycle, Wrong, expect
from tests.bench.store.peers.environments import environment, variables
from tests.bench.store.serving import free_address, serving
from tests.bench.store.wire import Address, Connection, request

PINS = ("potato-annotation==2.12.1",)
VERSION = "2.12.1"
LABEL = "irrelevant"
SPANS = [
    {"schema": "err", "name": LABEL, "title": LABEL, "start": start, "end": end, "value": "true"}
    for start, end in texts.MARKED
]
SHOWN = re.compile(rb'id="instance_id"[^>]* value="([^"]+)"')


@contextmanager
def running(folder: Path, _: dict[str, str], examples: int, annotators: int) -> Iterator[Site]:
    """Raises RuntimeError, Wrong, subprocess.CalledProcessError."""
    bin = environment("potato", PINS)
    items = [{"id": f"e{number}", "text": texts.RESPONSE} for number in range(examples)]
    (folder / "items.jsonl").write_text("".join(json.dumps(item) + "\n" for item in items))
    address = free_address()
    config = {
        "annotation_task_name": "bench",
        "task_dir": str(folder),
        "output_annotation_dir": str(folder / "out"),
        "data_files": ["items.jsonl"],
        "item_properties": {"id_key": "id", "text_key": "text"},
        "require_password": False,
        "host": address[0],
        "annotation_schemes": [
            {"annotation_type": "span", "name": "err", "description": "Errors", "labels": [LABEL]},
        ],
    }
    (folder / "config.yaml").write_text(json.dumps(config))  # which is YAML
    # It takes no configuration from outside of where it is started.
    command = ["env", "--chdir", str(folder), str(bin / "potato"), "start", "config.yaml", "-p", str(address[1])]
    with serving(command, address, "/health", folder / "potato.log", variables()):
        yield Site(address, [annotator(address, f"a{n}") for n in range(annotators)], lambda: stored(folder / "out"))


def annotator(address: Address, name: str) -> Callable[[], Cycle]:
    wire, headers = Connection(address), {"Host": "127.0.0.1"}
    form = headers | {"Content-Type": "application/x-www-form-urlencoded"}
    reply = expect(wire.exchange(request("POST", "/auth", form, urlencode({"email": name}).encode())), 302)
    wire.close()
    headers |= {"Cookie": cookie(reply.head)}
    first = request("GET", "/annotate", headers)
    headers |= {"Content-Type": "application/json"}
    later = request("POST", "/annotate", headers, b'{"action": "next_instance"}')
    takes = iter([first])

    def cycle() -> Cycle:
        page = expect((yield "next", next(takes, later)), 200).body
        shown = SHOWN.search(page)
        if not shown or texts.SENTENCES[0].encode() not in page:
            raise Wrong(f"no text on the page: {page[:300]!r}")
        body = orjson.dumps({"instance_id": shown[1].decode(), "annotations": {}, "span_annotations": SPANS})
        reply = expect((yield "submit", request("POST", "/updateinstance", headers, body)), 200)
        if b'"error"' in reply.body:
            raise Wrong(reply.body.decode())

    return cycle


def cookie(head: bytes) -> str:
    lines = [line for line in head.decode().splitlines() if line.lower().startswith("set-cookie:")]
    return "; ".join(line.split(":", 1)[1].split(";")[0].strip() for line in lines)


def stored(folder: Path) -> tuple[int, int]:
    """Texts with spans, and the spans, in the files of the annotators."""
    marked = [
        spans
        for file in folder.rglob("user_state.json")
        for spans in json.loads(file.read_text())["instance_id_to_span_to_value"].values()
    ]
    return len(marked), sum(map(len, marked))
