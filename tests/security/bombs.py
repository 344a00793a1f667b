"""Requests that are small to send and would be large to answer: `make bombs`.

Each is sent to a real web server. It must be refused (4xx) within SECONDS, and the server and what it starts must take
no more than MEGABYTES beyond what they had. Writes .redpen/reports/bombs.json; exits with 1 where one is not.
"""

import io
import json
import sys
import tempfile
import threading
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import requests

SECONDS, MEGABYTES = 2.0, 200
MIB = 2**20

Bomb = tuple[str, str, dict[str, Any]]  # method, path, what requests.request takes
BOMBS: dict[str, Callable[[], Bomb]] = {}
NEXT, PROJECT, UPLOAD = "projects/{project}/assignments/next", "projects/{project}", "projects/{project}/imports"
SUBMIT, DRAFT = "assignments/{assignment}/submit", "assignments/{assignment}/draft"


def body(name: str, make: Callable[[], bytes | str], path: str = NEXT, method: str = "POST", **headers: str) -> None:
    def bomb() -> Bomb:
        made = make()
        data = made.encode("utf-8", "surrogatepass") if isinstance(made, str) else made
        return method, path, {"data": data, "headers": {"Content-Type": "application/json", **headers}}

    BOMBS[name] = bomb


def told(name: str, make: Callable[[], Any], path: str = PROJECT, method: str = "PATCH") -> None:
    """A value that is JSON, and too much of it for what it is to be."""
    body(name, lambda: json.dumps(make()), path, method)


def file(name: str, format: str, make: Callable[[], bytes], path: str = UPLOAD) -> None:
    BOMBS[name] = lambda: ("POST", path, {"files": {"file": ("f", make())}, "data": {"format": format}})


def zipped(*entries: tuple[str, bytes], times: int = 1, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in entries:
            for number in range(times):
                archive.writestr(f"{number}-{name}" if times > 1 else name, data)
    return out.getvalue()


def parquet(**columns: Any) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, compression="zstd")
    return out.getvalue()


def repeated(text: str, times: int) -> Any:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array([0] * times, pa.int32()), [text])


def long_list(length: int) -> Any:
    import pyarrow as pa

    return pa.ListArray.from_arrays(pa.array([0, length], pa.int32()), pa.nulls(length, pa.int8()))


def lying_zip() -> bytes:
    """An entry that says that it is small, and is not."""
    data = bytearray(zipped(("data/train.parquet", b"\0" * (100 * MIB))))
    place = data.index(b"PK\x01\x02")
    data[place + 24 : place + 28] = (1000).to_bytes(4, "little")
    return bytes(data)


def example(**fields: Any) -> bytes:
    made = {"id": "e", "prompt": "Q", "question": "Q?", "passages": [], "responses": [{"text": "One."}], **fields}
    return json.dumps(made).encode()


def taxonomy(types: Any, version: str = "b") -> dict[str, Any]:
    category = {"key": "c", "name": "C", "description": "", "density": "sentence", "types": types}
    return {"taxonomy": {"version": version, "categories": [category]}}


def question(**fields: Any) -> dict[str, Any]:
    return {"key": "q", "prompt": "Q?", "kind": "choice", "options": [{"key": "a", "label": "A"}], **fields}


