"""What annotators write down, each in a file of their own, and on the disk before they go on: what they are about to
submit, and what they were answered."""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = dict[str, Any]


@dataclass
class Intent:
    """One submit. `body` is what was sent, byte for byte, each time; `answer` what came back in the end."""

    client_id: str
    annotator: str
    example: str
    body: Json
    answer: Json | None = None

    @property
    def acknowledged(self) -> bool:
        return self.answer is not None and self.answer["status"] == 200


class Journal:
    def __init__(self, path: Path) -> None:
        self.file = path.open("ab")

    def intend(self, client_id: str, annotator: str, example: str, body: bytes) -> None:
        told = {"annotator": annotator, "example": example, "sha256": _sha256(body), "body": body.decode()}
        self._write({"intent": client_id, **told})

    def answered(self, client_id: str, status: int, attempts: int, reply: Json) -> None:
        self._write({"answer": client_id, "status": status, "attempts": attempts, "reply": reply})

    def _write(self, entry: Json) -> None:
        self.file.write(json.dumps(entry).encode() + b"\n")
        self.file.flush()
        os.fsync(self.file.fileno())


def read_journals(folder: Path) -> dict[str, Intent]:
    """Every intent by its client id. Raises ValueError for a body that is not what its hash says."""
    intents: dict[str, Intent] = {}
    for entry in _entries(folder):
        if "intent" in entry:
            if _sha256(entry["body"].encode()) != entry["sha256"]:
                raise ValueError(f"intent {entry['intent']}: its body has another hash")
            told = (entry["intent"], entry["annotator"], entry["example"], json.loads(entry["body"]))
            intents[entry["intent"]] = Intent(*told)
        else:
            intents[entry["answer"]].answer = entry
    return intents


def _entries(folder: Path) -> Iterator[Json]:
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text().splitlines():
            yield json.loads(line)


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
