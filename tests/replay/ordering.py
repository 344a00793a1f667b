"""Rankings with ties on the page's board, and the fewest keys or drags that make one. Pure.

An order is a tuple of tiers, the best first; a tier is a frozenset of response indexes.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Order = tuple[frozenset[int], ...]
Relations = Mapping[tuple[int, int], int]  # of two responses: 1 the first is better, 0 equal, -1 worse; both ways round
S = TypeVar("S")
K = TypeVar("K")


@dataclass(frozen=True)
class Drop:
    """A response let go on tier number `tier` (`tie`), or before it."""

    response: int
    tier: int
    tie: bool


def order_of(relations: Relations, responses: Iterable[int]) -> Order | None:
    """The ranking with ties that says all of the relations, or None where no ranking does."""
    worse: dict[int, set[int]] = {}
    for response in responses:
        beaten = sum(relations.get((response, other), 0) > 0 for other in responses)
        worse.setdefault(beaten, set()).add(response)
    order = tuple(frozenset(worse[beaten]) for beaten in sorted(worse, reverse=True))
    tier = {response: number for number, tied in enumerate(order) for response in tied}
    implied = all((tier[b] > tier[a]) - (tier[b] < tier[a]) == relation for (a, b), relation in relations.items())
    return order if implied else None


def keys_to_order(shown: Sequence[int], wanted: Order) -> list[str]:
    """The fewest keys, pressed where the board is; a response is called by the letter under which it is shown."""
    if len(wanted) == 1:
        return ["="]
    letters = {response: chr(ord("a") + i) for i, response in enumerate(shown)}

    def moves(state: tuple[Order, int | None]) -> Iterator[tuple[str, tuple[Order, int | None]]]:
        order, held = state
        for response, letter in letters.items():
            if response != held:
                yield letter, (order, response)
        if held is not None:
            yield "ArrowUp", (moved(order, held, -1), held)
            yield "ArrowDown", (moved(order, held, 1), held)
            for number in range(len(order) + 1):
                yield str(number + 1), (dropped(order, Drop(held, number, tie=number < len(order))), held)

    return _fewest((_start(shown), None), moves, lambda state: state[0] == wanted)


def drags_to_order(shown: Sequence[int], wanted: Order) -> list[Drop]:
    """The fewest drags; none where all are equal, which is a button."""

    def moves(order: Order) -> Iterator[tuple[Drop, Order]]:
        for response in shown:
            for tier in range(len(order) + 1):
                for tie in (True, False):
                    if not tie or tier < len(order):
                        yield (drop := Drop(response, tier, tie)), dropped(order, drop)

    return _fewest(_start(shown), moves, lambda order: order == wanted)


def moved(order: Order, response: int, by: int) -> Order:
    """One step: out of a tie into a tier of its own, from there into a tie with the next tier."""
    at = next(number for number, tier in enumerate(order) if response in tier)
    alone, rest = frozenset({response}), order[at] - {response}
    if rest:
        return (*order[:at], *((alone, rest) if by < 0 else (rest, alone)), *order[at + 1 :])
    if not 0 <= at + by < len(order):
        return order
    first = min(at, at + by)
    return (*order[:first], order[at + by] | alone, *order[first + 2 :])


def dropped(order: Order, drop: Drop) -> Order:
    alone = frozenset({drop.response})
    tiers = [tier - alone for tier in order]
    if drop.tie:
        tiers[drop.tier] |= alone
    else:
        tiers.insert(drop.tier, alone)
    return tuple(tier for tier in tiers if tier)


def _start(shown: Sequence[int]) -> Order:
    return (frozenset(shown),)


def _fewest(start: S, moves: Callable[[S], Iterable[tuple[K, S]]], there: Callable[[S], bool]) -> list[K]:
    """Breadth first: the fewest moves from `start` to a state that is `there`."""
    ways: dict[S, list[K]] = {start: []}
    waiting = deque([start])
    while waiting:
        state = waiting.popleft()
        if there(state):
            return ways[state]
        for move, after in moves(state):
            if after not in ways:
                ways[after] = [*ways[state], move]
                waiting.append(after)
    raise LookupError(f"nothing leads there from {start}")
