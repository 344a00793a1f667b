"""The agreement of a project's annotators, as figures per error type, per category and over all types.

For marks in the responses: word_alpha, span_alpha (uα), exact_f1, overlap_f1, word_f1; for missing information:
sentence_alpha, sentence_f1. For comparisons: tau_b, transitivity, first_shown.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from annotator.domain.quality_report import Agreement, Named
from annotator.domain.records import FeedbackRecord
from annotator.domain.taxonomy import Taxonomy
from annotator.quality.alpha import marking_alpha, unitized_alpha
from annotator.quality.arrays import Bools, Floats, ints
from annotator.quality.figures import Measure, figures
from annotator.quality.grid import Grid, cut
from annotator.quality.marks import JudgedText, Marks, character_marks, judged_texts, sentence_marks, word_marks
from annotator.quality.rankings import position_bias, ranking_measures, rankings
from annotator.quality.span_f1 import exact_f1, overlapping_f1, unit_f1

Level = Literal["overall", "category", "type"]
Scope = tuple[Level, str]
Measures = dict[tuple[Level, str, str], Measure]


def agreement(records: Sequence[FeedbackRecord], taxonomy: Taxonomy, *, seed: int = 0) -> Agreement:
    """All figures of these records, with intervals from resampling the examples. The same seed gives the same ones."""
    texts = judged_texts(records)
    measures = _response_measures(texts, taxonomy) | _passages_measures(texts, taxonomy)
    found: dict[Level, dict[str, Named]] = {"overall": {"": {}}, "category": {}, "type": {}}
    for (level, key, name), figure in figures(measures, seed=seed).items():
        found[level].setdefault(key, {})[name] = figure
    every = rankings(records)
    comparisons = figures(ranking_measures(every), seed=seed)
    return Agreement(found["overall"][""], found["category"], found["type"], comparisons, position_bias(every))


def annotator_pairs(grid: Grid, scope: Bools) -> dict[tuple[str, str], Floats]:
    """Per two annotators (2, 2): units by whether the one and whether the other marked them with a type in the scope.

    Names in their order within the pair; a matrix of annotators is drawn from it.
    """
    marked = ints(grid.marked(scope))
    annotator = grid.marks.judgement_annotator[grid.row_judgement]
    order = np.argsort(grid.row_element, kind="stable")
    element, judges = grid.row_element[order], np.bincount(grid.row_element)
    tables: dict[tuple[str, str], Floats] = {}
    size = len(grid.marks.annotators)
    for step in range(1, int(judges.max(initial=1))):
        same = element[step:] == element[:-step]
        one, other = order[:-step][same], order[step:][same]
        cell = ((annotator[one] * size + annotator[other]) * 2 + marked[one]) * 2 + marked[other]
        sums = np.bincount(cell, weights=grid.weight[grid.row_element[one]], minlength=size * size * 4)
        for pair in np.flatnonzero(sums.reshape(-1, 4).any(axis=1)).tolist():
            names = grid.marks.annotators[pair // size], grid.marks.annotators[pair % size]
            table = sums[pair * 4 : pair * 4 + 4].reshape(2, 2)
            key, turned = (names, table) if names[0] < names[1] else (names[::-1], table.T)
            tables[key] = tables.get(key, np.zeros((2, 2))) + turned
    return tables


def _response_measures(texts: Sequence[JudgedText], taxonomy: Taxonomy) -> Measures:
    characters, words = cut(character_marks(texts, taxonomy)), cut(word_marks(texts, taxonomy))
    measures: Measures = {}
    for scope, types in _scopes(characters.marks, taxonomy).items():
        measures[*scope, "word_alpha"] = marking_alpha(words, types)
        measures[*scope, "span_alpha"] = unitized_alpha(characters, types)
        measures[*scope, "exact_f1"] = exact_f1(characters.marks, types)
        measures[*scope, "overlap_f1"] = overlapping_f1(characters.marks, types)
        measures[*scope, "word_f1"] = unit_f1(words, types)
    return measures


def _passages_measures(texts: Sequence[JudgedText], taxonomy: Taxonomy) -> Measures:
    sentences = cut(sentence_marks(texts, taxonomy))
    measures: Measures = {}
    for scope, types in _scopes(sentences.marks, taxonomy).items():
        measures[*scope, "sentence_alpha"] = marking_alpha(sentences, types)
        measures[*scope, "sentence_f1"] = unit_f1(sentences, types)
    return measures


def _scopes(marks: Marks, taxonomy: Taxonomy) -> dict[Scope, Bools]:
    """All types of these marks, those of each category, and each type; without what has none."""
    scopes: dict[Scope, Bools] = {("overall", ""): marks.scope(marks.types)}
    for category in taxonomy.categories:
        scopes["category", category.key] = marks.scope(kind.key for kind in category.types)
    for kind in marks.types:
        scopes["type", kind] = marks.scope([kind])
    return {scope: types for scope, types in scopes.items() if types.any()}
