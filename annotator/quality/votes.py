"""Votes: who gave which unit which label."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from annotator.quality.arrays import Bools, Floats, Ints, ints, starts, sums_by
from annotator.quality.grid import Grid


@dataclass(frozen=True)
class Votes:
    """unit, annotator, label: (votes,), numbers from 0. weight: (units,), how many alike each unit stands for.

    Annotators may leave units out, and may vote twice.
    """

    unit: Ints
    annotator: Ints
    label: Ints
    weight: Floats
    annotators: int
    labels: int

    @property
    def counts(self) -> Floats:
        """(units, labels): how many voted so."""
        size = len(self.weight) * self.labels
        counts = np.bincount(self.unit * self.labels + self.label, minlength=size)
        return counts.reshape(-1, self.labels).astype(np.float64)

    @property
    def shares(self) -> Floats:
        """(units, labels): the share of the votes; equal shares where nobody voted."""
        counts = self.counts
        total = counts.sum(axis=1, keepdims=True)
        shares: Floats = np.where(total > 0, counts / np.maximum(total, 1), 1 / self.labels)
        return shares

    def weights_by_annotator(self) -> Floats:
        """(annotators,): the weight of what each has voted on."""
        return sums_by(self.annotator, self.weight[self.unit], self.annotators)


def votes_of(rows: Iterable[tuple[int, int, int]], *, units: int, annotators: int, labels: int) -> Votes:
    """Votes from (unit, annotator, label), each unit standing for itself."""
    table = ints(list(rows)).reshape(-1, 3)
    return Votes(table[:, 0], table[:, 1], table[:, 2], np.ones(units), annotators, labels)


def merged(votes: Votes) -> Votes:
    """The same votes with all units that got the same votes from the same people as one, of their weights' sum."""
    order = np.lexsort((votes.label, votes.annotator, votes.unit))
    unit, cell = votes.unit[order], (votes.annotator * votes.labels + votes.label)[order]
    sizes = np.bincount(unit, minlength=len(votes.weight))
    begins = starts(sizes)
    tables, weights = [], []
    for size in np.unique(sizes[sizes > 0]).tolist():
        members = np.flatnonzero(sizes == size)
        table, same = np.unique(cell[begins[members][:, np.newaxis] + np.arange(size)], axis=0, return_inverse=True)
        tables.append(table)
        weights.append(sums_by(ints(same.reshape(-1)), votes.weight[members], len(table)))
    if not tables:
        return Votes(votes.unit, votes.annotator, votes.label, np.zeros(0), votes.annotators, votes.labels)
    cells = np.concatenate([table.reshape(-1) for table in tables])
    lengths = np.concatenate([np.full(len(table), table.shape[1]) for table in tables])
    return Votes(
        unit=np.repeat(np.arange(len(lengths)), lengths),
        annotator=cells // votes.labels,
        label=cells % votes.labels,
        weight=np.concatenate(weights),
        annotators=votes.annotators,
        labels=votes.labels,
    )


def marking_votes(grid: Grid, scope: Bools, *, shared: bool = False) -> Votes:
    """Whether (1) or not (0) each annotator marked each element with a type in the scope.

    shared: only what two or more people judged; the rest teaches nothing about anybody.
    """
    kept = (grid.judges >= 2)[grid.row_element] if shared else np.ones(len(grid.row_element), dtype=np.bool_)
    return Votes(
        unit=grid.row_element[kept],
        annotator=grid.marks.judgement_annotator[grid.row_judgement[kept]],
        label=ints(grid.marked(scope)[kept]),
        weight=grid.weight,
        annotators=len(grid.marks.annotators),
        labels=2,
    )
