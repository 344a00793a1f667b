"""Krippendorff's α for nominal values, and uα for spans on a continuum of characters.

    α  = 1 - D_o / D_e     D_o, D_e: the disagreement seen, and expected if the same values were dealt out by chance

With m_u the number of values of unit u, n_uc those that are c, n_c = Σ_u n_uc over units with m_u >= 2, and n = Σ n_c:

    D_o = n - Σ_u Σ_c n_uc (n_uc - 1) / (m_u - 1)
    D_e = (n² - Σ_c n_c²) / (n - 1)

(Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011.) For spans the units are characters, which do not come
one by one: a marked span of L characters is dealt out whole, while characters between spans are dealt out singly. So
uα has

    D_e = (n² - Σ_c n_c²) / (n - q / n)     q = Σ L² over the spans + the number of unmarked characters

(Krippendorff, Mathet, Bouvry, Widlöcher, On the reliability of unitizing textual continua, 2016, which replaces the
measure of 1995 because that misbehaves with more than two annotators.) Where all spans have one character, uα is α.
Several texts, judged by different people, are one long continuum.
"""

import numpy as np

from annotator.quality.arrays import Bools, Floats, starts, sums_by
from annotator.quality.figures import Measure, ratio
from annotator.quality.grid import Grid
from annotator.quality.marks import why_undefined
from annotator.quality.votes import Votes


def nominal_alpha(votes: Votes) -> Measure:
    """α of any number of labels; every unit is an example of its own to the interval."""
    counts = votes.counts
    judges = counts.sum(axis=1, keepdims=True)
    pairable = (judges >= 2) * votes.weight[:, np.newaxis]
    agreeing = (counts * (counts - 1)).sum(axis=1, keepdims=True) / np.maximum(judges - 1, 1)
    return Measure(np.hstack([counts, agreeing]) * pairable, _alpha, "no_variation" if pairable.any() else "no_overlap")


def marking_alpha(grid: Grid, scope: Bools) -> Measure:
    """α of "marked with a type in the scope, or not", over the units of the grid: words, or sentences."""
    return Measure(_binary_sums(grid, scope), _alpha, why_undefined(grid.marks, scope))


def unitized_alpha(grid: Grid, scope: Bools) -> Measure:
    """uα of the spans with a type in the scope; the grid's units are characters.

    Overlapping spans of one annotator are one span; spans that only touch are two.
    """
    marks = grid.marks
    chosen = scope[marks.mark_type] & (marks.text_judges[marks.judgement_text] >= 2)[marks.mark_judgement]
    judgement = marks.mark_judgement[chosen]
    order = np.lexsort((marks.mark_start[chosen], judgement))
    judgement = judgement[order]
    base = starts(marks.text_length[marks.judgement_text])[judgement]
    start, end = base + marks.mark_start[chosen][order], base + marks.mark_end[chosen][order]
    reach = np.maximum.accumulate(end)
    begins = np.ones(len(start), dtype=np.bool_)
    begins[1:] = start[1:] >= reach[:-1]
    ends = np.append(begins[1:], True)[: len(begins)]
    example = marks.text_example[marks.judgement_text[judgement[begins]]]
    squares = sums_by(example, (reach[ends] - start[begins]) ** 2, len(marks.examples))
    sums = np.column_stack([_binary_sums(grid, scope), squares])
    return Measure(sums, _unitized, why_undefined(marks, scope))


def _binary_sums(grid: Grid, scope: Bools) -> Floats:
    """(examples, 3): values unmarked, values marked, and pairs that agree / (m - 1)."""
    judges, marked = grid.judges, grid.markers(scope)
    unmarked = judges - marked
    agreeing = (marked * (marked - 1) + unmarked * (unmarked - 1)) / np.maximum(judges - 1, 1)
    weight = grid.weight * (judges >= 2)
    columns = [sums_by(grid.example, weight * each, len(grid.marks.examples)) for each in (unmarked, marked, agreeing)]
    return np.column_stack(columns)


def _alpha(totals: Floats) -> Floats:
    counts, agreeing = totals[..., :-1], totals[..., -1]
    n = counts.sum(axis=-1)
    return 1 - ratio((n - agreeing) * (n - 1), n**2 - (counts**2).sum(axis=-1))


def _unitized(totals: Floats) -> Floats:
    unmarked, marked, agreeing, squares = np.moveaxis(totals, -1, 0)
    n = unmarked + marked
    return 1 - ratio((n - agreeing) * (n - ratio(squares + unmarked, n)), 2 * unmarked * marked)
