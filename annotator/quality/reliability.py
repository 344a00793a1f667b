"""How reliable each annotator is, per category of errors, without gold: from how they agree with the others.

Units are words of the responses, or sentences of the passages where the category's types mark those; the label is
whether the annotator marked the unit with any type of the category. What only one person judged teaches nothing and is
left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from annotator.domain.quality_report import Reliability
from annotator.domain.taxonomy import ErrorCategory, Taxonomy
from annotator.quality.arrays import Floats
from annotator.quality.dawid_skene import dawid_skene
from annotator.quality.grid import Grid, cut
from annotator.quality.mace import mace
from annotator.quality.marks import JudgedText, sentence_marks, word_marks
from annotator.quality.votes import marking_votes

# What an annotator is credited with before they have judged anything: one sentence in twenty is an error, 70 % of the
# errors are seen, 98 % of the rest are seen to be none. Of words ten times as many: some ten are marked at a time.
SENTENCES = np.array([[29.4, 0.6], [0.45, 1.05]])
PRIOR = {"passages": SENTENCES, "response": 10 * SENTENCES}
LEAST, MOST = 0.05, 0.95


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether the two models of a category had settled, and after how many steps."""

    converged: bool
    iterations: int
    mace_converged: bool
    mace_iterations: int


def reliabilities(
    texts: Sequence[JudgedText], taxonomy: Taxonomy, *, seed: int = 0
) -> tuple[list[Reliability], dict[str, Fit]]:
    """Per category and annotator, in the order of the taxonomy and of the names; and how each category's fit ended."""
    found: list[Reliability] = []
    fits: dict[str, Fit] = {}
    grids = {"response": cut(word_marks(texts, taxonomy)), "passages": cut(sentence_marks(texts, taxonomy))}
    for category in taxonomy.categories:
        for target, grid in grids.items():
            if any(kind.target == target for kind in category.types):
                rows, fits[category.key] = _of_category(grid, category, PRIOR[target], seed)
                found += rows
    return found, fits


def annotator_weights(found: Sequence[Reliability]) -> dict[str, float]:
    """How much each annotator's word should count in training: 1 on average, and 1 for whoever is unknown.

    The best weight of a vote is the log odds that it is right (Nitzan and Paroush 1982); that is taken here at the mean
    of sensitivity and specificity, averaged over the categories, and divided by the mean of all annotators.
    """
    odds: dict[str, list[float]] = {}
    for each in found:
        mine = odds.setdefault(each.annotator, [])
        if each.informedness is not None:
            right = (1 + min(max(each.informedness, LEAST), MOST)) / 2
            mine.append(log(right / (1 - right)))
    known = {annotator: sum(mine) / len(mine) for annotator, mine in odds.items() if mine}
    mean = sum(known.values()) / len(known) if known else 1.0
    return {annotator: known.get(annotator, mean) / mean for annotator in odds}


def _of_category(grid: Grid, category: ErrorCategory, prior: Floats, seed: int) -> tuple[list[Reliability], Fit]:
    votes = marking_votes(grid, grid.marks.scope(kind.key for kind in category.types), shared=True)
    errors, knowing = dawid_skene(votes, prior), mace(votes, seed=seed)
    units = votes.weights_by_annotator()
    rows = [
        _row(name, category.key, int(units[index]), errors.confusion[index], float(knowing.competence[index]))
        for index, name in sorted(enumerate(grid.marks.annotators), key=lambda item: item[1])
    ]
    return rows, Fit(errors.converged, errors.iterations, knowing.converged, knowing.iterations)


def _row(annotator: str, category: str, units: int, confusion: Floats, competence: float) -> Reliability:
    if not units:
        return Reliability(annotator, category, 0, None, None, None, None, "no_overlap")
    specificity, sensitivity = float(confusion[0, 0]), float(confusion[1, 1])
    return Reliability(annotator, category, units, sensitivity, specificity, sensitivity + specificity - 1, competence)
