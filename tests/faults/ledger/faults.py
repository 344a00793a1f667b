"""What is done to the installation while annotators submit: a mixture of faults in an order drawn from a seed."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.ledger.proxy import Proxy
from tests.faults.ledger.site import Site

# Out of 20.
SHARES = {
    "web worker killed": 5,
    "web server killed": 1,
    "PostgreSQL stopped at once": 3,
    "connections reset": 4,
    "acknowledgement dropped": 4,
    "request delivered late": 1,
    "Redis killed": 2,
}
DOWN_SECONDS = 0.5
STRIKE_SECONDS = 30
# With how many faults some leases end too, as if their people had been away.
LEASES_ENDED, AT_ONCE = 0.2, 3


def faults_planned(count: int, chance: random.Random) -> list[str]:
    """So many faults, shuffled, as near to SHARES as whole numbers are; of each kind one, if there is room."""
    total = sum(SHARES.values())
    kinds = [kind for kind, share in SHARES.items() for _ in range(max(1, count * share // total))]
    kinds += chance.choices(list(SHARES), weights=list(SHARES.values()), k=max(0, count - len(kinds)))
    chance.shuffle(kinds)
    return kinds[:count]


@dataclass
class Injector:
    """Does one fault after the other; each is over (what was killed is back, what was armed has struck) when it
    returns. Raises RuntimeError if that takes too long."""

    site: Site
    proxy: Proxy
    chance: random.Random
    leases_ended: int = 0

    def strike(self, kind: str) -> None:
        down = self.chance.uniform(0, DOWN_SECONDS)
        match kind:
            case "web worker killed":
                self.site.kill_web_worker(self.chance)
            case "web server killed":
                self.site.kill_web()
            case "PostgreSQL stopped at once":
                self.site.stop_postgres(down)
            case "Redis killed":
                self.site.kill_redis(down)
            case "connections reset":
                _until(lambda: self.proxy.reset(self.chance) > 0, kind)
            case "acknowledgement dropped":
                before = self.proxy.dropped
                self.proxy.drop_acknowledgement()
                _until(lambda: self.proxy.dropped > before, kind)
            case "request delivered late":
                before = self.proxy.delayed
                self.proxy.deliver_late()
                _until(lambda: self.proxy.delayed > before, kind)
        if self.chance.random() < LEASES_ENDED:
            self.leases_ended += end_leases(AT_ONCE)


def end_leases(count: int) -> int:
    """Lets the newest leases have ended a minute ago, by the database's clock; how many there were."""
    from django.db import connection
    from django.db.models.functions import Now
    from django.utils.timezone import timedelta

    from annotator.models import Assignment

    connection.close()  # PostgreSQL may have been stopped since
    newest = Assignment.objects.filter(state="active").order_by("-pk").values_list("pk", flat=True)[:count]
    return Assignment.objects.filter(pk__in=list(newest)).update(leased_until=Now() - timedelta(minutes=1))


def _until(done: Callable[[], bool], kind: str) -> None:
    deadline = time.monotonic() + STRIKE_SECONDS
    while not done():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{kind}: nothing was there to strike in {STRIKE_SECONDS} s")
        time.sleep(0.01)
