"""Simulated annotators, each a thread with a journal; a process of them is `python`'s own, so that none of the faults
that are made beside it stop it. They behave as the page does: whatever happens, they send again under the same id."""

import json
import random
import threading
import time
import uuid
from dataclasses import dataclass
from itertools import count
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any

from tests.api import UNANSWERED, Connection
from tests.faults.ledger.journal import Journal

Json = dict[str, Any]
PATIENCE_SECONDS = 4.0
# Nothing that is done to the server lasts nearly as long.
GIVE_UP_SECONDS = 120.0
DRAFTED, BEATEN = 0.2, 0.1
WORDS = "relevance", "🌕", "ünïcode", "e\u0301", "a “quote”", "\\n", "Ω", "   "


@dataclass(frozen=True)
class Pace:
    """Counts that all annotators share: submits begun, how many may have begun by now, and those answered."""

    begun: "Synchronized[int]"
    allowed: "Synchronized[int]"
    answered: "Synchronized[int]"

    def begin(self, submits: int) -> bool:
        """Waits until another submit may begin. False once all have."""
        while True:
            with self.begun.get_lock():
                if self.begun.value >= submits:
                    return False
                if self.begun.value < self.allowed.value:
                    self.begun.value += 1
                    return True
            time.sleep(0.01)


def annotate(
    address: tuple[str, int], project: int, tokens: dict[str, str], journals: Path, pace: Pace, submits: int, seed: int
) -> None:
    """A process of annotators ({username: token}), until `submits` have been begun by all processes together."""
    people = [_Annotator(address, project, *each, journals, pace, seed) for each in tokens.items()]
    threads = [threading.Thread(target=person.work, args=[submits], daemon=True) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class _Annotator:
    def __init__(
        self, address: tuple[str, int], project: int, name: str, token: str, journals: Path, pace: Pace, seed: int
    ) -> None:
        self.name, self.project, self.pace = name, project, pace
        self.connection = Connection(address, token, patience_seconds=PATIENCE_SECONDS)
        self.journal = Journal(journals / f"{name}.jsonl")
        self.chance = random.Random(f"{seed} {name}")

    def work(self, submits: int) -> None:
        while self.pace.begin(submits):
            while (reply := self._ask("POST", f"projects/{self.project}/assignments/next"))[0] == 204:
                time.sleep(0.05)
            if reply[0] != 200:
                raise RuntimeError(f"next: {reply}")
            self._submit(reply[1])
            with self.pace.answered.get_lock():
                self.pace.answered.value += 1

    def _submit(self, assignment: Json) -> None:
        path = f"assignments/{assignment['id']}"
        client_id = str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
        submission = made_submission(client_id, assignment, self.chance)
        body = json.dumps(submission).encode()
        if self.chance.random() < BEATEN:
            self._ask("POST", f"{path}/heartbeat")
        if self.chance.random() < DRAFTED:
            self._ask("PUT", f"{path}/draft", json.dumps({"revision": 0, "body": submission}).encode())
        self.journal.intend(client_id, self.name, assignment["example"]["id"], body)
        status, reply, attempts = self._ask("POST", f"{path}/submit", body)
        self.journal.answered(client_id, status, attempts, reply)

    def _ask(self, method: str, path: str, body: bytes = b"{}") -> tuple[int, Any, int]:
        """Status, reply and number of attempts. What is no answer, or one that says "later" (5xx), is asked again."""
        deadline = time.monotonic() + GIVE_UP_SECONDS
        for attempt in count(1):
            try:
                status, reply, _ = self.connection.send(method, path, body)
            except UNANSWERED:
                status, reply = 0, None
            if 0 < status < 500 or time.monotonic() > deadline:
                return status, reply, attempt
            time.sleep(min(0.05 * 2**attempt, 1.0) * self.chance.uniform(0.5, 1))
        raise AssertionError


def made_submission(client_id: str, assignment: Json, chance: random.Random) -> Json:
    """A body that no other submit has: its words name its id. All fields are there, so that it can be compared."""
    response = assignment["example"]["responses"][0]
    text = response["text"]
    cuts = sorted(chance.sample(range(len(text) + 1), 2 * chance.randint(1, 4)))
    spans = [
        {
            "start": start,
            "end": end,
            "quote": text[start:end],
            "type": chance.choice(["irrelevant", "incoherent", "unverifiable_fact"]),
            "antecedent": None,
            "evidence": [],
            "explanation": " ".join(chance.choices(WORDS, k=chance.randrange(4))),
        }
        for start, end in zip(cuts[::2], cuts[1::2], strict=True)
    ]
    missing = [
        {"type": "missing_answer", "evidence": [{"passage": 1, "sentence": chance.randrange(3)}], "note": words}
        for words in chance.choices(WORDS, k=chance.randrange(2))
    ]
    judgement = {
        "response": 0,
        "text_sha256": response["sha256"],
        "spans": spans,
        "missing": missing,
        "corrected_text": f"{client_id} {' '.join(chance.choices(WORDS, k=3))}",
        "answers": {},
    }
    preferred = chance.choice(["first", "second", "tie"])
    strength = None if preferred == "tie" else chance.choice([None, 1, 2, 3])
    pair = {"first": 0, "second": 1, "preferred": preferred, "strength": strength}
    seconds = round(chance.uniform(1, 300), 3)
    return {"client_id": client_id, "judgements": [judgement], "comparisons": [pair], "active_seconds": seconds}
