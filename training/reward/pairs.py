"""Completeness pairs: which of two responses leaves out less.

From marks of missing information where at least two responses of an example were judged by one annotator; else, as
in Wu et al. 2023, from how much of what the corrected text needs each response covers.
"""

import math
from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from annotator.domain.prompts import Passage
from annotator.domain.records import FeedbackRecord, Judgement
from annotator.domain.segments import Density, SegmentationRule, segments
from annotator.domain.taxonomy import ErrorCategory
from training.data import Labels, Pair, Snapshot, Vote, pairs_of

MATCH = 0.85  # quick_ratio from which a sub-sentence counts as taken from a passage sentence
SLACK = 1.05  # a sub-sentence is compared with runs of this many times its number of words

Sentence = tuple[int, int]  # passage and sentence, numbered as people see them
Counts = npt.NDArray[np.int64]


def completeness_pairs(
    snapshot: Snapshot, category: ErrorCategory, *, ties: bool = False, labels: Labels = "soft"
) -> list[Pair]:
    """Pairs of one category whose types mark passages. Types are in order of severity: with n types, a mark of the
    first weighs n and of the last 1.
    """
    severity = {kind.key: len(category.types) - index for index, kind in enumerate(category.types)}
    votes: list[Vote] = []
    for record in snapshot.records:
        if len(record.judgements) >= 2:
            ranked = [(j.response, -float(_missing(j, severity))) for j in record.judgements]
        else:
            ranked = coverage(record, category.types[-1].key, snapshot.taxonomy.segmentation)
        votes += [Vote(record, first, second, a - b) for (first, a), (second, b) in combinations(ranked, 2)]
    return pairs_of(votes, snapshot, ties=ties, labels=labels)


def _missing(judgement: Judgement, severity: dict[str, int]) -> int:
    return sum(severity.get(mark.type, 0) for mark in judgement.missing)


def coverage(record: FeedbackRecord, minor: str, rule: SegmentationRule) -> list[tuple[int, float]]:
    """(response, share of the required passage sentences that it covers) of one judged example; [] if nothing is
    required.

    Required is every sentence that a sub-sentence of the corrected text was taken from, except those marked as
    missing with the least severe type `minor`, unless that sub-sentence stands verbatim in the judged response.
    """
    judgement = next((j for j in record.judgements if j.corrected_text), None)
    if judgement is None or judgement.corrected_text is None:
        return []
    match = sentence_matcher(record.example.passages)
    judged = record.responses[judgement.response].text
    dropped = {(e.passage, e.sentence) for mark in judgement.missing if mark.type == minor for e in mark.evidence}
    required = {
        found
        for part in _parts(judgement.corrected_text, rule)
        if (found := match(part)) and (found not in dropped or part in judged)
    }
    if not required:
        return []
    covered = [{match(part) for part in _parts(response.text, rule)} for response in record.responses]
    return [(index, len(found & required) / len(required)) for index, found in enumerate(covered)]


def _parts(text: str, rule: SegmentationRule) -> list[str]:
    return [part for s in segments(text, Density.SUB_SENTENCE, rule) if (part := text[s.start : s.end].strip())]


def sentence_matcher(passages: Sequence[Passage]) -> Callable[[str], Sentence | None]:
    """A function from a sub-sentence to the passage sentence with the run of words most like it, None below MATCH.

    Likeness is difflib's quick_ratio, 2 * |letters in common| / (sum of both lengths), computed for all runs of
    words of all sentences at once from running counts of letters.
    """
    sentences = [
        ((p, s), words)
        for p, passage in enumerate(passages, start=1)
        for s, sentence in enumerate(passage.sentences, start=1)
        if (words := sentence.split())
    ]
    letters = [" ", *sorted({letter for _, words in sentences for word in words for letter in word})]
    column = {letter: index for index, letter in enumerate(letters)}
    owners = [place for place, _ in sentences]
    running = [_running_counts(words, column) for _, words in sentences]

    def match(part: str) -> Sentence | None:
        if not owners:
            return None
        size = math.ceil(len(part.split()) * SLACK)
        runs = [_run_counts(counts, size) for counts in running]
        wanted = np.zeros(len(letters), dtype=np.int64)
        for letter in part:
            if letter in column:
                wanted[column[letter]] += 1
        rows = np.concatenate(runs)
        ratio = 2 * np.minimum(rows, wanted).sum(axis=1) / (rows.sum(axis=1) + len(part))
        best = int(ratio.argmax())
        if ratio[best] < MATCH:
            return None
        return owners[int(np.searchsorted(np.cumsum([len(run) for run in runs]), best, side="right"))]

    return match


def _running_counts(words: Sequence[str], column: dict[str, int]) -> Counts:
    """Letters of the first i words, each with a space (column 0) after it: (words + 1, letters)."""
    counts = np.zeros((len(words) + 1, len(column)), dtype=np.int64)
    for index, word in enumerate(words, start=1):
        counts[index, 0] = 1
        for letter in word:
            counts[index, column[letter]] += 1
    return np.cumsum(counts, axis=0, dtype=np.int64)


def _run_counts(running: Counts, size: int) -> Counts:
    """Letters of every run of `size` words, or of the whole sentence if it is shorter, without the last space."""
    size = min(size, len(running) - 1)
    counts: Counts = running[size:] - running[:-size]
    counts[:, 0] -= 1
    return counts
