"""Prolific, by its API as documented. https://docs.prolific.com

Its token and secrets come from the environment, and are neither stored nor logged. Rejecting somebody's work is not
offered. Amounts are in hundredths of the currency there, and in whole units here.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.conf import settings

from annotator.domain.errors import DomainError
from annotator.domain.parts import provider_word
from annotator.models import IdentityProof, Study
from annotator.services.providers import prolific_tokens
from annotator.services.providers.http import ask, asked_json
from annotator.services.providers.interface import BonusState, Claim, ProviderRefused, StudySeen, Submission

PERSON, STUDY, SESSION, TOKEN = "PROLIFIC_PID", "STUDY_ID", "SESSION_ID", "prolific_token"
COMPLETE = "https://app.prolific.com/submissions/complete?cc="
MAX_ID = 100
PAGE = 200
# Its name of a completion code → ours.
CODES = {"COMPLETED": "completed", "SCREENED_OUT": "screened_out", "FAILED_ATTENTION_CHECK": "screened_out"}


class ProlificProvider:
    has_api = True

    def claim_of(self, study: Study, query: Mapping[str, str]) -> Claim:
        values = [query.get(name, "") for name in (PERSON, STUDY, SESSION)]
        for name, value in zip((PERSON, STUDY, SESSION), values, strict=True):
            if not value.isalnum() or not value.isascii() or len(value) > MAX_ID:
                problem = f"must be 1 to {MAX_ID} letters and digits"
                raise DomainError("entry_incomplete", f"{name}: {problem}", {name: problem})
        person, where, session = values
        return Claim(person, session, where, query.get(TOKEN, ""))

    def check(self, study: Study, claim: Claim, *, hosts: Sequence[str], known: bool) -> IdentityProof:
        if claim.study_id != study.external_id:
            raise DomainError("entry_refused", "This address belongs to another study.")
        if claim.token:
            prolific_tokens.check(claim, hosts)
            return IdentityProof.TOKEN
        try:
            seen = self.submission(claim.session_id)
        except ProviderRefused as error:
            raise DomainError("entry_refused", "Prolific does not know of this session.") from error
        if (seen.person_id, seen.study_id) != (claim.person_id, claim.study_id):
            raise DomainError("entry_refused", "Prolific says that this session is somebody else's.")
        if seen.status != "ACTIVE" and not known:
            raise DomainError("entry_refused", f"Prolific says that this session is {seen.status}, not ACTIVE.")
        return IdentityProof.API

    def return_address(self, study: Study, code: str) -> str:
        return COMPLETE + quote(code, safe="")

    def study_read(self, external_id: str) -> StudySeen:
        body = _get(f"studies/{quote(external_id, safe='')}/")
        codes = {
            CODES[each["code_type"]]: str(each["code"])
            for each in body.get("completion_codes") or []
            if each.get("code_type") in CODES
        }
        return StudySeen(
            places=int(body["total_available_places"]),
            reward=Decimal(int(body["reward"])) / 100,
            minutes=max(1, int(body["estimated_completion_time"])),
            status=str(body["status"]),
            codes=codes,
        )

    def submission(self, session_id: str) -> Submission:
        return _submission(_get(f"submissions/{quote(session_id, safe='')}/"))

    def submissions(self, study: Study) -> Iterator[Submission]:
        page, where = 1, quote(study.external_id, safe="")
        while True:
            body = _get(f"studies/{where}/submissions/?page={page}&page_size={PAGE}")
            rows = body.get("results", [])
            yield from (_submission({"study_id": study.external_id, **row}) for row in rows)
            if len(rows) < PAGE:
                return
            page += 1

    def approve(self, study: Study, sessions: Sequence[str]) -> dict[str, str]:
        problems = {}
        for session in sessions:
            try:
                _send(f"submissions/{quote(session, safe='')}/transition/", {"action": "APPROVE"}, repeat=True)
            except ProviderRefused as error:
                # It refuses what is approved already.
                if self.submission(session).status != "APPROVED":
                    problems[session] = error.message
        return problems

    def bonus_create(self, study: Study, amounts: Sequence[tuple[str, Decimal]]) -> str:
        lines = "\n".join(f"{person},{amount:.2f}" for person, amount in amounts)
        return str(_send("submissions/bonus-payments/", {"study_id": study.external_id, "csv_bonuses": lines})["id"])

    def bonus_pay(self, reference: str) -> None:
        _send(f"bulk-bonus-payments/{quote(reference, safe='')}/pay/", {})

    def bonus_state(self, reference: str) -> BonusState:
        """Prolific documents no such question; where it answers none, nobody knows."""
        try:
            status = str(_get(f"bulk-bonus-payments/{quote(reference, safe='')}/").get("status", "")).lower()
        except ProviderRefused:
            return "unknown"
        return "paid" if status == "paid" else "created" if status == "created" else "unknown"

    def message(self, study: Study, person_ids: Sequence[str], text: str) -> None:
        for person in person_ids:
            _send("messages/", {"recipient_id": person, "study_id": study.external_id, "body": text})


def _submission(body: Any) -> Submission:
    return Submission(
        session_id=str(body["id"]),
        person_id=str(body.get("participant_id") or body.get("participant")),
        study_id=str(body.get("study_id") or body.get("study")),
        status=provider_word(str(body["status"])),
        bonuses=tuple(Decimal(int(each)) / 100 for each in body.get("bonus_payments") or ()),
    )


def _get(path: str) -> Any:
    return asked_json(ask("GET", f"{settings.PROLIFIC_API}/{path}", headers=_headers()))


def _send(path: str, body: Any, *, repeat: bool = False) -> Any:
    answer = ask("POST", f"{settings.PROLIFIC_API}/{path}", headers=_headers(), json=body, repeat=repeat)
    return asked_json(answer) if answer.body.strip() else {}


def _headers() -> dict[str, str]:
    if not settings.PROLIFIC_TOKEN:
        raise ProviderRefused("PROLIFIC_TOKEN is not set: Prolific cannot be asked.")
    return {"Authorization": f"Token {settings.PROLIFIC_TOKEN}", "Accept": "application/json"}
