"""What a crowd platform does for a study, whichever it is.

Nothing here is stored: what a platform says is handed back, and the services write. Errors of all operations:
DomainError provider_unavailable (no answer, or it is over-loaded: nothing is known of what became of a write) and
provider_refused (it answered, and did not do it).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, Protocol

from annotator.domain.errors import DomainError
from annotator.models import IdentityProof, Study

BonusState = Literal["created", "paid", "unknown"]


class ProviderUnavailable(DomainError):
    """It did not answer, or could not. Of a write nobody knows whether it took effect."""

    def __init__(self, message: str) -> None:
        super().__init__("provider_unavailable", message)


class ProviderRefused(DomainError):
    """It answered that it will not do that, or that there is no such thing."""

    def __init__(self, message: str) -> None:
        super().__init__("provider_refused", message)


@dataclass(frozen=True, slots=True)
class Claim:
    """Who somebody says they are, and what they brought to show for it."""

    person_id: str
    session_id: str = ""
    # What the address says the study is, in the provider's name of it; "" where the provider has none.
    study_id: str = ""
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class StudySeen:
    """A study as its provider has it; the reward in whole units of the currency."""

    places: int
    reward: Decimal
    minutes: int
    status: str
    codes: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Submission:
    """A person's part as the provider has it; `status` in the spelling of domain.parts."""

    session_id: str
    person_id: str
    study_id: str
    status: str
    bonuses: tuple[Decimal, ...] = ()


class Provider(Protocol):
    """One platform. `study` is ours; people and sessions go by the platform's ids."""

    # Whether it knows studies, submissions and payments; the rest only for those that do.
    has_api: bool

    def claim_of(self, study: Study, query: Mapping[str, str]) -> Claim:
        """Who the study's address says somebody is. DomainError entry_incomplete."""

    def check(self, study: Study, claim: Claim, *, hosts: Sequence[str], known: bool) -> IdentityProof:
        """How the claim was proven. hosts: names of this site. known: whether this session has come in before, and may
        come back when it is over. DomainError entry_refused if the claim is not true."""

    def return_address(self, study: Study, code: str) -> str:
        """Where a person is sent with that code; "" where there is nowhere to go."""

    def study_read(self, external_id: str) -> StudySeen:
        """The study as the platform has it."""

    def submission(self, session_id: str) -> Submission:
        """One person's part."""

    def submissions(self, study: Study) -> Iterator[Submission]:
        """Everybody's part, page by page."""

    def approve(self, study: Study, sessions: Sequence[str]) -> dict[str, str]:
        """Approve these parts; what went wrong with each that is not approved now. Safe to repeat."""

    def bonus_create(self, study: Study, amounts: Sequence[tuple[str, Decimal]]) -> str:
        """Prepare payments of amounts to people; the platform's reference. Nothing is paid by it."""

    def bonus_pay(self, reference: str) -> None:
        """Pay what was prepared. Not safe to repeat, and never repeated from here: after provider_unavailable only
        bonus_state or the bonuses of the submissions tell whether it was done."""

    def bonus_state(self, reference: str) -> BonusState:
        """What has become of it, as far as the platform tells."""

    def message(self, study: Study, person_ids: Sequence[str], text: str) -> None:
        """Write to each of them. Not repeated from here."""
