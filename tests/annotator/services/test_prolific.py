"""Prolific's side, against the stand-in: what is asked of it, how, and what becomes of its faults."""

import logging
from collections.abc import Iterator
from decimal import Decimal

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from annotator.domain.errors import DomainError
from annotator.models import IdentityProof, Project, Study, User
from annotator.services.providers.interface import Claim, ProviderRefused, ProviderUnavailable
from annotator.services.providers.registry import provider_of
from annotator.services.studies import study_create, study_update
from tests.annotator.prolific import open_study, prolific_here
from tests.prolific.standin import TOKEN, StandIn
from tests.prolific.wrong import wrong_tokens

pytestmark = pytest.mark.django_db

HOST = "redpen.test"
provider = provider_of("prolific")


@pytest.fixture
def prolific() -> Iterator[StandIn]:
    with prolific_here() as standin:
        yield standin


@pytest.fixture
def study(prolific: StandIn, project: Project, owner: User) -> Study:
    return open_study(prolific, project, owner)


def claim(prolific: StandIn, session: str, **changes: str) -> Claim:
    row = prolific.submissions[session]
    given = {"person_id": row.participant_id, "session_id": session, "study_id": row.study_id, **changes}
    return Claim(**given)


def check(study: Study, claim: Claim, *, known: bool = False) -> IdentityProof:
    return provider.check(study, claim, hosts=[HOST], known=known)


def test_a_study_is_as_prolific_says(study: Study, prolific: StandIn) -> None:
    assert (study.places, study.reward, study.minutes, study.state) == (3, Decimal("4.00"), 20, "open")
    assert study.codes["completed"] == prolific.code(study.external_id)
    assert set(study.codes) == {"completed", "screened_out"}
    assert provider.return_address(study, "A B").endswith("/submissions/complete?cc=A%20B")


def test_a_study_without_codes_is_not_opened(prolific: StandIn, project: Project, owner: User) -> None:
    key = prolific.study()
    fields = {"texts": 2, "currency": "GBP", "target_per_hour": 12}
    study = study_create(project=project, made_by=owner, name="s", provider="prolific", external_id=key, **fields)
    prolific.studies[key]["completion_codes"] = []
    with pytest.raises(DomainError, match="without a completion code"):
        study_update(study=study, made_by=owner, state="open")
    with pytest.raises(ProviderRefused):
        study_create(project=project, made_by=owner, name="t", provider="prolific", external_id="none", **fields)


def test_places_only_grow_there(study: Study, owner: User) -> None:
    with pytest.raises(DomainError, match="at least 3"):
        study_update(study=study, made_by=owner, places=2)
    assert study_update(study=study, made_by=owner, places=4).places == 4


def test_a_claim_is_checked_by_the_api(study: Study, prolific: StandIn) -> None:
    session = prolific.take(study.external_id, "p1")
    other = prolific.take(study.external_id, "p2")
    elsewhere = prolific.take(prolific.study(), "p1")
    assert check(study, claim(prolific, session)) == IdentityProof.API
    for wrong in (
        claim(prolific, session, person_id="p2"),
        claim(prolific, session, session_id=other),
        claim(prolific, session, session_id=elsewhere),
        claim(prolific, session, session_id="none"),
        claim(prolific, elsewhere),
    ):
        with pytest.raises(DomainError) as caught:
            check(study, wrong)
        assert caught.value.code == "entry_refused"
    for status in ("RESERVED", "AWAITING REVIEW", "RETURNED", "TIMED-OUT", "REJECTED", "SOMETHING NEW"):
        prolific.happen(session, status)
        with pytest.raises(DomainError, match="not ACTIVE"):
            check(study, claim(prolific, session))
        # Whoever was here in that session comes back to see how it ended.
        assert check(study, claim(prolific, session), known=True) == IdentityProof.API


def test_nobody_is_let_in_while_prolific_is_away(study: Study, prolific: StandIn) -> None:
    session = prolific.take(study.external_id, "p1")
    for fault in ("500", "429", "dropped", "slow"):
        prolific.fail("GET .*/submissions/", *[fault] * 3)  # type: ignore[list-item]
        with pytest.raises(ProviderUnavailable):
            check(study, claim(prolific, session))
        prolific.fail("GET .*/submissions/", fault, fault)  # type: ignore[arg-type]
        assert check(study, claim(prolific, session)) == IdentityProof.API


