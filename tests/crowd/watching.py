"""What was to be had meanwhile, by looks at the database: whether anybody was sent away while there was something for
them, and whether an example ever had more people at work than places."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.crowd.clients import Given

LOOK_SECONDS = 0.25
AT_MOST = 2000

# A row's xmin is another after every change: the same in two looks, it was open all the time between them.
FREE = """
SELECT slot.id, slot.xmin::text, example.external_id
FROM annotator_slot slot JOIN annotator_example example ON example.id = slot.example_id
WHERE slot.project_id = %(project)s AND (slot.state = 'open' OR slot.state = 'leased' AND EXISTS (
    SELECT FROM annotator_assignment held
    WHERE held.slot_id = slot.id AND held.state = 'active' AND held.leased_until < now()))
ORDER BY slot.id LIMIT %(limit)s
"""
CROWDED = """
SELECT count(*) FROM (
    SELECT FROM annotator_assignment
    WHERE project_id = %(project)s AND slot_id IS NOT NULL AND state IN ('active', 'submitted')
    GROUP BY example_id HAVING count(*) > %(overlap)s
) crowded
"""
LEFT = "SELECT count(*) FROM annotator_slot WHERE project_id = %(project)s AND state <> 'done'"


@dataclass
class Look:
    """`free`: {(slot, xmin): example}, of places open or whose lease has ended; the first AT_MOST."""

    begun: float
    ended: float
    free: dict[tuple[int, str], str]


@dataclass
class Watcher:
    project: Any
    looks: list[Look] = field(default_factory=list)
    crowded: int = 0
    left: int = 1
    stopped: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        """Until `stopped`: in a thread of its own."""
        from django.db import connection

        try:
            while not self.stopped.wait(LOOK_SECONDS):
                self.look()
        finally:
            connection.close()

    def look(self) -> None:
        from django.db import connection

        values = {"project": self.project.pk, "overlap": self.project.overlap, "limit": AT_MOST}
        with connection.cursor() as cursor:
            begun = time.monotonic()
            cursor.execute(FREE, values)
            free = {(slot, version): example for slot, version, example in cursor.fetchall()}
            self.looks.append(Look(begun, time.monotonic(), free))
            cursor.execute(CROWDED, values)
            self.crowded += cursor.fetchone()[0]
            cursor.execute(LEFT, values)
            self.left = cursor.fetchone()[0]


def starved(given: Iterable[Given], looks: Iterable[Look]) -> list[str]:
    """Who was sent away (204) though a place was free for them before they asked, after they were answered, and all
    the time between: one of an example that they had never been given."""
    had: dict[str, set[str]] = defaultdict(set)
    ordered = sorted(looks, key=lambda look: look.begun)
    found = []
    for each in sorted(given, key=lambda each: each.answered):
        if each.example is not None:
            had[each.person].add(each.example)
            continue
        before = [look for look in ordered if look.ended <= each.asked][-1:]
        after = [look for look in ordered if look.begun >= each.answered][:1]
        for free, again in zip(before, after, strict=False):
            theirs = {slot for slot, example in free.free.items() if example not in had[each.person]}
            if kept := theirs & again.free.keys():
                found.append(f"{each.person} at {each.asked:.2f}: {len(kept)} places were free")
    return found
