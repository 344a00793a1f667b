"""How much a request may bring, and how many of them one person may send."""

import logging
import math
import time
from typing import Any, NamedTuple

import redis
from django.conf import settings
from rest_framework.exceptions import Throttled
from rest_framework.request import Request

from annotator.api.client_ip import client_ip
from annotator.domain.errors import DomainError

MIB = 1024 * 1024
# Of a request's body: of most, of what holds long texts, of a course of lessons, and of files.
BODY_BYTES = 1 * MIB
TEXTS_BYTES = 4 * MIB
COURSE_BYTES = 10 * MIB
FILE_BYTES = 1024 * MIB

MINUTE = 60

log = logging.getLogger(__name__)


class Rate(NamedTuple):
    """Requests a minute of one person to one operation. shared: counted over all web processes, in Redis."""

    per_minute: int
    shared: bool = False


# For what costs little each process counts for itself, in a dictionary: nothing that annotators wait for may ask
# Redis first. So the bound of the whole is this times the number of processes.
USUAL = Rate(600)
# For what reads or writes whole files, freezes datasets or starts jobs.
HEAVY = Rate(30, shared=True)
# Programs that simulate annotators are the owner's own, and work faster than people.
SIMULATED_FACTOR = 50


class TooManyRequests(Throttled):
    default_code = "too_many_requests"

    def __init__(self, allowed: int, wait: int) -> None:
        super().__init__(detail=f"No more than {allowed} of these requests are answered in a minute. Wait {wait} s.")
        self.wait = wait


def check_body(request: Request, allowed: int) -> None:
    """DomainError body_too_large, before a byte of it is read. What comes without a length is not read at all."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > allowed:
        problem = f"is {length} bytes long; this address takes {allowed}"
        raise DomainError("body_too_large", f"The body {problem}.", {"": problem})


def check_rate(person: Any, operation: str, rate: Rate) -> None:
    """Count this request. TooManyRequests where the person has sent more in this minute than the rate says.

    Where Redis is away, a process goes on with a count of its own: looser, but never open.
    """
    _check(f"{operation}:{person.pk}", rate, SIMULATED_FACTOR if person.is_simulated else 1)


def check_stranger_rate(request: Any, operation: str, rate: Rate) -> None:
    """The same for whoever has not signed in, by where they come from: many may be behind one address."""
    _check(f"{operation}:{client_ip(request)}", rate, 1)


def _check(key: str, rate: Rate, factor: int) -> None:
    now = time.time()
    allowed = round(rate.per_minute * settings.RATE_FACTOR * factor)
    count = _counted_together(key, int(now // MINUTE)) if rate.shared else _counted_here(key, int(now // MINUTE))
    if count > allowed:
        raise TooManyRequests(allowed, math.ceil(MINUTE - now % MINUTE))


_counts: dict[str, int] = {}
_minute = 0


def _counted_here(key: str, minute: int) -> int:
    """Two threads may count one request less between them; the dictionary lives for a minute."""
    global _counts, _minute
    if minute != _minute:
        _counts, _minute = {}, minute
    count = _counts[key] = _counts.get(key, 0) + 1
    return count


def _counted_together(key: str, minute: int) -> int:
    name = f"redpen:rate:{key}:{minute}"
    try:
        with _redis().pipeline(transaction=False) as pipe:
            pipe.incr(name)
            pipe.expire(name, 2 * MINUTE)
            count, _ = pipe.execute()
    except redis.RedisError as error:
        log.warning("requests are counted by each process for itself, because Redis does not answer: %s", error)
        return _counted_here(key, minute)
    return int(count)


_client: redis.Redis | None = None


def _redis() -> redis.Redis:
    global _client
    if _client is None:
        _client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5)
    return _client
