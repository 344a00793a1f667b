"""What a run folder says: `runs/<job>/<epoch>/` as its trainer left it. The web side only ever reads it."""

import hashlib
import json
import os
from collections import deque
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

LOG_BYTES = 256 * 1024


def job_folder(job_id: UUID) -> Path:
    return Path(settings.RUNS_DIR).resolve() / str(job_id)


def run_folder(job_id: UUID, epoch: int) -> Path:
    return job_folder(job_id) / str(epoch)


def progress_since(folder: Path, offset: int) -> tuple[list[dict[str, Any]], int]:
    """The complete lines of progress.jsonl from byte `offset` on, and the offset after them.

    A line still being written has no newline yet and waits for the next call. A line that is not a step is passed
    over: a run of hours must not end for it.
    """
    try:
        with open(folder / "progress.jsonl", "rb") as file:
            file.seek(offset)
            whole, newline, _ = file.read().rpartition(b"\n")
    except FileNotFoundError:
        return [], offset
    rows = [_row(line) for line in whole.split(b"\n")]
    return [row for row in rows if row is not None], offset + len(whole) + len(newline)


def _row(line: bytes) -> dict[str, Any] | None:
    try:
        row = _json(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) and isinstance(row.get("step"), int) else None


def _json(text: bytes) -> Any:
    """Numbers that are not finite become None: neither JSON nor PostgreSQL has a word for them."""
    return json.loads(text, parse_constant=lambda _: None)


def run_json(folder: Path, name: str) -> dict[str, Any] | None:
    """result.json or error.json; None if the trainer wrote none or it is not a JSON object."""
    try:
        body = _json((folder / name).read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return body if isinstance(body, dict) else None


def log_tail(folder: Path, lines: int) -> list[str]:
    """The last `lines` lines of log.txt, read from the end; at most 256 KiB of it. Empty if there is no log here."""
    try:
        with open(folder / "log.txt", "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - LOG_BYTES))
            return list(deque(file.read().decode(errors="replace").splitlines(), maxlen=lines))
    except FileNotFoundError:
        return []


def folder_sha256(folder: Path) -> str:
    """Hash of a folder's content: over its sorted relative paths and their hashes, as `training.runs` computes it."""
    total = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with open(path, "rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        total.update(f"{path.relative_to(folder).as_posix()} {sha256}\n".encode())
    return total.hexdigest()
