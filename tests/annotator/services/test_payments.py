"""What is proposed, approved and sent: never twice, whatever gets lost on the way to the platform and back."""

import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections

from annotator.domain.errors import DomainError
from annotator.models import (
    AuditEntry,
    Participation,
    Payment,
    PlatformIdentity,
    Project,
    Study,
    User,
)
from annotator.selectors.pay import pay_report
from annotator.services.payments import (
    bonus_propose,
    message_send,
    payments_approve,
    payments_cancel,
    payments_propose,
    payments_settle,
    submissions_approve,
)
from annotator.services.providers.prolific import ProlificProvider
from annotator.services.sending import UNTOLD, payments_send
from annotator.tasks import payments as tasks
from tests.annotator.factories import ended_part, make_study, make_user
from tests.annotator.http import Client
from tests.annotator.prolific import open_study, prolific_here
from tests.prolific.standin import StandIn

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def prolific() -> Iterator[StandIn]:
    with prolific_here() as standin:
        yield standin


@pytest.fixture
def study(prolific: StandIn, project: Project, owner: User) -> Study:
    return open_study(prolific, project, owner, places=9)


def someone(prolific: StandIn, study: Study, name: str, state: str = "completed", **done: Any) -> Participation:
    """Somebody who came from the platform, handed in their code, and is done here."""
    part = ended_part(study, make_user(name, study.project), state, **done)
    session = prolific.take(study.external_id, f"pid-{name}")
    PlatformIdentity.objects.create(
        study=study, user=part.user, provider="prolific", person_id=f"pid-{name}", session_id=session, proof="api"
    )
    if state == "completed":
        prolific.complete(session, prolific.code(study.external_id))
    return part


def amounts(study: Study, **filters: Any) -> list[tuple[str, str, str]]:
    rows = Payment.objects.filter(participation__study=study, **filters).order_by("participation", "kind", "pk")
    return [(row.participation.user.username, row.kind, f"{row.amount} {row.state}") for row in rows]


def approved(study: Study, user: User) -> list[Payment]:
    rows = payments_propose(study=study, made_by=user)
    return payments_approve(study=study, made_by=user, ids=[row.pk for row in rows])


def a_bonus(prolific: StandIn, study: Study, owner: User) -> Payment:
    """An approved bonus, and nothing else to be sent."""
    part = someone(prolific, study, "a", minutes=20)
    asked = {"participants": [part.pk], "amount": Decimal("1.50"), "reason": "Well done.", "request_id": uuid4()}
    (row,) = bonus_propose(study=study, made_by=owner, **asked)
    payments_approve(study=study, made_by=owner, ids=[row.pk])
    return row


def state(row: Payment) -> tuple[str, str]:
    row.refresh_from_db()
    return row.state, row.problem


class TestProposing:
    def test_everybody_is_proposed_what_they_are_due(self, prolific: StandIn, study: Study, owner: User) -> None:
        for name, minutes in (("a", 20), ("b", 25), ("c", 30)):
            someone(prolific, study, name, minutes=minutes, texts=2)
        someone(prolific, study, "d", "screened_out", minutes=6)
        someone(prolific, study, "e", "stopped", minutes=9, texts=1)
        someone(prolific, study, "f", "returned", minutes=1)
        Participation.objects.create(study=study, user=make_user("g", study.project), submitted_before=0)
        whole = (("reward", "4.00 proposed"), ("top_up", "1.00 proposed"))
        wanted = [
            *[(name, *each) for name in "abc" for each in whole],
            ("d", "screen_out", "1.20 proposed"),
            ("e", "part", "2.00 proposed"),
        ]
        for _ in range(2):
            payments_propose(study=study, made_by=owner)
            assert amounts(study) == wanted
        told = pay_report(study=study)
        assert told["completed"] == {"people": 3, "wall": {"low": 1350, "median": 1500, "high": 1650}}
        assert (told["hourly"], told["top_up"], told["screen_out"]) == (9.6, 1, Decimal("1.20"))
        assert {state: total for state, total in told["sums"].items() if total} == {"proposed": Decimal("18.20")}
        people = {each["participant"]: each for each in told["people"]}
        slow = [each for each in people.values() if each["slow"]]
        # 30 minutes at £12 an hour are £6.
        assert [(each["wall_seconds"], each["short"], each["due"]) for each in slow] == [(1800, 2, 5)]

    def test_what_is_proposed_follows_the_times_and_what_is_approved_stays(
        self, prolific: StandIn, study: Study, owner: User
    ) -> None:
        first = someone(prolific, study, "a", minutes=25)
        payments_propose(study=study, made_by=owner)
        row = Payment.objects.get(participation=first, kind="top_up")
        payments_approve(study=study, made_by=owner, ids=[row.pk])
        second = someone(prolific, study, "b", minutes=35)
        payments_propose(study=study, made_by=owner)
        # The median is 30 minutes by now, worth £6.
        assert amounts(study, kind="top_up") == [
            ("a", "top_up", "1.00 approved"),
            ("a", "top_up", "1.00 proposed"),
            ("b", "top_up", "2.00 proposed"),
        ]
        second.finished_at = second.entered_at
        second.save()
        payments_propose(study=study, made_by=owner)
        assert amounts(study, kind="top_up", state="proposed") == []

    def test_a_request_that_comes_twice_is_one_bonus(self, prolific: StandIn, study: Study, owner: User) -> None:
        part = someone(prolific, study, "a")
        asked = {"participants": [part.pk], "amount": Decimal(1), "reason": "Thanks.", "request_id": uuid4()}
        assert len(bonus_propose(study=study, made_by=owner, **asked)) == 1
        assert bonus_propose(study=study, made_by=owner, **asked) == []
        assert amounts(study) == [("a", "bonus", "1.00 proposed")]

    def test_nothing_of_another_study_can_be_paid_from_here(self, prolific: StandIn, study: Study, owner: User) -> None:
        row = a_bonus(prolific, study, owner)
        other = make_study(study.project, owner, "other")
        for act in (payments_approve, payments_cancel):
            with pytest.raises(DomainError, match=f"no payment {row.pk}"):
                act(study=other, made_by=owner, ids=[row.pk])


