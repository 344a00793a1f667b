"""Edit races: two tabs of one person change the same version of one annotation at the same moment."""

import json
import random
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from tests.api import Connection
from tests.crowd.clients import PATIENCE_SECONDS, Submitted

Json = dict[str, Any]
AT_ONCE = 8


def races_lost(
    address: tuple[str, int],
    submitted: Sequence[Submitted],
    tokens: Mapping[str, str],
    text: str,
    count: int,
    seed: int,
) -> list[str]:
    """Every race of `count` that did not end as it must: one winner, one loser, who is told both versions, and the
    winner's words stored. The annotations are those that were `submitted`, one after the other, on this `text`."""

    def run(number: int) -> list[str]:
        which = submitted[number % len(submitted)]
        tabs = [Connection(address, tokens[which.person], patience_seconds=PATIENCE_SECONDS) for _ in range(2)]
        try:
            return [f"race {number}: {each}" for each in _race(tabs, which, text, random.Random(f"{seed} {number}"))]
        except Exception as error:  # told in the report, which then fails
            return [f"race {number}: {error!r}"]
        finally:
            for tab in tabs:
                tab.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [problem for found in pool.map(run, range(count)) for problem in found]


def _race(tabs: Sequence[Connection], which: Submitted, text: str, chance: random.Random) -> list[str]:
    path = f"assignments/{which.assignment}/annotation"
    status, before, headers = tabs[0].send("GET", path)
    tag = headers.get("ETag", "")
    if (status, tag) != (200, f'"{before["version"]}"'):
        return [f"read: {status}, ETag {tag}, {before}"]
    places = chance.sample(range(len(text) - 1), 2)
    bodies = [_body(which, text, start) for start in places]
    start = Barrier(2)

    def edit(tab: Connection, body: Json) -> tuple[int, Any]:
        start.wait(PATIENCE_SECONDS)
        status, reply, _ = tab.send("PUT", path, json.dumps(body).encode(), **{"If-Match": tag})
        return status, reply

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(edit, tabs, bodies))
    statuses = [status for status, _ in answers]
    if sorted(statuses) != [200, 412]:
        return [f"answers {answers}"]
    winner, loser = statuses.index(200), statuses.index(412)
    told, after = answers[loser][1], tabs[0].send("GET", path)[1]
    now = before["version"] + 1
    expected = {
        "the winner's version": (answers[winner][1]["version"], now),
        "what is stored": (_said(after), (now, places[winner])),
        "what the loser is told is stored": (_said(told["stored"]), (now, places[winner])),
        "what the loser is told they sent": (_said(told["sent"]), (before["version"], places[loser])),
    }
    return [f"{name} is {found}, not {wanted}" for name, (found, wanted) in expected.items() if found != wanted]


def _body(which: Submitted, text: str, start: int) -> Json:
    mark = {"start": start, "end": start + 1, "quote": text[start], "type": "irrelevant"}
    mark |= {"antecedent": None, "evidence": [], "explanation": ""}
    judgement = {"response": 0, "text_sha256": which.text_sha256, "spans": [mark], "missing": []}
    return {"judgements": [judgement], "comparisons": []}


def _said(version: Json) -> tuple[int, int]:
    """Its number, and where its one mark begins."""
    (mark,) = version["judgements"][0]["spans"]
    return version["version"], mark["start"]