def gzipped(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()


# JSON
body("deep lists", lambda: "[" * 400_000)
body("deep lists that end", lambda: "[" * 100_000 + "]" * 100_000)
body("deep objects", lambda: '{"a":' * 100_000 + "1" + "}" * 100_000)
body("lists of 65 levels", lambda: '{"after":' + "[" * 65 + "]" * 65 + "}")
body("a million numbers", lambda: "[" + "1," * 500_000 + "1]")
body("a million keys", lambda: "{" + ",".join(f'"{number:x}":1' for number in range(90_000)) + "}")
body("empty objects", lambda: "[" + "{}," * 300_000 + "{}]")
body("a number of a megabyte", lambda: '{"after":' + "9" * (MIB - 20) + "}")
body("a number with an exponent", lambda: '{"after":1e999999999}')
body("a fraction of a megabyte", lambda: '{"after":0.' + "1" * (MIB - 20) + "}")
body("two megabytes", lambda: '{"after":"' + "x" * (2 * MIB) + '"}')
body("eleven megabytes of a submit", lambda: '{"client_id":"' + "x" * (11 * MIB) + '"}', SUBMIT)
body("escapes", lambda: '{"after":"' + "\\u0041" * 170_000 + '"}')
body("lone surrogates", lambda: '{"after":"' + "\\ud800" * 170_000 + '"}')
body("the same key again and again", lambda: "{" + '"after":"x",' * 80_000 + '"after":"x"}')
body("space", lambda: " " * (MIB - 1))
body("gzip, said", lambda: gzipped(b" " * (100 * MIB)), **{"Content-Encoding": "gzip"})
body("gzip, not said", lambda: gzipped(b"[" * (100 * MIB)))
body("UTF-16", lambda: '{"after": 1}'.encode("utf-16"))
body("no UTF-8", lambda: b'{"after": "' + b"\xff" * 100_000 + b'"}')
# What annotators send
told("marks without end", lambda: {"judgements": [{"spans": [{"start": 0, "end": 1}] * 60_000}]}, SUBMIT, "POST")
told("judgements without end", lambda: {"judgements": [{}] * 100_000}, SUBMIT, "POST")
told("a draft of many parts", lambda: {"revision": 0, "body": {str(key): {} for key in range(100_000)}}, DRAFT, "PUT")
told("a log without end", lambda: {"log": [{"at": 0}] * 100_000}, SUBMIT, "POST")
# Settings
told("types without end", lambda: taxonomy([{"key": f"t{n}", "name": "T", "description": ""} for n in range(30_000)]))
told("a type of a long name", lambda: taxonomy([{"key": "t", "name": "n" * 3 * MIB, "description": ""}]))
told("questions without end", lambda: {"desk": {"questions": [question(key=f"q{n}") for n in range(15_000)]}})
told("options without end", lambda: {"desk": {"questions": [question(options=[{"key": "a"}] * 60_000)]}})
told("conditions without end", lambda: {"desk": {"questions": [question(when=[{"question": "q"}] * 60_000)]}})
told("a slug that is looked at for long", lambda: {"slug": "a" * 500_000 + "!"})
told("a slug of dashes", lambda: {"slug": "-a" * 250_000 + " "})
told("letters that become eighteen", lambda: {"name": "\ufdfa" * 300_000})
told("letters with many accents", lambda: {"name": "a" + "\u0301" * 500_000})
told("job defaults without end", lambda: {"job_defaults": {f"k{n}": {"x": 1} for n in range(60_000)}})
told("lessons without end", lambda: [{"part": "tutorial", "record": {}}] * 60_000, f"{PROJECT}/lessons", "PUT")
told("policies without end", lambda: {"kind": "evaluate", "policies": ["x"] * 100_000}, f"{PROJECT}/jobs", "POST")
told("a key of a megabyte", lambda: {"kind": "sft", "idempotency_key": "k" * (MIB - 100)}, f"{PROJECT}/jobs", "POST")
# Files
file("lines that are deep", "jsonl", lambda: b"[" * (5 * MIB))
file("lines that are wide", "jsonl", lambda: b"[" + b"[]," * (2 * MIB) + b"[]]")
file("a line without end", "jsonl", lambda: b'{"id":"' + b"x" * (9 * MIB))
file("metadata without end", "jsonl", lambda: example(metadata={str(key): key for key in range(300_000)}))
file("passages without end", "jsonl", lambda: example(passages=[{"title": "", "sentences": []}] * 250_000))
file("a list that is deep", "qa-feedback", lambda: b"[" * (5 * MIB))
file("a list that is wide", "label-studio", lambda: b"[[" + b"[]," * (2 * MIB) + b"[]]]")
file("an item without end", "argilla", lambda: b'[{"id":"' + b"x" * (9 * MIB))
file("a table of a million columns", "csv", lambda: b",".join(b"c%d" % n for n in range(1_000_000)) + b"\n1\n")
file("a table of one line", "csv", lambda: b"question\n" + b"x," * (9 * MIB))
file("a cell without end", "csv", lambda: b'question\n"' + b"x\n" * (9 * MIB))
file("quotes without end", "csv", lambda: b"question\n" + b'"a\nb",' * (4 * MIB))
file("a zip of zeros", "hugging-face", lambda: zipped(("data/train.parquet", b"\0" * (200 * MIB))))
file("a zip of many", "hugging-face", lambda: zipped(("data/train.parquet", b""), times=5000))
file("a zip in zips", "hugging-face", lambda: zipped(("x.parquet", zipped(("y", b"\0" * (50 * MIB)))), times=20))
file("a zip that lies", "hugging-face", lying_zip)
file("Parquet: a text, again and again", "parquet", lambda: parquet(question=repeated("x" * MIB, 1_000_000)))
file("Parquet: a long text, again", "parquet", lambda: parquet(question=repeated("x" * 7 * MIB, 1000)))
file("Parquet: a list of nothing", "parquet", lambda: parquet(question=long_list(50_000_000)))
file("Parquet: many columns", "parquet", lambda: parquet(**{f"c{n}": [1] for n in range(5000)}))
file("Parquet: one text", "parquet", lambda: parquet(question=["x" * (60 * MIB)]))
file("Parquet: no end", "parquet", lambda: b"PAR1" + b"\0" * MIB + b"\xff\xff\xff\x7fPAR1")
# Forms and headers
BOMBS["many parts"] = lambda: ("POST", UPLOAD, {"files": {f"f{n}": ("f", b"x") for n in range(5000)}})
BOMBS["many fields"] = lambda: (
    "POST", UPLOAD, {"files": {"file": ("f", b"")}, "data": {f"f{n}": "x" for n in range(5000)}},
)  # fmt: skip
BOMBS["a field of twenty megabytes"] = lambda: (
    "POST", UPLOAD, {"files": {"file": ("f", b"{}")}, "data": {"format": "jsonl", "labels": "x" * 20 * MIB}},
)  # fmt: skip
BOMBS["labels that are deep"] = lambda: (
    "POST", UPLOAD, {"files": {"file": ("f", b"{}")}, "data": {"format": "jsonl", "labels": '{"a":' * 50_000}},
)  # fmt: skip
BOMBS["a long header"] = lambda: ("GET", "me", {"headers": {"X-Long": "x" * 100_000}})
BOMBS["many headers"] = lambda: ("GET", "me", {"headers": {f"X-{n}": "x" for n in range(500)}})
BOMBS["a long address"] = lambda: ("GET", "me?" + "x" * 100_000, {})
BOMBS["many parameters"] = lambda: ("GET", f"{PROJECT}/annotations?" + "a&" * 1900, {})


def sent(url: str, bomb: Bomb, token: str, keys: dict[str, Any]) -> tuple[int, float]:
    """Status, and seconds until it came."""
    method, path, options = bomb
    headers = {"Authorization": f"Token {token}", **options.pop("headers", {})}
    address = f"{url}/api/v1/{path.format(**keys)}"
    began = time.monotonic()
    try:
        answer = requests.request(method, address, headers=headers, timeout=60, **options)
    except requests.ConnectionError:  # the server hung up before all was sent
        return 400, time.monotonic() - began
    return answer.status_code, time.monotonic() - began


class Memory:
    """What the web server, its workers and what they start take, in MB: looked at all the time."""

    def __init__(self) -> None:
        self.most = self.now()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Memory":
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(0.01):
            self.most = max(self.most, self.now())

    @staticmethod
    def now() -> float:
        total = 0
        for folder in Path("/proc").iterdir():
            try:
                words = (folder / "cmdline").read_bytes()
                if b"annotator.config.wsgi" in words or b"annotator.domain.formats.apart" in words:
                    environ = (folder / "environ").read_bytes()
                    if SITE.encode() in environ:
                        total += int((folder / "statm").read_text().split()[1])
            except (OSError, IndexError):
                continue
        return total * 4096 / 1e6


SITE = "none"


def world(project_slug: str = "bombs") -> tuple[str, dict[str, Any]]:
    """An admin's token, and the keys of what the bombs are sent to."""
    from annotator.services.tokens import token_issue
    from tests.annotator.factories import assignment_next, make_examples, make_project, make_user

    owner = make_user("owner", is_staff=True)
    project = make_project(owner, project_slug)
    make_examples(project, 3)
    assignment = assignment_next(project=project, user=owner)
    assert assignment
    return token_issue(user=owner)[1], {"project": project.pk, "assignment": assignment.pk}


def thrown(url: str, names: Iterator[str], token: str, keys: dict[str, Any]) -> list[dict[str, Any]]:
    # First of all what every worker loads once.
    for _ in range(4):
        warm = {"files": {"file": ("f", parquet(question=["Q?"]))}, "data": {"format": "parquet"}}
        sent(url, ("POST", UPLOAD, warm), token, keys)
    found = []
    for name in names:
        bomb = BOMBS[name]()
        before = Memory.now()
        with Memory() as memory:
            status, seconds = sent(url, bomb, token, keys)
            if seconds > SECONDS:  # this machine may have been busy with something else
                again = sent(url, BOMBS[name](), token, keys)
                status, seconds = min((status, seconds), again, key=lambda each: each[1])
        found.append({"bomb": name, "status": status, "seconds": round(seconds, 2), "mb": round(memory.most - before)})
    return found


def wrong(found: list[dict[str, Any]]) -> list[str]:
    return [
        each["bomb"]
        for each in found
        if not 400 <= each["status"] < 500 or each["seconds"] > SECONDS or each["mb"] > MEGABYTES
    ]


def main() -> int:
    global SITE
    from tests.served import REPORTS, served

    with tempfile.TemporaryDirectory(prefix="redpen-bombs-", ignore_cleanup_errors=True) as name:
        SITE = name
        with served(Path(name)) as url:
            found = thrown(url, iter(sys.argv[1:] or BOMBS), *world())
    for each in found:
        print(f"{each['status']} {each['seconds']:6.2f} s {each['mb']:5d} MB  {each['bomb']}")
    bad = wrong(found)
    REPORTS.mkdir(parents=True, exist_ok=True)
    (REPORTS / "bombs.json").write_text(json.dumps({"bombs": found, "wrong": bad}, indent=1))
    print(f"{len(found)} bombs, {len(bad)} not defused{': ' if bad else ''}{', '.join(bad)}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
