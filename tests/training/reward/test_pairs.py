"""Completeness pairs: the coverage rule against difflib itself, and the marks."""

import math
from dataclasses import replace
from difflib import SequenceMatcher

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.prompts import Passage
from annotator.domain.records import Evidence, FeedbackRecord, Judgement, MissingMark, Response
from annotator.domain.taxonomy import PAPER_TAXONOMY
from tests.training.records import PASSAGES, make_record
from training.data import Snapshot
from training.reward.pairs import MATCH, SLACK, completeness_pairs, coverage, sentence_matcher

COMPLETENESS = PAPER_TAXONOMY.category("completeness")
ANSWER, MAJOR, MINOR = (kind.key for kind in COMPLETENESS.types)


def slow_match(passages: list[Passage], part: str) -> tuple[int, int] | None:
    """The same rule, one difflib call per run of words."""
    best, found = 0.0, None
    size = math.ceil(len(part.split()) * SLACK)
    for p, passage in enumerate(passages, start=1):
        for s, sentence in enumerate(passage.sentences, start=1):
            words = sentence.split()
            for start in range(max(1, len(words) - size + 1) if words else 0):
                run = " ".join(words[start : start + size])
                ratio = SequenceMatcher(None, part, run).quick_ratio()
                if ratio > best:
                    best, found = ratio, (p, s)
    return found if best >= MATCH else None


SENTENCES = st.lists(st.sampled_from(["ab", "ba", "abc", "cab", "d", "éa"]), max_size=7).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(
    sentences=st.lists(st.lists(SENTENCES, max_size=3), max_size=3),
    part=SENTENCES.filter(bool),
)
def test_matching_is_that_of_difflib(sentences: list[list[str]], part: str) -> None:
    passages = [Passage("t", tuple(found)) for found in sentences]
    assert sentence_matcher(passages)(part) == slow_match(passages, part)


def snapshot_of(record: FeedbackRecord) -> Snapshot:
    example = record.example
    return Snapshot({}, PAPER_TAXONOMY, {example.id: example}, {example.id: "train"}, [record])


def judged(*judgements: Judgement, texts: tuple[str, ...]) -> FeedbackRecord:
    return replace(make_record("0", "q"), responses=tuple(Response(t) for t in texts), judgements=judgements)


def missing(response: int, *types: str) -> Judgement:
    return Judgement(response=response, missing=tuple(MissingMark(kind, (Evidence(1, 1),)) for kind in types))


def test_marks_decide_where_two_responses_are_judged() -> None:
    record = judged(missing(0, MINOR), missing(1, ANSWER), missing(2, MAJOR, MINOR), texts=("a", "b", "c"))
    pairs = completeness_pairs(snapshot_of(record), COMPLETENESS)
    assert [(pair.chosen, pair.rejected) for pair in pairs] == [("a", "b"), ("a", "c")], "answer = major + minor: a tie"


def test_coverage_of_the_corrected_text_decides_where_one_is() -> None:
    first, second, third = PASSAGES[0].sentences
    record = judged(
        Judgement(response=0, corrected_text=f"{first} {second}"), texts=(first, f"{first} {second}", third)
    )
    assert coverage(record, MINOR, PAPER_TAXONOMY.segmentation) == [(0, 0.5), (1, 1.0), (2, 0.0)]
    pairs = completeness_pairs(snapshot_of(record), COMPLETENESS)
    place = {response.text: index for index, response in enumerate(record.responses)}
    assert [(place[pair.chosen], place[pair.rejected]) for pair in pairs] == [(1, 0), (0, 2), (1, 2)]


@pytest.mark.parametrize(("kind", "verbatim", "required"), [(MINOR, False, 1), (MINOR, True, 2), (MAJOR, False, 2)])
def test_minor_information_is_required_only_if_it_stands_verbatim(kind: str, verbatim: bool, required: int) -> None:
    first, second, _ = PASSAGES[0].sentences
    judgement = Judgement(
        response=0, corrected_text=f"{first} {second}", missing=(MissingMark(kind, (Evidence(1, 2),)),)
    )
    record = judged(judgement, texts=(f"{first} {second}" if verbatim else first, first))
    assert coverage(record, MINOR, PAPER_TAXONOMY.segmentation)[1] == (1, 1 / required)


def test_nothing_required_gives_no_pair() -> None:
    record = judged(Judgement(response=0, corrected_text="Zzz."), texts=("a", "b"))
    assert coverage(record, MINOR, PAPER_TAXONOMY.segmentation) == []
    assert coverage(judged(Judgement(response=0), texts=("a",)), MINOR, PAPER_TAXONOMY.segmentation) == []
