"""The rules of a person's part in a study: how it ends, and what a provider's word for its state means here."""

from datetime import datetime
from decimal import ROUND_UP, Decimal
from typing import Literal

from annotator.domain.errors import DomainError

# Study states that may follow each.
STUDY_STEPS: dict[str, frozenset[str]] = {
    "draft": frozenset({"open"}),
    "open": frozenset({"closed"}),
    "closed": frozenset({"open"}),
}
# What people have been told or promised once a study is open.
PROMISED = ("texts", "minutes", "currency", "reward", "screen_out_reward", "claim_parameter")

LINK_DAYS = 30

End = Literal["completed", "screened_out", "stopped", "returned", "timed_out", "withdrawn"]

# Of the provider's words those after which the person has no place any more. Prolific writes some with a hyphen in one
# document and a space in another.
ENDS: dict[str, End] = {"RETURNED": "returned", "TIMED-OUT": "timed_out"}
# After these nothing more happens to a submission.
FINAL = ("APPROVED", "REJECTED", "SCREENED OUT", *ENDS)
WORDS = ("RESERVED", "ACTIVE", "AWAITING REVIEW", "APPROVED", "REJECTED", "SCREENED OUT", *ENDS)


def provider_word(status: str) -> str:
    """The provider's status in the one spelling that is stored; one that is not known stays as it is, and means nothing
    here."""
    plain = " ".join(status.upper().replace("_", " ").replace("-", " ").split())
    known = {word.replace("-", " "): word for word in WORDS}
    return known.get(plain, plain[:32])


def is_news(*, known: str, known_at: datetime | None, word: str, said_at: datetime) -> bool:
    """Whether the word that a provider said at that time is newer than the one that is known. Of two at the same time
    the one that comes later in a submission's life."""
    if word == known:
        return False
    return known_at is None or (said_at, _rank(word)) > (known_at, _rank(known))


def _rank(word: str) -> int:
    return WORDS.index(word) if word in WORDS else 0


def check_study_step(now: str, wanted: str) -> None:
    """DomainError invalid_study unless a study may go from one state to the other."""
    if wanted not in STUDY_STEPS[now]:
        problem = f"is {now!r}, and can become {' or '.join(sorted(STUDY_STEPS[now]))}, not {wanted!r}"
        raise DomainError("invalid_study", f"state: {problem}", {"state": problem})


def worth_of(*, reward: Decimal, done: int, texts: int) -> Decimal:
    """What the texts that were submitted are worth of the whole reward, to the hundredth, in the person's favour."""
    share = Decimal(min(done, texts)) / texts
    return (reward * share).quantize(Decimal("0.01"), rounding=ROUND_UP)
