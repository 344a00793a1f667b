import pytest

from annotator.domain.errors import DomainError
from annotator.quality.grid import cut
from annotator.quality.marks import character_marks, judged_texts, sentence_marks, word_bounds, word_marks
from tests.annotator.quality.cases import TAXONOMY, record


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" one  two.", ["one", "two."]),
        ("東京 is 大", ["東", "京", "is", "大"]),
        ("it's 3.5 km", ["it's", "3.5", "km"]),
        ("a😀b", ["a😀b"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert [text[start:end] for start, end in zip(*word_bounds(text), strict=True)] == words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [(0, 3, (0, 1)), (1, 2, (0, 1)), (3, 4, None), (2, 5, (0, 2)), (4, 7, (1, 2)), (3, 8, (1, 2)), (0, 9, (0, 3))],
)
def test_a_span_marks_the_words_that_it_touches(start: int, end: int, words: tuple[int, int] | None) -> None:
    marks = word_marks(judged_texts([record("A", "one two 3", [(start, end, "irrelevant")])]), TAXONOMY)
    assert list(zip(marks.mark_start, marks.mark_end, strict=True)) == ([words] if words else [])


def test_missing_sentences_are_numbered_as_they_are_read_and_somewhere_is_the_last() -> None:
    given = record("A", "x", (), [("missing_answer", [(1, 1), (2, 0)]), ("missing_answer", [])])
    marks = sentence_marks(judged_texts([given]), TAXONOMY)
    assert marks.text_length.tolist() == [6]
    assert marks.mark_start.tolist() == [1, 3, 5]


def test_the_later_of_two_judgements_of_one_person_counts() -> None:
    marks = character_marks(
        judged_texts([record("A", "one", [(0, 1, "irrelevant")]), record("A", "one", [(1, 3, "irrelevant")])]), TAXONOMY
    )
    assert (marks.annotators, marks.mark_start.tolist(), marks.mark_end.tolist()) == (("A",), [1], [3])


def test_a_type_that_the_taxonomy_does_not_know_is_refused() -> None:
    with pytest.raises(DomainError, match="'dull' is not in taxonomy"):
        word_marks(judged_texts([record("A", "one", [(0, 3, "dull")])]), TAXONOMY)


def test_a_text_is_cut_where_any_mark_begins_or_ends() -> None:
    """Ten characters, cut at 2, 4 and 6 by A's 0..4 and B's 2..6. A text without marks is one element, "" is none."""
    texts = judged_texts(
        [
            record("A", "abcdefghij", [(0, 4, "irrelevant")]),
            record("B", "abcdefghij", [(2, 6, "repetitive"), (2, 6, "irrelevant")]),
            record("A", "", example="e2"),
            record("A", "xyz", example="e3"),
        ]
    )
    grid = cut(character_marks(texts, TAXONOMY))
    assert grid.weight.tolist() == [2, 2, 2, 4, 3]
    assert grid.start.tolist() == [0, 2, 4, 6, 0]
    assert grid.text.tolist() == [0, 0, 0, 0, 2]
    assert grid.judges.tolist() == [2, 2, 2, 2, 1]
    assert grid.markers(grid.marks.scope(["irrelevant"])).tolist() == [1, 2, 1, 0, 0]
    assert grid.markers(grid.marks.scope(["repetitive"])).tolist() == [0, 1, 1, 0, 0]


def test_nothing_is_cut_to_nothing() -> None:
    assert cut(word_marks([], TAXONOMY)).weight.tolist() == []
