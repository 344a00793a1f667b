"""A study on the stand-in for Prolific: what its people are asked, and the post that brings the webhooks."""

import random
import threading
import time
from typing import Any

from tests.prolific.standin import Event, StandIn

TEXT = "Oru has two moons. It has two moons, and a ring of ice."
TEXTS, REWARD, SCREEN_OUT = 3, "4.00", "1.00"
SLUG = "moons"
EVIDENCE = [{"passage": 1, "sentence": 2}]
DESK: dict[str, Any] = {
    "asks": ["marks"],
    "consent": {"version": "1", "body": "I take part of my own will, and can stop at any time."},
    "survey": [{"key": "english", "text": "Do you read English well?", "kind": "rating", "low": "no", "high": "yes"}],
    "qualification": {"attempts": 1},
}


def make_world(prolific: StandIn, *, people: int, places: int) -> Any:
    """The study, open, in a project of enough texts with a tutorial and a qualification."""
    from annotator.services.lessons import lessons_replace
    from annotator.services.projects import project_update
    from annotator.services.studies import study_create, study_update
    from tests.annotator.factories import lesson, make_examples, make_project, make_user, span

    owner = make_user("olga", is_staff=True)
    project = make_project(owner, SLUG, desk=DESK, guideline="Mark as little as you can.")
    project = project_update(project=project, overlap=2)
    gold = [span("two moons", "inconsistent_fact", evidence=EVIDENCE)]
    lessons_replace(project=project, lessons=[lesson("tutorial", "t"), lesson("qualification", "q", gold)])
    make_examples(project, people * TEXTS, (TEXT,))
    key = prolific.study(places=places)
    study = study_create(
        project=project,
        made_by=owner,
        name="How many moons",
        provider="prolific",
        external_id=key,
        texts=TEXTS,
        currency="GBP",
        target_per_hour=12,
        screen_out_reward=SCREEN_OUT,
    )
    return study_update(study=study, made_by=owner, state="open")


class Post:
    """Brings webhooks as a bad day would: late, in any order, two or three times, now and then one with a wrong
    signature before, and some never."""

    def __init__(self, prolific: StandIn, hook: str, seed: int) -> None:
        self.prolific, self.hook, self.random = prolific, hook, random.Random(seed)
        self.due: list[tuple[float, int, Event, str]] = []
        self.lock = threading.Lock()
        self.counts = {"events": 0, "deliveries": 0, "wrongly signed": 0, "never sent": 0}
        self.answers: dict[str, dict[int, int]] = {"good": {}, "wrong": {}}
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._work, daemon=True)
        self.thread.start()

    def give(self, event: Event, *, surely: bool = False) -> None:
        """Have it brought some time. surely: at least once, and soon."""
        with self.lock:
            self.counts["events"] += 1
            if not surely and self.random.random() < 0.3:
                self.counts["never sent"] += 1
                return
            for number in range(self.random.choice([1, 2, 2, 3])):
                delay = 0.0 if surely and number == 0 else self.random.random() * 3
                self.due.append((time.monotonic() + delay, len(self.due), event, "good"))
            if self.random.random() < 0.3:
                self.due.append((time.monotonic() + self.random.random(), len(self.due), event, "wrong"))

    def close(self) -> None:
        """Bring what is left, and stop."""
        self.stopped.set()
        self.thread.join(60)

    def _work(self) -> None:
        while not (self.stopped.is_set() and not self.due):
            with self.lock:
                ready = sorted(each for each in self.due if each[0] <= time.monotonic() or self.stopped.is_set())
                self.random.shuffle(ready)
                self.due = [each for each in self.due if each not in ready]
            for _, _, event, kind in ready:
                status = self.prolific.send(event, self.hook, **({"secret": "wrong"} if kind == "wrong" else {}))
                self.counts["deliveries" if kind == "good" else "wrongly signed"] += 1
                self.answers[kind][status] = self.answers[kind].get(status, 0) + 1
            time.sleep(0.05)
