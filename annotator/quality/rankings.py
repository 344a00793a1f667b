"""How people agree on which response is better, with themselves and with each other, and whether the place decided.

Rankings may have ties and may leave pairs out. What counts are pairs: +1 (the first is better), 0 or -1.

    τ-b = Σ a b / sqrt(Σ a² · Σ b²)   over the pairs of one example that both of two people compared; the mean of all
                                      examples and couples of people, without those where one saw nothing but ties
    transitivity                      the share of threes, all pairs of which one person compared, that can be ranked
    position bias                     the share of preferences for the response that was shown before the other
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

import numpy as np

from annotator.domain.quality_report import Figure
from annotator.domain.records import FeedbackRecord
from annotator.domain.scoring import Signs, comparison_signs
from annotator.quality.arrays import Floats
from annotator.quality.figures import Measure, ratio, wilson


@dataclass(frozen=True, slots=True)
class Ranking:
    """One person's comparisons of the responses to one example: sign by (lower, higher) index, and the place at which
    each response was shown, if known."""

    example: str
    annotator: str
    signs: Signs
    places: Sequence[int] | None


def rankings(records: Iterable[FeedbackRecord]) -> list[Ranking]:
    """Every record that compares something; of two of one person about one example the later."""
    found = {}
    for record in records:
        if record.comparisons:
            order = record.display_order
            places = None if order is None else [order.index(index) for index in range(len(order))]
            key = record.example.id, record.annotator.pseudonym
            found[key] = Ranking(*key, comparison_signs(record.comparisons), places)
    return list(found.values())


def ranking_measures(every: Sequence[Ranking]) -> dict[str, Measure]:
    """tau_b, transitivity and first_shown, which is 0.5 where the place plays no part."""
    numbers = {example: number for number, example in enumerate(dict.fromkeys(each.example for each in every))}
    tau, transitive, first = (np.zeros((len(numbers), columns)) for columns in (2, 2, 2))
    by_example: dict[str, list[Ranking]] = {}
    for each in every:
        by_example.setdefault(each.example, []).append(each)
        transitive[numbers[each.example]] += rankable_threes(each.signs)
        first[numbers[each.example]] += first_preferred(each)
    for example, group in by_example.items():
        for one, other in combinations(group, 2):
            found = kendall_tau_b(one.signs, other.signs)
            tau[numbers[example]] += (0, 0) if found is None else (found, 1)
    return {
        "tau_b": Measure(tau, _share, "no_variation" if len(by_example) < len(every) else "no_overlap"),
        "transitivity": Measure(transitive, _share, "no_pairs"),
        "first_shown": Measure(first, _share, "no_pairs"),
    }


def position_bias(every: Iterable[Ranking]) -> dict[str, Figure]:
    """Per annotator the share of preferences for the response shown first, and of how many, with Wilson's interval."""
    totals: dict[str, list[int]] = {}
    for each in every:
        chosen, decided = first_preferred(each)
        total = totals.setdefault(each.annotator, [0, 0])
        total[0] += chosen
        total[1] += decided
    return {annotator: wilson(chosen, decided) for annotator, (chosen, decided) in totals.items()}


def kendall_tau_b(one: Signs, other: Signs) -> float | None:
    """τ-b over the pairs in both; None where one of the two has nothing but ties."""
    common = [(sign, other[pair]) for pair, sign in one.items() if pair in other]
    decided = sum(a * a for a, _ in common) * sum(b * b for _, b in common)
    return sum(a * b for a, b in common) / sqrt(decided) if decided else None


def first_preferred(ranking: Ranking) -> tuple[int, int]:
    """Preferences for the response shown before the other, and preferences; (0, 0) if the order is not known."""
    places = ranking.places
    if places is None:
        return 0, 0
    decided = [(pair, sign) for pair, sign in ranking.signs.items() if sign]
    return sum((places[low] < places[high]) == (sign > 0) for (low, high), sign in decided), len(decided)


def rankable_threes(signs: Signs) -> tuple[int, int]:
    """Threes of responses whose three comparisons fit into one ranking with ties, and threes."""
    responses = sorted({index for pair in signs for index in pair})
    threes = [
        (signs[a, b], signs[b, c], signs[a, c])
        for a, b, c in combinations(responses, 3)
        if (a, b) in signs and (b, c) in signs and (a, c) in signs
    ]
    return sum(_fits(*three) for three in threes), len(threes)


def _fits(ab: int, bc: int, ac: int) -> bool:
    """a ? b and b ? c leave open what a ? c is only where they point against each other."""
    return ab + bc == 0 != ab or ac == max(-1, min(1, ab + bc))


def _share(totals: Floats) -> Floats:
    return ratio(totals[..., 0], totals[..., 1])
