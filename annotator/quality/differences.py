"""Where people differ: what one calls otherwise than the other, who differs from whom, and on which examples."""

from collections.abc import Mapping, Sequence

import numpy as np

from annotator.domain.quality_report import Confusion, Dispute, Pair
from annotator.domain.taxonomy import Taxonomy
from annotator.quality.agreement import annotator_pairs
from annotator.quality.arrays import Floats, Ints, ints, ranges, starts, sums_by
from annotator.quality.grid import Grid
from annotator.quality.marks import JudgedText, Marks, character_marks, sentence_marks
from annotator.quality.span_f1 import unit_f1

PEOPLE_PAIRED = 40
MOST_DISPUTED = 50


def type_confusion(texts: Sequence[JudgedText], taxonomy: Taxonomy) -> Confusion:
    """The types of the marks of two people that touch, over all texts and couples."""
    kinds = [kind.key for kind in taxonomy.types()]
    table, alone = np.zeros((len(kinds), len(kinds)), dtype=np.int64), np.zeros(len(kinds), dtype=np.int64)
    for marks in (character_marks(texts, taxonomy), sentence_marks(texts, taxonomy)):
        place = ints([kinds.index(kind) for kind in marks.types])
        spans = np.unique(
            np.column_stack([marks.mark_judgement, marks.mark_start, marks.mark_end, marks.mark_type]), axis=0
        )
        left, right = _touching(marks, spans)
        np.add.at(table, (place[spans[left, 3]], place[spans[right, 3]]), 1)
        met = np.unique(np.column_stack([left, spans[right, 0]]), axis=0)[:, 0]
        others = (marks.text_judges - 1)[marks.judgement_text[spans[:, 0]]]
        np.add.at(alone, place[spans[:, 3]], others - np.bincount(met, minlength=len(spans)))
    # Both orders of each pair were counted: on the diagonal in one cell, elsewhere in two.
    table[np.diag_indices_from(table)] //= 2
    return Confusion(kinds, table.tolist(), alone.tolist())


def annotator_agreements(words: Grid, sentences: Grid, taxonomy: Taxonomy) -> list[Pair]:
    """Every two of the PEOPLE_PAIRED people who judged most, who judged something in common; by category."""
    busiest = _busiest(words.marks)
    found: list[Pair] = []
    for category in taxonomy.categories:
        tables: dict[tuple[str, str], Floats] = {}
        for grid in (words, sentences):
            scope = grid.marks.scope(kind.key for kind in category.types)
            for names, table in annotator_pairs(grid, scope).items() if scope.any() else ():
                tables[names] = tables.get(names, np.zeros((2, 2))) + table
        found += [_pair(names, category.key, table) for names, table in sorted(tables.items()) if busiest >= {*names}]
    return found


def disputes(words: Grid, sentences: Grid, rows: Mapping[str, int]) -> list[Dispute]:
    """The MOST_DISPUTED examples, the least F1 first and of equals those with more in dispute; rows: by their ids."""
    examples = words.marks.examples
    sums = np.zeros((len(examples), 2))
    for grid in (words, sentences):
        for kind in grid.marks.types:
            sums += unit_f1(grid, grid.marks.scope([kind])).sums
    judges = np.zeros(len(examples), dtype=np.int64)
    np.maximum.at(judges, words.marks.text_example, words.marks.text_judges)
    found = [
        Dispute(rows[name], name, int(judges[index]), float(agreed / said), int(said - agreed))
        for index, (name, (agreed, said)) in enumerate(zip(examples, sums.tolist(), strict=True))
        if said > agreed
    ]
    return sorted(found, key=lambda each: (each.f1, -each.disputed, each.external_id))[:MOST_DISPUTED]


def _touching(marks: Marks, spans: Ints) -> tuple[Ints, Ints]:
    """All ordered pairs of spans (rows of judgement, start, end, type) of one text by two people that share a unit."""
    order = np.argsort(marks.judgement_text[spans[:, 0]], kind="stable")
    text = marks.judgement_text[spans[order, 0]]
    counts = np.bincount(text, minlength=len(marks.text_length))
    each = counts[text]
    left = order[np.repeat(np.arange(len(order)), each)]
    right = order[np.repeat(starts(counts)[text], each) + ranges(each)]
    common = np.minimum(spans[left, 2], spans[right, 2]) - np.maximum(spans[left, 1], spans[right, 1])
    touch = (spans[left, 0] != spans[right, 0]) & (common > 0)
    return left[touch], right[touch]


def _busiest(marks: Marks) -> set[str]:
    judged = sums_by(marks.judgement_annotator, np.ones(len(marks.judgement_annotator)), len(marks.annotators))
    order = sorted(range(len(marks.annotators)), key=lambda number: (-judged[number], marks.annotators[number]))
    return {marks.annotators[number] for number in order[:PEOPLE_PAIRED]}


def _pair(names: tuple[str, str], category: str, table: Floats) -> Pair:
    """table (2, 2): units by whether the one and the other marked them."""
    units, both, disputed = float(table.sum()), float(table[1, 1]), float(table[0, 1] + table[1, 0])
    by_chance = float(table.sum(axis=1) @ table.sum(axis=0)) / units
    return Pair(
        *names,
        category,
        units=int(units),
        both=int(both),
        disputed=int(disputed),
        f1=2 * both / (2 * both + disputed) if both + disputed else None,
        kappa=(units - disputed - by_chance) / (units - by_chance) if units > by_chance else None,
    )
