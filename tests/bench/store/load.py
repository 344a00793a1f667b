"""The load: annotators who take the next text and submit it, over and over, without a pause (a closed loop).

One thread drives all of them, so that it takes as little as can be of the cores that it shares with the server. A
latency goes from before the request is sent until the last byte of the reply is here.
"""

import selectors
import time
from collections.abc import Callable, Generator, Sequence

from tests.bench.store.run import Request, Run
from tests.bench.store.wire import Address, Connection, Reply

# Yields (kind of request, its bytes), is sent the reply, and raises Wrong for one that it cannot go on with.
Cycle = Generator[tuple[str, bytes], Reply, None]
STALLED_SECONDS = 60


class Wrong(Exception):
    """A server answered otherwise than it should; the text says what it said."""


def expect(reply: Reply, *statuses: int) -> Reply:
    """The reply itself. Raises Wrong if its status is another."""
    if reply.status not in statuses:
        raise Wrong(f"status {reply.status}: {reply.body[:500].decode(errors='replace')}")
    return reply


def drive(address: Address, starts: Sequence[Callable[[], Cycle]], *, warm_up: int, cycles: int) -> Run:
    """One annotator per entry of `starts`, each of which begins a cycle. Counts `cycles` after the first `warm_up`
    (at least 1), while all keep working; cycles that are under way then are ended, uncounted. Raises Wrong, OSError.
    """
    return _Loop(address, starts, warm_up, cycles).run_all()


class _Annotator:
    def __init__(self, number: int, address: Address, start: Callable[[], Cycle]) -> None:
        self.number, self.start, self.connection = number, start, Connection(address)
        self.cycle, self.count = start(), 0
        self.kind, self.sent, self.counts = "", 0.0, False


class _Loop:
    def __init__(self, address: Address, starts: Sequence[Callable[[], Cycle]], warm_up: int, cycles: int) -> None:
        self.run, self.warm_up, self.cycles = Run(len(starts)), warm_up, cycles
        self.people = [_Annotator(number, address, start) for number, start in enumerate(starts)]
        self.selector = selectors.DefaultSelector()
        self.begun = time.perf_counter()
        self.counting: float | None = None

    def run_all(self) -> Run:
        try:
            for who in self.people:
                self.step(who, None)
            while self.selector.get_map():
                ready = self.selector.select(STALLED_SECONDS)
                if not ready:
                    raise Wrong(f"no reply in {STALLED_SECONDS} s")
                for key, _ in ready:
                    self.receive(key.data)
        finally:
            for who in self.people:
                who.connection.close()
            self.selector.close()
        return self.run

    def step(self, who: _Annotator, reply: Reply | None) -> None:
        """Lets an annotator go on after a reply, into their next cycle if there is to be one."""
        try:
            who.kind, data = who.cycle.send(reply) if reply else next(who.cycle)
        except StopIteration:
            self.finish(who)
            if self.run.seconds:
                return
            who.cycle, who.counts = who.start(), self.counting is not None
            who.kind, data = next(who.cycle)
        who.sent = time.perf_counter()
        self.selector.register(who.connection.send(data), selectors.EVENT_READ, who)

    def receive(self, who: _Annotator) -> None:
        source = who.connection.socket
        reply = who.connection.receive()
        if reply is None:
            return
        seconds = time.perf_counter() - who.sent
        self.selector.unregister(source)
        made = (who.number, who.count, who.kind, reply.status, who.sent - self.begun, seconds, len(reply.body))
        self.run.requests.append(Request(*made))
        self.step(who, reply)

    def finish(self, who: _Annotator) -> None:
        if who.counts and not self.run.seconds:
            self.run.whole.add((who.number, who.count))
        who.count += 1
        self.run.done += 1
        if self.run.done == self.warm_up:
            self.counting = time.perf_counter()
        if self.run.done == self.warm_up + self.cycles and self.counting:
            self.run.seconds, self.run.cycles = time.perf_counter() - self.counting, self.cycles
