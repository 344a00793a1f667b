import pytest

from training.texts import distinct, rouge_lsum


# What Google's rouge-score 0.1.2 gives, unstemmed, with a line for each sentence.
@pytest.mark.parametrize(
    ("response", "reference", "f1"),
    [
        ("The cat sat on the mat.\nIt was warm.", "The cat was on the mat.\nThe sun was warm.", 0.7368421052631577),
        ("police killed the gunman", "police kill the gunman\nthe gunman police killed", 0.5),
        ("a b c d e", "a b\nc d e", 1.0),
        ("", "x", 0),
        ("w1 w2 w3 w4 w5", "w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5", 0.5333333333333333),
        ("It opened in 1932, by boat.", "In 1932 it opened.\nBy a boat!", 0.6153846153846153),
        ("a c e d\nc d c e", "b c b a e", 0.3076923076923077),
        ("f e b c a\na f c d e a", "c e f b\nd d e c a", 0.7),
        ("a\nd f f f a e\nc b f c", "b\nb b b e d\na", 0.3333333333333333),
        ("d a c e c\na e c e b e", "c d a e d\ne b c\nb b", 0.6666666666666666),
        ("f c d a a", "b a\nf\nf d f e c", 0.4615384615384615),
        ("b f\nd e c d d\nf f c a c e", "e f c b", 0.3529411764705882),
    ],
)
def test_rouge_is_that_of_the_reference_implementation(response: str, reference: str, f1: float) -> None:
    assert rouge_lsum(response, [reference]) == pytest.approx(f1)


def test_rouge_is_that_of_the_best_reference() -> None:
    assert rouge_lsum("a b", ["c", "a b", "a"]) == 1
    assert rouge_lsum("a b", []) == 0


def test_sentences_need_no_lines_of_their_own() -> None:
    lines = rouge_lsum("The cat sat.\nIt was warm.", ["It was warm.\nThe cat sat."])
    assert rouge_lsum("The cat sat. It was warm.", ["It was warm. The cat sat."]) == lines == 1


def test_distinct() -> None:
    # a b, b a, a b: two of three; one word has no pair.
    assert distinct(["a b a b", "c"], 2) == pytest.approx(2 / 3)
    assert distinct(["a", ""], 2) == 0
