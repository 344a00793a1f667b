"""What a quality report says, as plain data; `asdict` of Figures is the JSON that is stored and sent.

People are named by their pseudonym, categories and types by their key in the report's taxonomy, examples by the number
of their row.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

Reason = Literal["no_overlap", "no_variation", "no_marks", "no_pairs"]
REASONS: tuple[Reason, ...] = get_args(Reason)
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and its 95 % interval; without a number, the reason.

    count: examples behind it. reason: no_overlap (nobody judged what another judged), no_variation (all judged all
    alike, so that chance and agreement cannot be told apart), no_marks (nothing of the kind is marked), no_pairs
    (nothing of the kind was compared).
    """

    value: float | None
    low: float | None
    high: float | None
    count: int
    reason: Reason | None = None


Named = dict[str, Figure]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Measure -> figure, overall, by category and by type; what counts is whether a word is marked with any type of the
    scope. position_bias: by annotator.

    Of marks in responses: word_alpha, span_alpha (uα), exact_f1, overlap_f1 (IoU >= 0.5), word_f1; of missing
    information: sentence_alpha, sentence_f1; of comparisons: tau_b, transitivity, first_shown.
    """

    overall: Named
    categories: dict[str, Named]
    types: dict[str, Named]
    comparisons: Named
    position_bias: Named


@dataclass(frozen=True, slots=True)
class Covers:
    """What a report is about. annotations, annotators, examples: all that counts, without checks against gold.
    shared: examples that two or more people judged. sampled_*: what the figures were computed from, all of it where
    there are no more than `limit` annotations, else a sample that keeps to the same examples from report to report.
    """

    annotations: int
    annotators: int
    examples: int
    shared: int
    sampled_annotations: int
    sampled_shared: int
    limit: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """What one annotator's marks of one category are worth; without values, the reason.

    sensitivity: the share of the true errors' words that they mark; specificity: of all other words, the share they
    leave unmarked; informedness: sensitivity + specificity - 1, 0 for marking at random and 1 for always being right.
    All three by Dawid and Skene. competence: how often they know rather than guess, by MACE. units: words or sentences
    that they and at least one other judged.
    """

    annotator: str
    category: str
    units: int
    sensitivity: float | None
    specificity: float | None
    informedness: float | None
    competence: float | None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """How two people agree on a category. units: words, or sentences, that both judged, of which `both` are marked by
    both and `disputed` by one of them. f1 = 2 both / (2 both + disputed); kappa: Cohen's. None where undefined."""

    one: str
    other: str
    category: str
    units: int
    both: int
    disputed: int
    f1: float | None
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Confusion:
    """What two people call the same place. table[i][j]: pairs of marks of types i and j, by different people, that
    share a character or a missing sentence; symmetric. alone[i]: marks of type i beside each other judge of the text
    who marked nothing there."""

    types: list[str]
    table: list[list[int]]
    alone: list[int]


@dataclass(frozen=True, slots=True)
class Dispute:
    """An example that people disagree about. disputed: words and missing sentences that one of two people marked and
    the other did not, type by type and over all pairs of people; f1 = 2 both / (2 both + disputed)."""

    example: int
    external_id: str
    judges: int
    f1: float
    disputed: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything in a report. weights: by annotator, 1 on average. pairs: of the people who judged most."""

    covers: Covers
    agreement: Agreement
    reliability: list[Reliability]
    weights: dict[str, float]
    pairs: list[Pair]
    confusion: Confusion
    disputes: list[Dispute]


def figures_to_json(figures: Figures) -> Json:
    """Plain JSON data."""
    return asdict(figures)
