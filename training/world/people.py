"""Simulated annotators at work: each signs in and labels through the HTTP API until nothing is left."""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from random import Random

from redpen import Client
from training.world.annotators import annotate


def annotate_all(url: str, project: int, logins: Mapping[str, str], seed: int) -> None:
    """Let every annotator of `logins` (username: password) work in a thread of their own.

    What one of them does to an example depends on `seed`, their place among `logins` and the example, not on timing.
    Raises RedpenError for the first request that is refused.
    """

    def work(number: int, username: str, password: str) -> None:
        client = Client.signed_in(url, username, password)
        while assignment := client.next_assignment(project):
            started = time.monotonic()
            rng = Random(f"{seed} {number} {assignment['example']['id']}")
            made = annotate(assignment, rng)
            client.submit(assignment["id"], **made, active_seconds=time.monotonic() - started)

    with ThreadPoolExecutor(len(logins)) as pool:
        numbers = range(len(logins))
        list(pool.map(work, numbers, logins.keys(), logins.values()))