def test_a_signed_token_is_enough(study: Study, prolific: StandIn) -> None:
    session = prolific.take(study.external_id, "p1")
    prolific.fail("/submissions/", "500", "500", "500")
    for audience in (HOST, f"https://{HOST}"):
        token = prolific.signed(study.external_id, session, audience)
        assert check(study, claim(prolific, session, token=token)) == IdentityProof.TOKEN


def test_no_other_token_is(study: Study, prolific: StandIn) -> None:
    session = prolific.take(study.external_id, "p1")
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    for what, token in wrong_tokens(prolific, study.external_id, session, stranger, HOST).items():
        with pytest.raises(DomainError) as caught:
            check(study, claim(prolific, session, token=token))
        assert caught.value.code == "entry_refused", what


def test_without_keys_no_token_is_believed(study: Study, prolific: StandIn) -> None:
    session = prolific.take(study.external_id, "p1")
    prolific.fail("jwks", "500", "500", "500")
    with pytest.raises(ProviderUnavailable):
        check(study, claim(prolific, session, token=prolific.signed(study.external_id, session, HOST)))


def test_made_up_kids_do_not_have_the_keys_fetched_again_and_again(study: Study, prolific: StandIn) -> None:
    session = prolific.take(study.external_id, "p1")
    for number in range(5):
        token = prolific.signed(study.external_id, session, HOST, kid=f"made-up-{number}")
        with pytest.raises(DomainError):
            check(study, claim(prolific, session, token=token))
    assert sum("jwks" in each for each in prolific.asked) == 1


def test_submissions_come_by_pages(study: Study, prolific: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.services.providers.prolific.PAGE", 2)
    sessions = [prolific.take(study.external_id, f"p{number}") for number in range(5)]
    prolific.take(prolific.study(), "p9")
    prolific.fail("page=2", "500", "429")
    assert [each.session_id for each in provider.submissions(study)] == sessions


def test_approving_twice_is_approving(study: Study, prolific: StandIn) -> None:
    done, active = (prolific.take(study.external_id, person) for person in ("p1", "p2"))
    prolific.happen(done, "AWAITING REVIEW")
    prolific.fail("transition", "500", "dropped after")
    problems = provider.approve(study, [done, active])
    assert list(problems) == [active]
    assert provider.approve(study, [done]) == {}
    assert prolific.submissions[done].status == "APPROVED"


def test_a_bonus_is_prepared_then_paid_and_never_paid_again(study: Study, prolific: StandIn) -> None:
    session = prolific.take(study.external_id, "p1")
    reference = provider.bonus_create(study, [("p1", Decimal("1.50"))])
    assert prolific.paid == []
    assert provider.bonus_state(reference) == "unknown"
    prolific.fail("pay", "dropped after")
    with pytest.raises(ProviderUnavailable):
        provider.bonus_pay(reference)
    assert prolific.paid == [reference]
    assert provider.submission(session).bonuses == (Decimal("1.50"),)
    prolific.fail("bonus-payments", "500")
    with pytest.raises(ProviderUnavailable):
        provider.bonus_create(study, [("p1", Decimal(1))])
    with pytest.raises(ProviderRefused):
        provider.bonus_create(study, [("nobody", Decimal(1))])


def test_messages_are_sent_once(study: Study, prolific: StandIn) -> None:
    prolific.fail("messages", "dropped after")
    with pytest.raises(ProviderUnavailable):
        provider.message(study, ["p1", "p2"], "Thank you.")
    assert prolific.messages == [("p1", "Thank you.")]
    provider.message(study, ["p2"], "Thank you.")
    assert prolific.messages[1:] == [("p2", "Thank you.")]


def test_the_token_is_in_no_log_and_no_error(
    study: Study, prolific: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    prolific.fail("/submissions/", "dropped", "500", "dropped")
    with pytest.raises(ProviderUnavailable) as caught:
        provider.submission("s")
    assert TOKEN not in caplog.text + str(caught.value)


def test_without_a_token_prolific_is_not_asked(study: Study, prolific: StandIn, settings: object) -> None:
    settings.PROLIFIC_TOKEN = ""  # type: ignore[attr-defined]
    asked = len(prolific.asked)
    with pytest.raises(ProviderRefused, match="PROLIFIC_TOKEN"):
        provider.submission("s")
    assert len(prolific.asked) == asked
