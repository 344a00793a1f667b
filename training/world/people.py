"""Simulated annotators at work: each signs in and labels through the HTTP API until nothing is left."""

import time
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from random import Random

from training.world.annotators import annotate
from training.world.client import Client


def annotate_all(url: str, project: int, logins: Mapping[str, str], seed: int) -> None:
    """Let every annotator of `logins` (username: password) work in a thread of their own.

    What one of them does to an example depends on `seed`, their place among `logins` and the example, not on timing.
    Raises ApiError for the first request that is refused.
    """

    def work(number: int, username: str, password: str) -> None:
        client = Client(url, username, password)
        while assignment := client.post(f"projects/{project}/assignments/next"):
            started = time.monotonic()
            rng = Random(f"{seed} {number} {assignment['example']['id']}")
            body = annotate(assignment, rng)
            body |= {"client_id": str(uuid.uuid4()), "active_seconds": time.monotonic() - started}
            client.post(f"assignments/{assignment['id']}/submit", body)

    with ThreadPoolExecutor(len(logins)) as pool:
        numbers = range(len(logins))
        list(pool.map(work, numbers, logins.keys(), logins.values()))
