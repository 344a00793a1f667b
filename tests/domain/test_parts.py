"""How a part's states follow from what providers say, by hand."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from annotator.domain.errors import DomainError
from annotator.domain.parts import check_study_step, is_news, provider_word, worth_of


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("TIMED-OUT", "TIMED-OUT"),
        ("timed out", "TIMED-OUT"),
        ("AWAITING_REVIEW", "AWAITING REVIEW"),
        ("SCREENED OUT", "SCREENED OUT"),
        ("a new one", "A NEW ONE"),
        ("x" * 99, "X" * 32),
    ],
)
def test_words_have_one_spelling(said: str, word: str) -> None:
    assert provider_word(said) == word


@pytest.mark.parametrize(
    ("known", "known_at", "word", "said_at", "news"),
    [
        ("", None, "ACTIVE", 5, True),
        ("ACTIVE", 5, "RETURNED", 6, True),
        ("RETURNED", 6, "ACTIVE", 5, False),
        ("RETURNED", 6, "RETURNED", 7, False),
        # At the same second the later of a submission's life.
        ("ACTIVE", 5, "RETURNED", 5, True),
        ("RETURNED", 5, "ACTIVE", 5, False),
        ("RETURNED", 5, "SOMETHING NEW", 5, False),
    ],
)
def test_what_is_news(known: str, known_at: int | None, word: str, said_at: int, news: bool) -> None:
    moments = [None if each is None else datetime.fromtimestamp(each, UTC) for each in (known_at, said_at)]
    assert moments[1]
    assert is_news(known=known, known_at=moments[0], word=word, said_at=moments[1]) == news


@pytest.mark.parametrize(("done", "worth"), [(0, "0.00"), (1, "1.34"), (2, "2.67"), (3, "4.00"), (4, "4.00")])
def test_a_part_is_worth_its_share_rounded_in_favour(done: int, worth: str) -> None:
    assert worth_of(reward=Decimal("4.00"), done=done, texts=3) == Decimal(worth)


@pytest.mark.parametrize("step", [("draft", "closed"), ("open", "draft"), ("closed", "draft")])
def test_a_study_does_not_go_back(step: tuple[str, str]) -> None:
    with pytest.raises(DomainError, match=r"state: is .*, not"):
        check_study_step(*step)