class TestSending:
    def test_rewards_by_approval_and_the_rest_as_one_bonus_each(
        self, prolific: StandIn, study: Study, owner: User
    ) -> None:
        for name, minutes in (("a", 25), ("b", 25)):
            someone(prolific, study, name, minutes=minutes, texts=2)
        someone(prolific, study, "d", "screened_out", minutes=6)
        part = Participation.objects.get(user__username="a")
        bonus_propose(
            study=study, made_by=owner, participants=[part.pk], amount=Decimal("0.50"), reason="!", request_id=uuid4()
        )
        approved(study, owner)
        for _ in range(2):
            payments_send(study=study)
            assert {row.state for row in Payment.objects.all()} == {"sent"}
        statuses = {row.participant_id: (row.status, row.bonus_payments) for row in prolific.submissions.values()}
        assert statuses == {
            "pid-a": ("APPROVED", [150]), "pid-b": ("APPROVED", [100]), "pid-d": ("ACTIVE", [120]),
        }  # fmt: skip

    @pytest.mark.parametrize("fault", ["500", "503", "429", "dropped", "dropped after", "slow"])
    def test_an_answer_that_is_lost_is_never_paid_a_second_time(
        self, prolific: StandIn, study: Study, owner: User, fault: Any
    ) -> None:
        row = a_bonus(prolific, study, owner)
        prolific.fail(r"POST .*/pay/", fault)
        payments_send(study=study)
        assert state(row) == ("sending", UNTOLD)
        had_effect = fault in ("dropped after", "slow")
        patience = time.monotonic() + 10
        while had_effect and not prolific.paid and time.monotonic() < patience:
            time.sleep(0.05)
        for _ in range(3):
            payments_send(study=study)
        assert len(prolific.paid) == had_effect
        assert state(row)[0] == ("sent" if had_effect else "sending")
        if not had_effect:
            # Nobody can tell it from one that is still on its way; a person looks.
            payments_settle(study=study, made_by=owner, ids=[row.pk], paid=False)
            payments_approve(study=study, made_by=owner, ids=[row.pk])
            payments_send(study=study)
            assert (state(row), len(prolific.paid)) == (("sent", ""), 1)

    @pytest.mark.parametrize("fault", ["500", "dropped", "dropped after", "slow"])
    def test_what_was_only_prepared_is_prepared_again(
        self, prolific: StandIn, study: Study, owner: User, fault: Any
    ) -> None:
        row = a_bonus(prolific, study, owner)
        prolific.fail(r"POST .*/bonus-payments/", fault)
        payments_send(study=study)
        assert (state(row)[0], prolific.paid) == ("sending", [])
        payments_send(study=study)
        assert (state(row), len(prolific.paid)) == (("sent", ""), 1)

    def test_whoever_is_killed_before_paying_leaves_it_to_a_person(
        self, prolific: StandIn, study: Study, owner: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        row = a_bonus(prolific, study, owner)

        def killed(*_: object) -> None:
            raise SystemExit

        with monkeypatch.context() as patch:
            patch.setattr(ProlificProvider, "bonus_pay", killed)
            with pytest.raises(SystemExit):
                payments_send(study=study)
        payments_send(study=study)
        assert (state(row), prolific.paid) == (("sending", UNTOLD), [])
        payments_settle(study=study, made_by=owner, ids=[row.pk], paid=True)
        assert state(row) == ("sent", "")

    @pytest.mark.parametrize("fault", ["500", "dropped after", "slow"])
    def test_an_approval_may_be_asked_for_again(
        self, prolific: StandIn, study: Study, owner: User, fault: Any
    ) -> None:
        someone(prolific, study, "a", minutes=20)
        (row,) = submissions_approve(study=study, made_by=owner)
        assert submissions_approve(study=study, made_by=owner) == []
        prolific.fail(r"transition", fault, fault, fault)
        payments_send(study=study)
        assert state(row)[0] in ("sending", "sent")
        prolific.faults.clear()
        payments_send(study=study)
        assert (state(row), [each.status for each in prolific.submissions.values()]) == (("sent", ""), ["APPROVED"])

    def test_what_the_platform_refuses_has_failed_and_can_be_tried_again(
        self, prolific: StandIn, study: Study, owner: User
    ) -> None:
        part = someone(prolific, study, "a", minutes=20)
        session = PlatformIdentity.objects.get(user=part.user).session_id
        prolific.submissions[session].status = "ACTIVE"
        (row,) = submissions_approve(study=study, made_by=owner)
        payments_send(study=study)
        assert state(row) == ("failed", "The provider answered with 400.")
        prolific.submissions[session].status = "AWAITING REVIEW"
        submissions_approve(study=study, made_by=owner)
        payments_send(study=study)
        assert state(row) == ("sent", "")

    def test_two_who_send_at_once_pay_once(self, prolific: StandIn, study: Study, owner: User) -> None:
        row = a_bonus(prolific, study, owner)
        together = threading.Barrier(4)

        def send() -> None:
            together.wait()
            payments_send(study=study)
            connections.close_all()

        threads = [threading.Thread(target=send) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (state(row), len(prolific.paid)) == (("sent", ""), 1)

    def test_of_whom_nobody_knows_the_id_is_not_paid(self, prolific: StandIn, study: Study, owner: User) -> None:
        row = a_bonus(prolific, study, owner)
        PlatformIdentity.objects.all().delete()
        payments_send(study=study)
        assert (state(row)[0], prolific.bonuses) == ("failed", {})

    def test_an_approval_is_sent_at_once_and_what_got_lost_a_minute_later(
        self, prolific: StandIn, study: Study, owner: User, admin: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hinted: list[int] = []
        monkeypatch.setattr(tasks.send, "apply_async", lambda arguments, **_: hinted.extend(arguments))
        row = a_bonus(prolific, study, owner)
        Payment.objects.update(state="proposed")
        answer = Client(admin).post(f"studies/{study.pk}/payments/approve", {"payments": [row.pk]})
        assert (answer.json()["payments"][0]["state"], hinted) == ("approved", [study.pk])
        tasks.resume()
        assert hinted == [study.pk] * 2
        tasks.send(study.pk)
        assert (state(row), len(prolific.paid)) == (("sent", ""), 1)
        tasks.resume()
        assert hinted == [study.pk] * 2

    def test_what_is_cancelled_is_not_sent(self, prolific: StandIn, study: Study, owner: User) -> None:
        row = a_bonus(prolific, study, owner)
        payments_cancel(study=study, made_by=owner, ids=[row.pk])
        payments_send(study=study)
        assert (state(row)[0], prolific.bonuses) == ("cancelled", {})
        with pytest.raises(DomainError, match="is 'cancelled'"):
            payments_approve(study=study, made_by=owner, ids=[row.pk])


def test_where_no_platform_pays_a_person_does(project: Project, owner: User) -> None:
    study = make_study(project, owner)
    ended_part(study, make_user("a", project), minutes=20, texts=2)
    (row,) = approved(study, owner)
    payments_send(study=study)
    assert state(row)[0] == "approved"
    payments_settle(study=study, made_by=owner, ids=[row.pk], paid=True)
    assert state(row)[0] == "sent"
    with pytest.raises(DomainError, match="is 'sent'"):
        payments_settle(study=study, made_by=owner, ids=[row.pk], paid=False)


def test_messages_go_to_people_nobody_is_told_of(prolific: StandIn, study: Study, owner: User) -> None:
    parts = [someone(prolific, study, name) for name in ("a", "b")]
    ids = [part.pk for part in parts]
    assert message_send(study=study, made_by=owner, participants=ids, text="Thank you.") == 2
    assert prolific.messages == [("pid-a", "Thank you."), ("pid-b", "Thank you.")]
    prolific.fail("messages", "500")
    assert message_send(study=study, made_by=owner, participants=ids, text="Again.") == 1
    prolific.fail("messages", "500", "500")
    with pytest.raises(DomainError, match="500"):
        message_send(study=study, made_by=owner, participants=ids, text="No.")
    entries = AuditEntry.objects.filter(action="study.message", project=study.project).order_by("number")
    assert [entry.detail for entry in entries] == [
        {"people": 2, "of": 2, "characters": 10}, {"people": 1, "of": 2, "characters": 6},
    ]  # fmt: skip


def test_nobody_is_told_who_is_who_on_the_platform(
    prolific: StandIn, study: Study, owner: User, researcher: User, admin: User
) -> None:
    row = a_bonus(prolific, study, owner)
    session = PlatformIdentity.objects.get().session_id
    for answer in (
        Client(researcher).get(f"studies/{study.pk}/pay"),
        Client(admin).post(f"studies/{study.pk}/payments"),
        Client(admin).post(f"studies/{study.pk}/payments/cancel", {"payments": [row.pk]}),
    ):
        assert answer.status_code == 200
        assert [each for each in ('"pid-a"', session, '"a"') if each in answer.content.decode()] == []
