"""Which of two people's marks belong together: one-to-one pairs of the greatest total weight."""

from collections.abc import Sequence
from math import inf


def best_pairs(weights: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """The pairs (row, column), in the order of the rows, whose weights have the largest sum.

    weights: rows × columns, none negative. Pairs of weight 0 are left out, every row and column is in one pair at
    most. The Hungarian method (Kuhn 1955, with Munkres' potentials) in O(s² · l) for s and l, the shorter and the
    longer side.
    """
    rows, columns = len(weights), len(weights[0]) if weights else 0
    if rows > columns:
        turned = [[weights[row][column] for row in range(rows)] for column in range(columns)]
        return sorted((row, column) for column, row in best_pairs(turned))
    row_of = _columns_taken(weights, rows, columns)
    pairs = sorted((row, column) for column, row in enumerate(row_of) if row is not None)
    return [(row, column) for row, column in pairs if weights[row][column] > 0]


def _columns_taken(weights: Sequence[Sequence[float]], rows: int, columns: int) -> list[int | None]:
    """Per column the row that gets it: rows join one by one, each by the cheapest chain of exchanges.

    A weight w costs -w. The potentials keep cost - row potential - column potential at 0 on every pair taken and
    never below 0 elsewhere, which is what makes the pairs the best ones.
    """
    of_row, of_column = [0.0] * rows, [0.0] * columns
    row_of: list[int | None] = [None] * columns
    for newcomer in range(rows):
        slack, before = [inf] * columns, [-1] * columns
        reached: list[int] = []
        waiting = set(range(columns))
        row: int | None = newcomer
        column = -1
        while row is not None:
            for other in waiting:
                spare = -weights[row][other] - of_row[row] - of_column[other]
                if spare < slack[other]:
                    slack[other], before[other] = spare, column
            column = min(waiting, key=lambda other: (slack[other], other))
            step = slack[column]
            of_row[newcomer] += step
            for other in reached:
                taken = row_of[other]
                assert taken is not None
                of_row[taken] += step
                of_column[other] -= step
            for other in waiting:
                slack[other] -= step
            waiting.remove(column)
            reached.append(column)
            row = row_of[column]
        while column != -1:
            source = before[column]
            row_of[column] = newcomer if source == -1 else row_of[source]
            column = source
    return row_of
