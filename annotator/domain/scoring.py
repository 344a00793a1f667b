"""How close a judgement comes to gold: which marks match, and three figures.

    IoU(a, b)      = |a ∩ b| / |a ∪ b|                      in code points, for spans; in sentences, for evidence
    span F1        = 2 Σ IoU / (given + gold)               over the best one-to-one pairs of spans
    type accuracy  = pairs of the same type / pairs         over the same pairs
    missing F1     = 2 |G ∩ A| / (|G| + |A|)                G, A: the sentences pointed at as missing

The span F1 is soft: a span that covers half of a gold span counts for half, which is the F1 of precision Σ IoU / given
and recall Σ IoU / gold, and Dice's coefficient where all marks are exact. Types play no part in it; among pairings of
equal overlap the one with more equal types is taken. Where neither side has a mark, or no pair was found whose types
could be compared, nothing is wrong and the figure is 1.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Generic, Literal, TypeVar, get_args

from annotator.domain.matching import best_pairs
from annotator.domain.records import Comparison, Judgement, MissingMark, SpanMark

Verdict = Literal["matched", "missed", "extra", "wrong_type"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
Mark = TypeVar("Mark", SpanMark, MissingMark)

# The figures that say how close a judgement comes to gold.
FIGURES = ("span_f1", "type_accuracy", "missing_f1")
Signs = dict[tuple[int, int], int]
SIGNS = {"first": 1, "tie": 0, "second": -1}

# Decides between pairings of equal overlap, and is too little to outweigh a difference in overlap that matters.
SAME_TYPE = 1e-9


@dataclass(frozen=True, slots=True)
class Pair(Generic[Mark]):
    """A mark and its counterpart: `given` is None for a mark of gold's that was missed, `gold` for an extra one."""

    given: Mark | None
    gold: Mark | None
    iou: float

    @property
    def verdict(self) -> Verdict:
        if self.given is None:
            return "missed"
        if self.gold is None:
            return "extra"
        return "matched" if self.given.type == self.gold.type else "wrong_type"


@dataclass(frozen=True, slots=True)
class Tally:
    """What the figures are made of. Tallies of several texts add up, so that each mark counts the same."""

    overlap: float = 0.0  # Σ IoU
    spans_given: int = 0
    spans_gold: int = 0
    pairs: int = 0
    pairs_same_type: int = 0
    missing_common: int = 0
    missing_given: int = 0
    missing_gold: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))

    @property
    def span_f1(self) -> float:
        """2 Σ IoU / (given + gold); 1 without any span."""
        return _ratio(2 * self.overlap, self.spans_given + self.spans_gold)

    @property
    def type_accuracy(self) -> float:
        """Pairs of the same type / pairs; 1 without any pair."""
        return _ratio(self.pairs_same_type, self.pairs)

    @property
    def missing_f1(self) -> float:
        """2 common / (given + gold) sentences; 1 without any."""
        return _ratio(2 * self.missing_common, self.missing_given + self.missing_gold)


@dataclass(frozen=True, slots=True)
class Review:
    """A judgement of one response beside gold's; every mark of either is in one pair. Spans by their place."""

    spans: tuple[Pair[SpanMark], ...]
    missing: tuple[Pair[MissingMark], ...]
    tally: Tally


def review_judgement(given: Judgement, gold: Judgement) -> Review:
    """Pair the marks of two judgements of the same response, and count."""
    spans = _paired(given.spans, gold.spans, _span_iou)
    told, wanted = _sentences(given.missing), _sentences(gold.missing)
    verdicts = [pair.verdict for pair in spans]
    return Review(
        spans=tuple(sorted(spans, key=_place)),
        missing=tuple(_paired(given.missing, gold.missing, _missing_iou)),
        tally=Tally(
            overlap=sum(pair.iou for pair in spans),
            spans_given=len(given.spans),
            spans_gold=len(gold.spans),
            pairs=verdicts.count("matched") + verdicts.count("wrong_type"),
            pairs_same_type=verdicts.count("matched"),
            missing_common=len(told & wanted),
            missing_given=len(told),
            missing_gold=len(wanted),
        ),
    )


def comparison_signs(comparisons: Sequence[Comparison]) -> Signs:
    """+1 if the lower index is preferred, 0 for a tie, -1 if the higher, by (lower, higher) index."""
    signs = {}
    for each in comparisons:
        sign = SIGNS[each.preferred]
        if each.first < each.second:
            signs[each.first, each.second] = sign
        else:
            signs[each.second, each.first] = -sign
    return signs


def _paired(given: Sequence[Mark], gold: Sequence[Mark], iou: Callable[[Mark, Mark], float]) -> list[Pair[Mark]]:
    """The best pairs, then what was missed, then what is extra."""
    overlaps = [[iou(mine, theirs) for theirs in gold] for mine in given]
    weights = [
        [overlaps[i][j] and overlaps[i][j] + SAME_TYPE * (mine.type == theirs.type) for j, theirs in enumerate(gold)]
        for i, mine in enumerate(given)
    ]
    chosen = best_pairs(weights)
    found, used = {column for _, column in chosen}, {row for row, _ in chosen}
    pairs = [Pair(given[row], gold[column], overlaps[row][column]) for row, column in chosen]
    pairs += [Pair(None, mark, 0.0) for column, mark in enumerate(gold) if column not in found]
    return pairs + [Pair(mark, None, 0.0) for row, mark in enumerate(given) if row not in used]


def _span_iou(a: SpanMark, b: SpanMark) -> float:
    common = min(a.end, b.end) - max(a.start, b.start)
    return common / (a.end - a.start + b.end - b.start - common) if common > 0 else 0.0


def _missing_iou(a: MissingMark, b: MissingMark) -> float:
    """Of the sentences pointed at; marks that point at nothing are alike."""
    mine, theirs = set(a.evidence), set(b.evidence)
    return _ratio(len(mine & theirs), len(mine | theirs))


def _sentences(marks: Sequence[MissingMark]) -> set[object]:
    """The sentences pointed at; a mark that points at none stands for itself, by its type."""
    return {place for mark in marks for place in mark.evidence or (mark.type,)}


def _place(pair: Pair[SpanMark]) -> tuple[int, int]:
    mark = pair.gold or pair.given
    assert mark is not None
    return mark.start, mark.end


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 1.0
