"""People one knows, and any platform that sends people to an address and takes a completion code."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NoReturn
from urllib.parse import quote

from annotator.domain.errors import DomainError
from annotator.models import IdentityProof, Study
from annotator.services.providers.interface import BonusState, Claim, ProviderRefused, StudySeen, Submission

MAX_ID = 200


class LinkProvider:
    """Nobody stands behind it who could be asked: a claim stays a claim."""

    has_api = False

    def claim_of(self, study: Study, query: Mapping[str, str]) -> Claim:
        if not study.claim_parameter:
            raise DomainError("entry_by_link", "People come into this study by a link of their own.")
        person = query.get(study.claim_parameter, "").strip()
        if not person.isprintable() or not 0 < len(person) <= MAX_ID:
            name = study.claim_parameter
            problem = f"has {len(person)} characters; it needs 1 to {MAX_ID} that can be read"
            raise DomainError("entry_incomplete", f"{name}: {problem}", {name: problem})
        return Claim(person)

    def check(self, study: Study, claim: Claim, *, hosts: Sequence[str], known: bool) -> IdentityProof:
        return IdentityProof.CLAIM

    def return_address(self, study: Study, code: str) -> str:
        return study.return_url.replace("{code}", quote(code, safe=""))

    def study_read(self, external_id: str) -> StudySeen:
        _refuse()

    def submission(self, session_id: str) -> Submission:
        _refuse()

    def submissions(self, study: Study) -> Iterator[Submission]:
        return iter(())

    def approve(self, study: Study, sessions: Sequence[str]) -> dict[str, str]:
        _refuse()

    def bonus_create(self, study: Study, amounts: Sequence[tuple[str, Decimal]]) -> str:
        _refuse()

    def bonus_pay(self, reference: str) -> None:
        _refuse()

    def bonus_state(self, reference: str) -> BonusState:
        _refuse()

    def message(self, study: Study, person_ids: Sequence[str], text: str) -> None:
        _refuse()


def _refuse() -> NoReturn:
    raise ProviderRefused("There is no platform behind this study that could do that.")
