"""Which example is judged next: a strategy gives each slot a rank, and the smallest rank of the open ones is next.

Slots of one rank follow in the order in which they were made: number by number, and example by example within each.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """What a strategy may know of a slot.

    number: which of its example's judgements it stands for, from 1. example: the key of the example; later ones have
    greater keys. uncertainty and disagreement: of the example, from 0 to 1; None where nothing tells.
    """

    number: int
    example: int
    uncertainty: float | None = None
    disagreement: float | None = None


def breadth_first(place: Place) -> float:
    """Every example once, then every example twice, and so on."""
    return place.number


def depth_first(place: Place) -> float:
    """One example after another: the next is begun when the one before has all its judgements."""
    return place.example


def uncertainty_first(place: Place) -> float:
    """Where the reward models were least sure, in all its slots; then breadth first what they have not scored."""
    return place.number if place.uncertainty is None else -place.uncertainty


def disagreement_first(place: Place) -> float:
    """What its annotators see differently; then breadth first what fewer than two have judged; what they agree on last.

    The most disputed comes first: an example whose annotations have nothing in common has rank -1.
    """
    if place.disagreement is None:
        return place.number
    return -place.disagreement if place.disagreement > 0 else AGREED + place.number


# Above every number of a slot, which is a small integer of PostgreSQL.
AGREED = 2.0**15

Strategy = Callable[[Place], float]

STRATEGIES: Mapping[str, Strategy] = {
    strategy.__name__: strategy for strategy in (breadth_first, depth_first, uncertainty_first, disagreement_first)
}


def example_uncertainty(responses: Sequence[Mapping[str, Sequence[float]]]) -> float | None:
    """How unsure reward models are of an example: of each response the category whose segments they are least sure of
    on average, and of the responses the mean. None where they say nothing.

    responses: per response and category, the uncertainty of each segment, from 0 to 1.
    """
    unsure = [
        max(sum(each) / len(each) for each in categories.values() if each)
        for categories in responses
        if any(categories.values())
    ]
    return sum(unsure) / len(unsure) if unsure else None
