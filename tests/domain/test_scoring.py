from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.prompts import Passage
from annotator.domain.records import Evidence, Judgement, MissingMark, SpanMark
from annotator.domain.scoring import Tally, review_judgement
from tests.domain.strategies import judgements

TEXT = "The bridge opened in 1923, and in 1923 it was opened. Cats like it."
PASSAGES = (Passage("Bridge", ("It opened in 1932.", "It is 40 m long.")), Passage("Cats", ("Cats sleep.",)))
PLACES = {"title": Evidence(1, 0), "opened": Evidence(1, 1), "long": Evidence(1, 2), "cats": Evidence(2, 1)}


def span(quote: str, type: str = "irrelevant") -> SpanMark:
    start = TEXT.index(quote)
    return SpanMark(start, start + len(quote), quote, type)


def missing(type: str, *places: str) -> MissingMark:
    return MissingMark(type, tuple(PLACES[place] for place in places))


def judged(*marks: SpanMark | MissingMark) -> Judgement:
    spans = tuple(mark for mark in marks if isinstance(mark, SpanMark))
    return Judgement(0, spans, tuple(mark for mark in marks if isinstance(mark, MissingMark)))


YEAR, CATS = span("1923", "inconsistent_fact"), span("Cats like it.")


@pytest.mark.parametrize(
    ("given_marks", "gold_marks", "span_f1", "type_accuracy", "missing_f1"),
    [
        pytest.param([], [], 1, 1, 1, id="both found it clean"),
        pytest.param([CATS], [], 0, 1, 1, id="a mark where gold is clean"),
        pytest.param([], [CATS], 0, 1, 1, id="gold's only mark missed"),
        pytest.param([YEAR, CATS], [CATS, YEAR], 1, 1, 1, id="the same, in another order"),
        # One of two found exactly: 2 · 1 / (1 + 2).
        pytest.param([CATS], [YEAR, CATS], 2 / 3, 1, 1, id="half of it found"),
        # "Cats like" covers 9 of the 13 characters of "Cats like it.": IoU 9/13.
        pytest.param([span("Cats like")], [CATS], 9 / 13, 1, 1, id="too short"),
        # "in 1923" has 7 characters, "1923, " has 6; 4 are common, 9 in the union: IoU 4/9.
        pytest.param([span("in 1923")], [span("1923, ")], 4 / 9, 1, 1, id="shifted"),
        pytest.param([span("1923", "irrelevant"), CATS], [YEAR, CATS], 1, 1 / 2, 1, id="one of two types wrong"),
        # Two pieces of one gold span: the larger, "Cats like", is its pair, the other is extra. 2 · 9/13 / (2 + 1).
        pytest.param([span("it."), span("Cats like")], [CATS], 6 / 13, 1, 1, id="one gold span, two marks"),
        # Every mark of this kind touches both gold spans; one pair each is allowed.
        pytest.param([span(TEXT)], [YEAR, CATS], 2 * 13 / 67 / 3, 1, 1, id="the whole text marked"),
        # Sentences {opened, long} against {opened, cats}: 2 · 1 / (2 + 2).
        pytest.param(
            [missing("missing_answer", "opened"), missing("missing_answer", "long")],
            [missing("missing_answer", "opened", "cats")],
            *(1, 1, 1 / 2),
            id="one of two sentences in common",
        ),
        pytest.param([missing("missing_answer")], [missing("missing_answer")], 1, 1, 1, id="no sentences: by type"),
        pytest.param([missing("missing_answer")], [missing("missing_minor")], 1, 1, 0, id="another type, no sentence"),
        pytest.param([missing("a", "opened")], [missing("b", "opened")], 1, 1, 1, id="types do not count here"),
        pytest.param([], [missing("missing_answer", "opened")], 1, 1, 0, id="missing information not noticed"),
    ],
)
def test_figures_by_hand(
    given_marks: list[SpanMark | MissingMark],
    gold_marks: list[SpanMark | MissingMark],
    span_f1: float,
    type_accuracy: float,
    missing_f1: float,
) -> None:
    tally = review_judgement(judged(*given_marks), judged(*gold_marks)).tally
    figures = (tally.span_f1, tally.type_accuracy, tally.missing_f1)
    assert figures == pytest.approx((span_f1, type_accuracy, missing_f1))


