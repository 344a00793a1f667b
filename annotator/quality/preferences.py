"""One set of comparisons from several people's: by majority, or by Bradley and Terry where majorities go in circles."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from annotator.domain.scoring import Signs
from annotator.quality.arrays import Floats
from annotator.quality.rankings import rankable_threes

STEPS = 10_000
SETTLED = 1e-10
PHANTOM = 0.1  # of a tie in every compared pair, so that nobody who never lost becomes infinitely good


def settled_comparisons(votes: Sequence[tuple[Signs, float]]) -> Signs:
    """Signs of the pairs that anybody compared; votes: each person's signs (see rankings) and weight.

    A pair goes to the side with more than half of the weight that spoke about it; without one it is a tie. Where these
    cannot be put into one ranking, the order of the Bradley-Terry worths decides every pair.
    """
    totals: dict[tuple[int, int], Floats] = defaultdict(lambda: np.zeros(3))
    for signs, weight in votes:
        for pair, sign in signs.items():
            totals[pair][sign + 1] += weight
    majority = {pair: _majority(total) for pair, total in sorted(totals.items())}
    rankable, threes = rankable_threes(majority)
    if rankable == threes:
        return majority
    worth = worths(votes)
    return {(low, high): int(np.sign(round(worth[low] - worth[high], 6))) for low, high in majority}


def worths(votes: Sequence[tuple[Signs, float]]) -> dict[int, float]:
    """Log worth of each response that was compared, with mean 0: i beats j with probability 1 / (1 + exp(w_j - w_i)).

    A tie is half a win for both. By the minorise-maximise steps of Hunter (Annals of Statistics 32, 2004).
    """
    responses = sorted({index for signs, _ in votes for pair in signs for index in pair})
    number = {index: row for row, index in enumerate(responses)}
    wins = np.zeros((len(responses), len(responses)))
    for signs, weight in votes:
        for (low, high), sign in signs.items():
            wins[number[low], number[high]] += weight * (1 + sign) / 2
            wins[number[high], number[low]] += weight * (1 - sign) / 2
    wins += PHANTOM / 2 * ((wins + wins.T) > 0)
    games = wins + wins.T
    worth = np.ones(len(responses))
    for _ in range(STEPS):
        new = wins.sum(axis=1) / (games / (worth[:, np.newaxis] + worth)).sum(axis=1)
        new /= np.exp(np.log(new).mean())
        moved = np.abs(np.log(new / worth)).max()
        worth = new
        if moved < SETTLED:
            break
    return {index: float(np.log(worth[row])) for index, row in number.items()}


def _majority(total: Floats) -> int:
    """total: the weight for -1, 0 and +1."""
    return int(total[2] > total.sum() / 2) - int(total[0] > total.sum() / 2)
