"""The statements that one request runs, out of PostgreSQL's own log, as a script for pgbench.

So the script follows the code: whatever a submit sends to the database is what pgbench sends.
"""

import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from django.db import connection

ENTRY = re.compile(r"^\S+ \S+ \S+ \[(\d+)\] (\w+):  (.*)$")
RELOAD_SECONDS = 0.5


def statements_of(send: Callable[[], None], log: Path, name: str) -> list[str]:
    """What the session that mentions `name` ran during `send`, in its order. Needs a superuser.

    Raises ValueError if no session does, or if it does not run plain statements.
    """
    _log_statements(True)
    start = log.stat().st_size
    send()
    _log_statements(False)  # which waits, and the log has been written by then
    with log.open() as file:
        file.seek(start)
        entries = _entries(file.read())
    session = next((pid for pid, text in entries if name in text), None)
    if session is None:
        raise ValueError(f"no statement in {log} mentions {name}")
    texts = [text for pid, text in entries if pid == session]
    if strange := [text for text in texts if not text.startswith("statement: ")]:
        raise ValueError(f"not a plain statement: {strange[0]}")
    return [text.removeprefix("statement: ") for text in texts]


def script(statements: list[str], ids: Mapping[str, str], made: Mapping[str, str], preamble: str) -> str:
    """For pgbench: `ids`, {value as it was logged: value to send}, are put into each statement; `made`, {value:
    table}, are ids that the database gave out, and that each run takes from the INSERT into that table."""
    lines = [preamble]
    for number, statement in enumerate(statements):
        text = _replaced(" ".join(statement.split("\n")), {**ids, **{value: f" :{made[value]}_id" for value in made}})
        later = " ".join(statements[number + 1 :])
        taken = [table for value, table in made.items() if _inserts(statement, table) and _mentions(later, value)]
        lines.append(text + (f" \\gset {taken[0]}_" if taken else ";"))
    return "\n".join(lines) + "\n"


def _log_statements(on: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER SYSTEM SET log_statement = 'all'" if on else "ALTER SYSTEM RESET log_statement")
        cursor.execute("SELECT pg_reload_conf()")
    time.sleep(RELOAD_SECONDS)


def _entries(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for line in text.splitlines():
        if entry := ENTRY.match(line):
            found.append((entry[1], entry[3]) if entry[2] == "LOG" else ("", ""))
        elif line.startswith("\t") and found:
            found[-1] = (found[-1][0], found[-1][1] + "\n" + line[1:])
    return found


def _replaced(text: str, values: Mapping[str, str]) -> str:
    for old, new in values.items():
        text = re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", lambda _, new=new: new, text)
    return text


def _inserts(statement: str, table: str) -> bool:
    return f"insert into annotator_{table} " in statement.lower().replace('"', "")


def _mentions(text: str, value: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text) is not None