def test_verdicts_by_place() -> None:
    clause = span("and in 1923 it was opened", "repetitive")
    extra = span("The bridge", "incoherent")
    review = review_judgement(judged(CATS, span("1923", "unverifiable_fact"), extra), judged(clause, YEAR, CATS))
    assert [(pair.verdict, pair.given and pair.given.quote, pair.gold and pair.gold.type) for pair in review.spans] == [
        ("extra", "The bridge", None),
        ("wrong_type", "1923", "inconsistent_fact"),
        ("missed", None, "repetitive"),
        ("matched", "Cats like it.", "irrelevant"),
    ]


def test_verdicts_on_missing_information() -> None:
    given_marks = judged(missing("answer", "long", "opened"), missing("minor", "title"), missing("major", "cats"))
    gold = judged(missing("major", "cats"), missing("major", "long"), missing("minor", "opened"))
    review = review_judgement(given_marks, gold)
    # The first mark shares one sentence with two of gold's, and the types do not decide between them.
    assert sorted(pair.verdict for pair in review.missing) == ["extra", "matched", "missed", "wrong_type"]
    matched = next(pair for pair in review.missing if pair.verdict == "matched")
    assert matched.given == matched.gold == missing("major", "cats")


def test_equal_places_go_to_equal_types() -> None:
    both = (span("1923", "inconsistent_fact"), span("1923", "repetitive"))
    review = review_judgement(judged(*both), judged(*reversed(both)))
    assert [pair.verdict for pair in review.spans] == ["matched", "matched"]


def test_tallies_add_up_to_one_figure_for_all_marks() -> None:
    easy = review_judgement(judged(CATS), judged(CATS)).tally
    hard = review_judgement(judged(), judged(YEAR, CATS, span("The bridge"))).tally
    # 2 · 1 / (1 + 4), not the mean of 1 and 0.
    assert (easy + hard).span_f1 == pytest.approx(2 / 5)
    assert sum([easy, hard], Tally()) == easy + hard


PAIRS = st.tuples(judgements(0, TEXT, PASSAGES), judgements(0, TEXT, PASSAGES))


@given(judgements(0, TEXT, PASSAGES))
def test_gold_against_itself_is_perfect(gold: Judgement) -> None:
    review = review_judgement(gold, gold)
    assert (review.tally.span_f1, review.tally.type_accuracy, review.tally.missing_f1) == pytest.approx((1, 1, 1))
    assert {pair.verdict for pair in (*review.spans, *review.missing)} <= {"matched"}


@given(PAIRS)
def test_every_mark_is_in_one_pair_and_every_figure_a_share(pair: tuple[Judgement, Judgement]) -> None:
    mine, gold = pair
    review = review_judgement(mine, gold)
    for pairs, given_marks, gold_marks in (
        (review.spans, mine.spans, gold.spans),
        (review.missing, mine.missing, gold.missing),
    ):
        assert sorted(map(repr, given_marks)) == sorted(repr(each.given) for each in pairs if each.given)
        assert sorted(map(repr, gold_marks)) == sorted(repr(each.gold) for each in pairs if each.gold)
    tally = review.tally
    assert all(0 <= figure <= 1 + 1e-9 for figure in (tally.span_f1, tally.type_accuracy, tally.missing_f1))


@given(PAIRS)
def test_both_f1_are_symmetric(pair: tuple[Judgement, Judgement]) -> None:
    one, other = review_judgement(*pair).tally, review_judgement(*reversed(pair)).tally
    assert one.span_f1 == pytest.approx(other.span_f1)
    assert one.missing_f1 == other.missing_f1


def characters(mark: SpanMark) -> set[int]:
    return set(range(mark.start, mark.end))


@given(PAIRS)
def test_an_oracle_that_tries_every_pairing(pair: tuple[Judgement, Judgement]) -> None:
    """Overlap counted character by character; the best total, and with it the most pairs of equal type."""
    short, long = sorted((pair[0].spans, pair[1].spans), key=len)

    def worth(chosen: tuple[SpanMark, ...]) -> tuple[float, int, int]:
        pairs = [
            (len(characters(a) & characters(b)) / len(characters(a) | characters(b)), a.type == b.type)
            for a, b in zip(short, chosen, strict=True)
        ]
        found = [same for overlap, same in pairs if overlap]
        return round(sum(overlap for overlap, _ in pairs), 7), sum(found), len(found)

    totals = [worth(chosen) for chosen in permutations(long, len(short))]
    overlap, same_type, _ = max(totals)
    tally = review_judgement(*pair).tally
    assert (tally.overlap, tally.pairs_same_type) == (pytest.approx(overlap, abs=1e-6), same_type)
    assert tally.pairs in {found for total, same, found in totals if (total, same) == (overlap, same_type)}
