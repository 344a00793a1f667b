"""Is somebody who was erased found anywhere? `make erasure`.

Three people work in a project of a running Redpen over HTTP, as people of a crowd platform; things go wrong on the way,
so that logs have something to tell. One of them is erased. Everything that says who they are, and the pseudonym that
they had, is then looked for in a full dump of the database, in every export of every dataset, in every answer of the
API, in all files and logs of the data folder, and in Redis. Fails on any hit, and where the search would not have found
them before. Writes .redpen/reports/erasure.json.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

from tests.served import REPORTS, served

TEXTS = 4
ANSWERS = (
    *("people", "progress", "dashboard", "dashboard/agreement", "annotations", "examples", "flags", "quality"),
    *("quality/reports", "audit", "datasets", "disputes", "lessons", "jobs", "models"),
)
# What says who the one is that is erased. Each is long enough not to stand anywhere by chance.
WHO = {
    "platform id": "5f3c9a1be7d2406c8a91f00d",
    "session id": "77aa02c4d1e84f6fb3a95e21",
    "user name": "crowd-b1a7c0ffee42",
    "first name": "Wilhelmina-Xanthe",
    "last name": "Quirrelworth",
    "e-mail": "w.quirrelworth@example.org",
    "survey answer": "born in Upper Quaddleton",
}


def main() -> int:
    folder = tempfile.TemporaryDirectory(prefix="redpen-erasure-", ignore_cleanup_errors=True)
    with folder as name, served(Path(name)) as url:
        world = make_world(url)
        needles = {**WHO, "pseudonym": world["pseudonym"]}
        before = {place: hits(needles, data) for place, data in places(Path(name), url, world)}
        erase(url, world)
        after = {place: hits(needles, data) for place, data in places(Path(name), url, world)}
    return report(needles, before, after)


def make_world(url: str) -> dict[str, Any]:
    """A project in which everything happened that leaves a trace."""
    from annotator.models import Membership, PlatformIdentity, Role, Study, User
    from annotator.services.people import membership_set, user_create
    from annotator.services.tokens import token_issue
    from tests.annotator.factories import make_examples, make_project

    owner = user_create(username="owner", password=None, is_staff=True)
    project = make_project(owner, overlap=3)
    project.desk = {
        "consent": {"version": "1", "body": "Yes."},
        "survey": [{"key": "born", "text": "Where were you born?", "kind": "text"}],
        "gold": {"first_rate": 0, "rate": 0},
    }
    project.save()
    make_examples(project, TEXTS)
    study = Study.objects.create(
        project=project, name="s", provider="prolific", external_id="64a0", places=3, texts=TEXTS, minutes=20,
        currency="GBP", reward=4, target_per_hour=12, created_by=owner,
    )  # fmt: skip
    people = [WHO["user name"], "crowd-0123456789ab", "crowd-ba9876543210"]
    users = [user_create(username=name, password=None) for name in people]
    first = users[0]
    first.first_name, first.last_name, first.email = WHO["first name"], WHO["last name"], WHO["e-mail"]
    first.save()
    PlatformIdentity.objects.create(
        user=first, study=study, provider="prolific", person_id=WHO["platform id"], session_id=WHO["session id"],
        proof="api",
    )  # fmt: skip
    for user in users:
        membership_set(project=project, user=user, role=Role.ANNOTATOR)
        born = WHO["survey answer"] if user == first else "here"
        _work(url, project.pk, token_issue(user=user)[1], born)
    world = {
        "project": project.pk,
        "user": first.pk,
        "member": Membership.objects.get(user=first).pk,
        "pseudonym": Membership.objects.get(user=first).pseudonym,
        "token": token_issue(user=owner)[1],
    }
    _run(url, world, users[0])
    assert User.objects.filter(username=WHO["user name"]).exists()
    return world


def _work(url: str, project: int, token: str, born: str) -> None:
    """Everything that a person does, and some of it wrongly."""
    from tests.annotator.factories import submission

    def send(method: str, path: str, body: Any = None) -> requests.Response:
        headers = {"Authorization": f"Token {token}"}
        return requests.request(method, f"{url}/api/v1/{path}", json=body or {}, headers=headers, timeout=30)

    send("POST", f"projects/{project}/agreements", {"document": "consent", "version": "1"})
    send("POST", f"projects/{project}/survey", {"answers": {"born": born}})
    for _ in range(TEXTS):
        held = send("POST", f"projects/{project}/assignments/next").json()
        send("PUT", f"assignments/{held['id']}/draft", {"revision": 0, "body": {"half": "done"}})
        send("POST", f"assignments/{held['id']}/flag", {"reason": "other", "note": "Odd."})
        send("POST", f"assignments/{held['id']}/submit", {"client_id": "not a uuid"})
        done = send("POST", f"assignments/{held['id']}/submit", submission())
        assert done.status_code == 200, done.text


def _run(url: str, world: dict[str, Any], user: Any) -> None:
    """What those who run the project do meanwhile, this person's name before their eyes."""
    from annotator.models import Project, User
    from annotator.services.quality import report_make

    send = _as_owner(url, world["token"])
    project = f"projects/{world['project']}"
    for content in ("raw", "aggregated"):
        frozen = send("POST", f"{project}/datasets", {"name": f"march {content}", "content": content})
        assert frozen.status_code == 201, frozen.text
    report_make(project=Project.objects.get(pk=world["project"]))
    send("POST", f"{project}/datasets", {"name": "estimated", "weights": "estimated"})
    standing = f"{project}/people/{world['member']}/standing"
    reason = f"{WHO['platform id']} ({world['pseudonym']}) wrote to us as {WHO['e-mail']}."
    send("POST", standing, {"standing": "paused", "reason": reason})
    send("POST", standing, {"standing": "working", "reason": "All is well."})
    # A name that is there already, and a password that is none: both are told to a log.
    requests.post(f"{url}/api/v1/tokens", auth=(WHO["user name"], "wrong"), timeout=30)
    requests.get(f"{url}/sign-in", params={"PROLIFIC_PID": WHO["platform id"]}, timeout=30)
    assert User.objects.filter(pk=user.pk).exists()


