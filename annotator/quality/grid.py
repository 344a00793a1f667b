"""Judgements side by side: every text cut where any mark begins or ends.

Between two cuts all words (characters, sentences) are marked alike by everyone, so that one element with their number
as weight stands for them. That makes a count over all words a count over a few elements per text, and exact.
"""

from dataclasses import dataclass

import numpy as np

from annotator.quality.arrays import Bools, Floats, Ints, ints, ranges, starts, sums_by
from annotator.quality.marks import Marks


@dataclass(frozen=True)
class Grid:
    """weight, text, start: (elements,), start in units from the beginning of the text. row_judgement, row_element:
    (rows,), one row for each element of each judgement, in order. first_row, last_row: (marks,), the rows that each
    mark covers, half-open."""

    marks: Marks
    weight: Floats
    text: Ints
    start: Ints
    row_judgement: Ints
    row_element: Ints
    first_row: Ints
    last_row: Ints

    @property
    def judges(self) -> Ints:
        """(elements,): by how many people each is judged."""
        return self.marks.text_judges[self.text]

    @property
    def example(self) -> Ints:
        """(elements,): the example of each."""
        return self.marks.text_example[self.text]

    def marked(self, scope: Bools) -> Bools:
        """(rows,): whether a mark of a type in the scope (types,) covers the row's element."""
        chosen = scope[self.marks.mark_type]
        steps = np.bincount(self.first_row[chosen], minlength=len(self.row_element) + 1)
        steps -= np.bincount(self.last_row[chosen], minlength=len(self.row_element) + 1)
        covered: Bools = np.cumsum(steps)[:-1] > 0
        return covered

    def markers(self, scope: Bools) -> Ints:
        """(elements,): how many people marked each with a type in the scope."""
        return ints(sums_by(self.row_element, self.marked(scope), len(self.weight)))


def cut(marks: Marks) -> Grid:
    """Cut the texts at the ends of all marks."""
    base = starts(marks.text_length + 1)  # texts one after the other, with a gap between, in one coordinate
    mark_text = marks.judgement_text[marks.mark_judgement]
    mark_start, mark_end = base[mark_text] + marks.mark_start, base[mark_text] + marks.mark_end
    cuts = np.unique(np.concatenate([base, base + marks.text_length, mark_start, mark_end]))
    text = ints(np.searchsorted(base, cuts, side="right") - 1)
    inside = cuts < (base + marks.text_length)[text]  # else the cut is the end of a text
    elements: Ints = np.cumsum(inside) - inside  # of each cut, the element that begins there or after it
    first_element: Ints = elements[np.searchsorted(cuts, base)]
    counts = np.bincount(text[inside], minlength=len(base))
    row_count = counts[marks.judgement_text]
    row_base = starts(row_count)

    def rows(position: Ints) -> Ints:
        element: Ints = elements[np.searchsorted(cuts, position)]
        return ints(row_base[marks.mark_judgement] + element - first_element[mark_text])

    return Grid(
        marks=marks,
        weight=np.diff(cuts, append=0)[inside].astype(np.float64),
        text=text[inside],
        start=(cuts - base[text])[inside],
        row_judgement=np.repeat(np.arange(len(row_count)), row_count),
        row_element=np.repeat(first_element[marks.judgement_text], row_count) + ranges(row_count),
        first_row=rows(mark_start),
        last_row=rows(mark_end),
    )
