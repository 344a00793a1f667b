"""All attempts one after the other, then everybody who was let in, and what is to be said of it."""

from collections import Counter
from typing import Any

from django.test import Client

from annotator.models import Participation
from tests.entry_links.attempts import World
from tests.prolific.standin import StandIn


def run(prolific: StandIn, *, count: int, valid: int, seed: int) -> dict[str, Any]:
    """The figures: attempts by kind, which of them got in, and how the guests fared, of whom each comes twice."""
    world = World(prolific, valid, seed)
    tried, accepted, failures = Counter[str](), [], []
    before = Participation.objects.count()
    for kind, go in world.attacks(count):
        client = Client(raise_request_exception=False)
        answer = go(client)
        tried[kind] += 1
        if "_auth_user_id" in client.session or answer.status_code < 400:
            accepted.append(f"{kind}: {answer.status_code}")
        elif answer.status_code >= 500:
            failures.append(f"{kind}: {answer.status_code}")
    grown = Participation.objects.count() - before
    came, twice = Counter[str](), 0
    for kind, go in world.guests():
        client = Client()
        came[kind] += go(client).status_code == 302 and "_auth_user_id" in client.session
        again = Client()
        go(again)
        # A session of Prolific is let in again, as the same person; a link and a number are not.
        twice += "_auth_user_id" in again.session and kind in ("link", "number of one's own")
    return {
        "attempts": tried.total(),
        "seed": seed,
        "by kind": dict(sorted(tried.items())),
        "accepted": len(accepted),
        "which": accepted[:20],
        "server errors": failures[:20],
        "parts made by attempts": grown,
        "guests": 3 * valid,
        "guests let in": dict(came),
        "guests let in twice": twice,
        "parts made by guests": Participation.objects.count() - before - grown,
    }


def problems(figures: dict[str, Any]) -> list[str]:
    """What is wrong with the figures; [] if all is as it should be."""
    wanted = {
        "accepted": 0,
        "server errors": [],
        "parts made by attempts": 0,
        "guests let in twice": 0,
        "parts made by guests": figures["guests"],
    }
    found = [f"{name}: {figures[name]}, not {value}" for name, value in wanted.items() if figures[name] != value]
    if sum(figures["guests let in"].values()) != figures["guests"]:
        found.append(f"guests let in: {figures['guests let in']}")
    return found
