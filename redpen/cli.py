"""`redpen`: what scripts and people at a terminal need of a Redpen server.

    redpen --url https://redpen.example.org sign-in
    redpen projects
    redpen import examples.jsonl --project moons
    redpen freeze march --project moons
    redpen export march --project moons --format jsonl -o march.jsonl

The server and the token come from `sign-in`, or from REDPEN_URL and REDPEN_TOKEN. Results go to the standard output,
as a table or, with --json, as JSON; progress and errors go to the standard error.
"""

import argparse
import getpass
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from redpen import types
from redpen.client import Client
from redpen.login import Login, LoginError, checked_url, find_login, write_login
from redpen.wire import RedpenError

Rows = Sequence[Mapping[str, Any]]


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    try:
        if asked.run is sign_in:
            return sign_in(asked)
        login = find_login(asked.url)
        result, columns = asked.run(Client(login.url, login.token), asked)
    except RedpenError as error:
        print(f"redpen: {error}", file=sys.stderr)
        for path, problem in error.fields.items():
            print(f"  {path}: {problem}", file=sys.stderr)
        return 1
    except (LoginError, OSError) as error:
        print(f"redpen: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("redpen: stopped.", file=sys.stderr)
        return 130
    if asked.json:
        print(json.dumps(result, indent=1, ensure_ascii=False))
    else:
        _print_table(result if isinstance(result, list) else [result], columns)
    return 0


def sign_in(asked: argparse.Namespace) -> int:
    """Exchange a password, asked for at the terminal, for a token that is kept in a file of the owner's."""
    if not asked.url:
        raise LoginError("sign-in needs the server's address: redpen --url https://… sign-in")
    url = checked_url(asked.url)
    username = asked.username or input("Username: ")
    how = {"days": asked.days, "scopes": asked.scopes}
    password = getpass.getpass(f"Password of {username} at {url}: ")
    try:
        client = Client.signed_in(url, username, password, **how)
    except RedpenError as error:
        if error.code != "second_factor_required" or "otp" not in error.fields:
            raise
        client = Client.signed_in(url, username, password, otp=getpass.getpass("Code of your second factor: "), **how)
    path = write_login(Login(url, client.token))
    print(f"The token is in {path} and holds for {asked.days} days.", file=sys.stderr)
    return 0


Result = tuple[Any, Sequence[str]]


def projects(client: Client, asked: argparse.Namespace) -> Result:
    return client.projects(), ("id", "slug", "role", "name")


def progress(client: Client, asked: argparse.Namespace) -> Result:
    found = client.progress(_project(client, asked.project))
    flat = {**found, **{f"places {state}": count for state, count in found["slots"].items()}}
    columns = ("examples", "places open", "places leased", "places done", "annotations", "annotators")
    return found if asked.json else flat, columns


def import_examples(client: Client, asked: argparse.Namespace) -> Result:
    project = _project(client, asked.project)
    imported = client.import_examples(project, asked.file, format=asked.format, report=_reporter("sent"))
    return imported, ("examples", "annotations", "spans", "missing", "comparisons")


def datasets(client: Client, asked: argparse.Namespace) -> Result:
    found = client.datasets(_project(client, asked.project))
    if asked.json:
        return found, ()
    rows = [{**each, "records": each["counts"]["records"], "examples": each["counts"]["examples"]} for each in found]
    return rows, ("id", "name", "kind", "examples", "records", "created_at")


def formats(client: Client, asked: argparse.Namespace) -> Result:
    return client.formats(), ("key", "ending", "name", "sentence")


def diff(client: Client, asked: argparse.Namespace) -> Result:
    project = _project(client, asked.project)
    new, old = (_dataset(client, project, named) for named in (asked.dataset, asked.since))
    found = client.diff(new["id"], since=old["id"])
    if asked.json:
        return found, ()
    rows = [_changes("examples", found["examples"]), _changes("records", found["records"])]
    return rows, ("what", "added", "removed", "changed")


def _changes(what: str, changes: types.Changes) -> Mapping[str, Any]:
    counts = {"added": changes["added"], "removed": changes["removed"], "changed": changes["changed"]}
    return {"what": what, **{change: count["count"] for change, count in counts.items()}}


def freeze(client: Client, asked: argparse.Namespace) -> Result:
    project, how = _project(client, asked.project), {"content": asked.content, "weights": asked.weights}
    frozen = client.freeze(project, asked.name, note=asked.note, **how)
    return frozen, ("id", "name", "sha256")


def export(client: Client, asked: argparse.Namespace) -> Result:
    dataset = _dataset(client, _project(client, asked.project), asked.dataset)
    sha256 = client.download(dataset["id"], asked.output, format=asked.format, report=_reporter("received"))
    return {"file": str(asked.output), "dataset": dataset["name"], "sha256": sha256}, ("file", "dataset", "sha256")


def jobs(client: Client, asked: argparse.Namespace) -> Result:
    return client.jobs(_project(client, asked.project)), ("id", "kind", "state", "phase", "step", "created_at")


def wait(client: Client, asked: argparse.Namespace) -> Result:
    def report(job: types.JobDetail) -> None:
        total = f" of {job['total']}" if job["total"] else ""
        print(f"{job['kind']} {job['state']}: {job['phase']} {job['step']}{total}", file=sys.stderr)

    return client.wait_for_job(asked.job, report=report), ("id", "kind", "state", "model_version")


def _project(client: Client, named: str) -> int:
    """By its id or its slug. Raises RedpenError."""
    if named.isdecimal():
        return int(named)
    mine = {each["slug"]: each["id"] for each in client.me()["projects"]}
    if named not in mine:
        known = ", ".join(sorted(mine)) or "none"
        raise RedpenError("not_found", f"You are in no project {named!r}; your projects: {known}", {}, None, {})
    return mine[named]


def _dataset(client: Client, project: int, named: str | None) -> types.Dataset:
    """By its id or its name; the newest if it is not named. Raises RedpenError."""
    found = client.datasets(project)
    for each in found:
        if named in (None, each["id"], each["name"]):
            return each
    known = ", ".join(each["name"] for each in found) or "none"
    raise RedpenError("not_found", f"There is no dataset {named!r}; there are: {known}", {}, None, {})


def _reporter(done: str) -> Callable[[int, int | None], None]:
    """Writes how far it is over one line, where there is somebody to see it."""

    def report(count: int, total: int | None) -> None:
        of = f" of {total / 1e6:.1f}" if total else ""
        ends = "\n" if count == total else ""
        if sys.stderr.isatty():
            print(f"\r{count / 1e6:.1f}{of} MB {done}", end=ends, file=sys.stderr, flush=True)

    return report


def _print_table(rows: Rows, columns: Sequence[str]) -> None:
    lines = [columns, *([_cell(row[column]) for column in columns] for row in rows)]
    widths = [max(len(line[index]) for line in lines) for index in range(len(columns))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _cell(value: Any) -> str:
    """On one line, and without what could steer a terminal."""
    text = "" if value is None else str(value)
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="redpen", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url", help="the server; default: REDPEN_URL, or the one that you signed in to")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[..., Any], help: str, *, project: bool = True) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help)
        added.set_defaults(run=run)
        if project:
            added.add_argument("--project", required=True, help="slug or id")
        return added

    signing = command("sign-in", sign_in, "exchange a password for a token, and keep that", project=False)
    signing.add_argument("--username")
    signing.add_argument("--days", type=int, default=90, help="how long the token holds (90, at most 365)")
    known = get_args(types.Scope)
    signing.add_argument("--scopes", nargs="+", choices=known, default=known, help="what it is for (all)")
    command("projects", projects, "the projects you are in", project=False)
    command("progress", progress, "how far a project is")
    importing = command("import", import_examples, "add the examples and annotations of a file")
    importing.add_argument("file", type=Path)
    importing.add_argument("--format", default="jsonl", help="default: jsonl")
    command("datasets", datasets, "the datasets of a project, newest first")
    freezing = command("freeze", freeze, "make a dataset of all annotations as of now")
    freezing.add_argument("name")
    freezing.add_argument("--note", default="")
    freezing.add_argument("--content", choices=get_args(types.Content), default="raw")
    freezing.add_argument("--weights", choices=get_args(types.Weights), default="stored")
    command("formats", formats, "what may be imported and exported", project=False)
    differing = command("diff", diff, "what is otherwise in one dataset than in another")
    differing.add_argument("dataset", help="name or id")
    differing.add_argument("since", help="name or id of the earlier one")
    exporting = command("export", export, "download a dataset")
    exporting.add_argument("dataset", nargs="?", help="its name or id; default: the newest")
    exporting.add_argument("--format", default="jsonl", help="default: jsonl")
    exporting.add_argument("-o", "--output", type=Path, required=True)
    command("jobs", jobs, "the jobs of a project, newest first")
    waiting = command("wait", wait, "follow a job to its end", project=False)
    waiting.add_argument("job")
    return parser


if __name__ == "__main__":
    sys.exit(main())
