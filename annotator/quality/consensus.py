"""What several annotators together say is marked: per type and unit a probability, then places.

Not spans but words (sentences, for missing information) are voted on: two people rarely give the same ends, so that a
majority over exact spans would lose most of what they agree on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from annotator.domain.segments import segments
from annotator.domain.taxonomy import Taxonomy
from annotator.quality.arrays import Bools, Floats, Ints
from annotator.quality.dawid_skene import dawid_skene, true_labels
from annotator.quality.grid import Grid
from annotator.quality.marks import word_bounds
from annotator.quality.votes import marking_votes

HALF = 0.5


@dataclass(frozen=True)
class ErrorModel:
    """Who marks an error how well: confusion (2, 2) by annotator, as in dawid_skene, and prevalence (2,); `usual`: the
    confusion of whoever is unknown."""

    confusion: Mapping[str, Floats]
    prevalence: Floats
    usual: Floats

    def probability(self, grid: Grid, scope: Bools) -> Floats:
        """(elements,): how probable it is that the element's units are errors of a type in the scope."""
        confusion = [self.confusion.get(name, self.usual) for name in grid.marks.annotators]
        votes = marking_votes(grid, scope)
        posterior, _ = true_labels(votes, np.array(confusion).reshape(-1, 2, 2), self.prevalence)
        return posterior[:, 1]


@dataclass(frozen=True)
class ErrorModels:
    """By the key of the type, and of the category."""

    types: Mapping[str, ErrorModel]
    categories: Mapping[str, ErrorModel]


def error_models(grid: Grid, taxonomy: Taxonomy, prior: Floats) -> ErrorModels:
    """What can be learned from everything that two or more people judged; prior: see dawid_skene."""
    usual = prior / prior.sum(axis=1, keepdims=True)

    def learned(scope: Bools) -> ErrorModel:
        fit = dawid_skene(marking_votes(grid, scope, shared=True), prior)
        return ErrorModel(dict(zip(grid.marks.annotators, fit.confusion, strict=True)), fit.prevalence, usual)

    return ErrorModels(
        {kind: learned(grid.marks.scope([kind])) for kind in grid.marks.types},
        {key: learned(grid.marks.scope(kinds)) for key, kinds in _categories(grid, taxonomy).items()},
    )


def mark_probabilities(grid: Grid, models: ErrorModels, taxonomy: Taxonomy) -> dict[str, Floats]:
    """Per type (elements,): how probable it is that the element's units are such errors; 0 where nobody says so.

    People may agree that something is wrong and not on what. So where an error of the category is more probable than
    not and no single type of it is, the most probable type has the probability of the category.
    """
    found = {}
    for kind in grid.marks.types:
        scope = grid.marks.scope([kind])
        found[kind] = models.types[kind].probability(grid, scope) * (grid.markers(scope) > 0)
    for key, kinds in _categories(grid, taxonomy).items():
        some = models.categories[key].probability(grid, grid.marks.scope(kinds))
        table = np.array([found[kind] for kind in kinds])
        undecided = (some >= HALF) & (table.max(axis=0) > 0) & (table.max(axis=0) < HALF)
        table[table.argmax(axis=0)[undecided], np.flatnonzero(undecided)] = some[undecided]
        found |= dict(zip(kinds, table, strict=True))
    return found


def _categories(grid: Grid, taxonomy: Taxonomy) -> dict[str, list[str]]:
    """The types of the grid's marks by category."""
    found: dict[str, list[str]] = {}
    for kind in grid.marks.types:
        found.setdefault(taxonomy.category_of(kind).key, []).append(kind)
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """Units start..end (half-open) of a text that are probably an error of this type; confidence: the mean of their
    probabilities."""

    start: int
    end: int
    type: str
    confidence: float


def probable_places(grid: Grid, probabilities: Mapping[str, Floats]) -> list[list[Place]]:
    """Per text the runs of units that are more probably an error than not."""
    found: list[list[Place]] = [[] for _ in grid.marks.text_length]
    for kind, probability in probabilities.items():
        for first, last in _runs(probability >= HALF, grid.text):
            weight = grid.weight[first:last]
            start, length = int(grid.start[first]), int(weight.sum())
            confidence = float(probability[first:last] @ weight / length)
            found[grid.text[first]].append(Place(start, start + length, kind, confidence))
    return found


def snapped_to_segments(places: Sequence[Place], text: str, taxonomy: Taxonomy) -> list[Place]:
    """Places in words of the text, as places in words that are whole segments at the density of their category: of
    each place the segment that it has most words in, and those that it has at least half of."""
    word_starts, _ = word_bounds(text)
    snapped = []
    for kind in dict.fromkeys(place.type for place in places):
        cuts = [piece.start for piece in segments(text, taxonomy.category_of(kind).density, taxonomy.segmentation)]
        bounds = np.append(np.searchsorted(word_starts, cuts), len(word_starts))
        marked = np.zeros(len(cuts), dtype=np.bool_)
        confidence = np.zeros(len(word_starts))
        for place in places:
            if place.type == kind:
                common = np.minimum(bounds[1:], place.end) - np.maximum(bounds[:-1], place.start)
                marked |= (common == common.max()) | ((common > 0) & (2 * common >= np.diff(bounds)))
                confidence[place.start : place.end] = place.confidence
        for first, last in _runs(marked, np.zeros(len(cuts), dtype=np.int64)):
            start, end = int(bounds[first]), int(bounds[last])
            covered = confidence[start:end]
            snapped.append(Place(start, end, kind, float(covered[covered > 0].mean())))
    return snapped


def _runs(chosen: Bools, group: Ints) -> list[tuple[int, int]]:
    """first..last (half-open) of each row of chosen neighbours in one group."""
    index = np.flatnonzero(chosen)
    if not len(index):
        return []
    breaks = np.flatnonzero((np.diff(index) > 1) | (np.diff(group[index]) != 0)) + 1
    return [(int(run[0]), int(run[-1]) + 1) for run in np.split(index, breaks)]
