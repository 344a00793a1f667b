"""Many people on one project at once, over HTTP: most work steadily, some let leases end, some come late."""

import json
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.api import Connection

Json = dict[str, Any]
PATIENCE_SECONDS = 120.0
FORGETFUL, LATECOMERS = 0.15, 0.15
FORGETS = 0.1
LATE_FROM, LATE_UNTIL = 0.2, 0.8
AGAIN_SECONDS = 0.25


class Given(NamedTuple):
    """What a person got when they asked for a text: an example, or None (204)."""

    person: str
    example: str | None
    asked: float
    answered: float


class Submitted(NamedTuple):
    person: str
    assignment: int
    text_sha256: str
    counted: bool


@dataclass
class Log:
    """What all clients did. Lists are only appended to, which threads may do at once."""

    given: list[Given] = field(default_factory=list)
    submitted: list[Submitted] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    forgotten: list[int] = field(default_factory=list)

    def counts(self) -> Counter[bool]:
        return Counter(each.counted for each in self.submitted)


@dataclass(frozen=True)
class Crowd:
    """`end_lease(assignment id)` lets a lease have ended; `finished()` says whether nothing is left for anybody."""

    address: tuple[str, int]
    project: int
    places: int
    end_lease: Callable[[int], None]
    finished: Callable[[], bool]
    log: Log = field(default_factory=Log)

    def work(self, tokens: dict[str, str], seed: int) -> Log:
        """All of them ({username: token}), each in a thread, until nothing is left."""
        threads = [
            threading.Thread(target=_Client(self, name, token, random.Random(f"{seed} {name}")).work, daemon=True)
            for name, token in tokens.items()
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.log


class _Client:
    def __init__(self, crowd: Crowd, name: str, token: str, chance: random.Random) -> None:
        self.crowd, self.name, self.chance, self.log = crowd, name, chance, crowd.log
        self.connection = Connection(crowd.address, token, patience_seconds=PATIENCE_SECONDS)
        kind = chance.random()
        self.forgets = FORGETS if kind < FORGETFUL else 0.0
        late = FORGETFUL <= kind < FORGETFUL + LATECOMERS
        self.comes_at = chance.uniform(LATE_FROM, LATE_UNTIL) * crowd.places if late else 0
        self.late: list[Json] = []
        self.done: set[str] = set()

    def work(self) -> None:
        try:
            while len(self.log.submitted) < self.comes_at:
                time.sleep(AGAIN_SECONDS)
            while (assignment := self._next()) or not self.crowd.finished():
                if assignment is None:
                    time.sleep(AGAIN_SECONDS)
                elif self.chance.random() < self.forgets:
                    self.crowd.end_lease(assignment["id"])
                    self.log.forgotten.append(assignment["id"])
                    self.late.append(assignment)
                else:
                    self._submit(assignment)
                if self.late and self.chance.random() < self.forgets:
                    self._submit(self.late.pop(0))
        except Exception as error:  # told in the report, which then fails
            self.log.refused.append(f"{self.name}: {error!r}")
        finally:
            self.connection.close()

    def _next(self) -> Json | None:
        asked = time.monotonic()
        status, reply, _ = self.connection.send("POST", f"projects/{self.crowd.project}/assignments/next")
        if status not in (200, 204):
            raise RuntimeError(f"next: {status} {reply}")
        example = reply["example"]["id"] if reply else None
        self.log.given.append(Given(self.name, example, asked, time.monotonic()))
        if example in self.done:
            self.log.repeated.append(f"{self.name} got {example} again")
        assignment: Json | None = reply
        return assignment

    def _submit(self, assignment: Json) -> None:
        example = assignment["example"]["id"]
        if example in self.done:  # what was forgotten was given again meanwhile, and done
            return
        response = assignment["example"]["responses"][0]
        judgement = {"response": 0, "text_sha256": response["sha256"], "spans": [], "missing": []}
        body = {"client_id": str(uuid.uuid4()), "judgements": [judgement], "active_seconds": 1}
        status, reply, _ = self.connection.send(
            "POST", f"assignments/{assignment['id']}/submit", json.dumps(body).encode()
        )
        if status != 200:
            raise RuntimeError(f"submit: {status} {reply}")
        self.done.add(example)
        self.log.submitted.append(Submitted(self.name, assignment["id"], response["sha256"], reply["counted"]))