def erase(url: str, world: dict[str, Any]) -> None:
    address = f"projects/{world['project']}/people/{world['member']}/erase"
    done = _as_owner(url, world["token"])("POST", address, {"confirm": world["pseudonym"]})
    assert done.status_code == 204, done.text


def places(folder: Path, url: str, world: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Everywhere that somebody could be found, with what is there."""
    yield "dump of the database", _dump()
    yield "Redis", _redis()
    send = _as_owner(url, world["token"])
    project = f"projects/{world['project']}"
    for address in ANSWERS:
        yield f"answer of {address}", send("GET", f"{project}/{address}").content
    for dataset in send("GET", f"{project}/datasets").json():
        if dataset["erased_at"] is None:
            for format in send("GET", "formats").json():
                found = send("GET", f"datasets/{dataset['id']}/download?format={format['key']}").content
                yield f"export {dataset['name']} as {format['key']}", found
            yield f"split of {dataset['name']}", send("GET", f"datasets/{dataset['id']}/files/train.parquet").content
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder)
        # The cluster's own files hold rows that are gone until it is vacuumed; a dump, and a backup of one, do not.
        if file.is_file() and inside.parts[0] not in ("postgres", "static"):
            yield f"file of {inside.parts[0]} as {inside}", file.read_bytes()


def _as_owner(url: str, token: str) -> Any:
    def send(method: str, path: str, body: Any = None) -> requests.Response:
        headers = {"Authorization": f"Token {token}"}
        return requests.request(method, f"{url}/api/v1/{path}", json=body, headers=headers, timeout=60)

    return send


def _dump() -> bytes:
    from django.db import connection

    from annotator.management import embedded

    at = connection.get_connection_params()
    command = [embedded.postgres_bin() / "pg_dump", "-h", at["host"], "-U", at["user"], at["dbname"]]
    return subprocess.run(command, check=True, capture_output=True).stdout


def _redis() -> bytes:
    import redis
    from django.conf import settings

    store = redis.Redis.from_url(settings.REDIS_URL)
    return b"\n".join(key + b" " + (store.dump(key) or b"") for key in store.scan_iter())


def hits(needles: dict[str, str], data: bytes) -> dict[str, int]:
    """How often each is found; Parquet and zip hide little of what is not compressed, so those are opened first."""
    found = {name: sum(part.count(value.encode()) for part in _opened(data)) for name, value in needles.items()}
    return {name: count for name, count in found.items() if count}


def _opened(data: bytes) -> Iterator[bytes]:
    import io
    import zipfile

    import pyarrow.parquet

    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as folder:
            for name in folder.namelist():
                yield from _opened(folder.read(name))
    elif data[:4] == b"PAR1":
        yield json.dumps(pyarrow.parquet.read_table(io.BytesIO(data)).to_pylist(), default=str).encode()
    yield data


def report(needles: dict[str, str], before: dict[str, dict[str, int]], after: dict[str, dict[str, int]]) -> int:
    """Prints where they were and are; 1 if they are anywhere, or some needle was nowhere before."""
    seen = {name for found in before.values() for name in found}
    unseen = sorted(set(needles) - seen)
    left = {place: found for place, found in after.items() if found}
    print(f"{'':44}{'before':>10}{'after':>10}")
    groups = sorted({place.rsplit(" as ", 1)[0] for place in [*before, *after]})
    for group in groups:
        told = [sum(sum(found.values()) for place, found in side.items() if place.rsplit(" as ", 1)[0] == group)
                for side in (before, after)]  # fmt: skip
        print(f"{group:44}{told[0]:>10}{told[1]:>10}")
    total = sum(sum(found.values()) for found in after.values())
    print(f"\n{len(needles)} things that say who somebody is, in {len(after)} places: {total} hits after the erasure.")
    for name in unseen:
        print(f"The search is worth nothing for {name}: it was found nowhere before.")
    for place, found in left.items():
        print(f"Found in {place}: {found}")
    logs = {place: found for place, found in before.items() if place.startswith("file of log") and found}
    for place, found in logs.items():
        print(f"Told by a log before the erasure, which no erasure reaches: {place}: {found}")
    REPORTS.mkdir(parents=True, exist_ok=True)
    figures = {"places": len(after), "hits": total, "unseen": unseen, "before": before, "after": after}
    (REPORTS / "erasure.json").write_text(json.dumps(figures, indent=1))
    return 1 if left or unseen or logs else 0


if __name__ == "__main__":
    sys.exit(main())
