"""How well the spans of two annotators match: F1 over all pairs of people who judged the same text.

    F1 = 2 · matches / (spans of one + spans of the other), summed over texts and pairs before dividing

exact: same start and end. overlapping: one-to-one pairs of IoU >= 0.5, as many as can be. words (or sentences): what
both marked. Neither of the two is gold: F1 is the same whichever way round.
"""

import numpy as np

from annotator.domain.matching import best_pairs
from annotator.quality.arrays import Bools, Floats, Ints, ints, ranges, starts, sums_by
from annotator.quality.figures import Measure, ratio
from annotator.quality.grid import Grid
from annotator.quality.marks import Marks, why_undefined

LEAST_IOU = 0.5


def exact_f1(marks: Marks, scope: Bools) -> Measure:
    """F1 of spans with a type in the scope that have the same start and end."""
    spans = _distinct_spans(marks, scope)
    places, alike = np.unique(
        np.column_stack([marks.judgement_text[spans[:, 0]], spans[:, 1:]]), axis=0, return_counts=True
    )
    sums = _f1_sums(marks, marks.text_example[places[:, 0]], alike * (alike - 1), spans)
    return Measure(sums, _ratio, why_undefined(marks, scope))


def overlapping_f1(marks: Marks, scope: Bools) -> Measure:
    """F1 of spans with a type in the scope that pair up with IoU >= 0.5."""
    spans = _distinct_spans(marks, scope)
    left, right = _close_pairs(marks, spans)
    judgements = spans[:, 0]
    pairs, pair = np.unique(np.column_stack([judgements[left], judgements[right]]), axis=0, return_inverse=True)
    pair = pair.reshape(-1)
    matches = np.bincount(pair, minlength=len(pairs))
    for number in np.unique(pair[_repeated(pair, left) | _repeated(pair, right)]):
        matches[number] = _most_pairs(left[pair == number], right[pair == number])
    sums = _f1_sums(marks, marks.text_example[marks.judgement_text[pairs[:, 0]]], 2 * matches, spans)
    return Measure(sums, _ratio, why_undefined(marks, scope))


def unit_f1(grid: Grid, scope: Bools) -> Measure:
    """F1 of the grid's units (words, sentences) that are marked with a type in the scope."""
    judges, marked = grid.judges, grid.markers(scope)
    both, either = grid.weight * marked * (marked - 1), grid.weight * marked * (judges - 1)
    sums = [sums_by(grid.example, each, len(grid.marks.examples)) for each in (both, either)]
    return Measure(np.column_stack(sums), _ratio, why_undefined(grid.marks, scope))


def _f1_sums(marks: Marks, example: Ints, matched: Ints, spans: Ints) -> Floats:
    """(examples, 2): twice the matches, and the spans, each once for every other judge of its text."""
    text = marks.judgement_text[spans[:, 0]]
    others = marks.text_judges[text] - 1
    size = len(marks.examples)
    return np.column_stack([sums_by(example, matched, size), sums_by(marks.text_example[text], others, size)])


def _distinct_spans(marks: Marks, scope: Bools) -> Ints:
    """(spans, 3): judgement, start, end of each place marked, once, in order."""
    chosen = scope[marks.mark_type]
    columns = [marks.mark_judgement[chosen], marks.mark_start[chosen], marks.mark_end[chosen]]
    return ints(np.unique(np.column_stack(columns), axis=0))


def _close_pairs(marks: Marks, spans: Ints) -> tuple[Ints, Ints]:
    """The pairs of spans of one text, by an earlier and a later judgement, with IoU >= LEAST_IOU."""
    order = np.lexsort((spans[:, 0], marks.judgement_text[spans[:, 0]]))
    text = marks.judgement_text[spans[order, 0]]
    counts = np.bincount(text, minlength=len(marks.text_length))
    each = counts[text]
    left = order[np.repeat(np.arange(len(order)), each)]
    right = order[np.repeat(starts(counts)[text], each) + ranges(each)]
    ahead = spans[left, 0] < spans[right, 0]
    left, right = left[ahead], right[ahead]
    common = np.minimum(spans[left, 2], spans[right, 2]) - np.maximum(spans[left, 1], spans[right, 1])
    union = spans[left, 2] - spans[left, 1] + spans[right, 2] - spans[right, 1] - common
    close = common >= LEAST_IOU * union
    return left[close], right[close]


def _repeated(pair: Ints, span: Ints) -> Bools:
    """Whether the span occurs more than once in its pair of judgements."""
    _, inverse, counts = np.unique(np.column_stack([pair, span]), axis=0, return_inverse=True, return_counts=True)
    repeated: Bools = counts[inverse.reshape(-1)] > 1
    return repeated


def _most_pairs(left: Ints, right: Ints) -> int:
    rows, columns = np.unique(left, return_inverse=True), np.unique(right, return_inverse=True)
    weights = np.zeros((len(rows[0]), len(columns[0])))
    weights[rows[1].reshape(-1), columns[1].reshape(-1)] = 1
    return len(best_pairs(weights.tolist()))


def _ratio(totals: Floats) -> Floats:
    return ratio(totals[..., 0], totals[..., 1])
