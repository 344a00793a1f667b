"""People who come from Prolific, and what it tells of them."""

import itertools
import random
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now, timedelta

from annotator.models import (
    Assignment,
    Membership,
    Participation,
    PlatformIdentity,
    Project,
    ProviderEvent,
    Study,
    User,
)
from annotator.services.annotations import annotation_submit
from annotator.services.provider_events import reconcile
from tests.annotator.factories import assignment_next, make_examples, submission
from tests.annotator.prolific import TEXTS, come_from, door, open_study, prolific_here
from tests.prolific.standin import StandIn

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def prolific() -> Iterator[StandIn]:
    with prolific_here() as standin:
        yield standin


@pytest.fixture
def study(prolific: StandIn, project: Project, owner: User) -> Study:
    make_examples(project, 8)
    return open_study(prolific, project, owner)


@pytest.fixture
def hook(live_server: Any) -> str:
    return f"{live_server.url}/api/v1/providers/prolific/webhook"


def person(prolific: StandIn, study: Study, name: str = "p1") -> tuple[Client, str, Participation]:
    session = prolific.take(study.external_id, name)
    client, answer = come_from(prolific, study, session)
    assert answer.status_code == 302, answer.content
    return client, session, Participation.objects.latest("pk")


def test_whoever_comes_from_prolific_works_and_hands_the_code_in(prolific: StandIn, study: Study) -> None:
    client, session, part = person(prolific, study)
    identity = PlatformIdentity.objects.get()
    assert (identity.person_id, identity.session_id, identity.proof) == ("p1", session, "api")
    for _ in range(TEXTS):
        given = assignment_next(project=study.project, user=part.user)
        assert given
        annotation_submit(assignment=given, **submission())
    client.post("/part/moons/finish")
    page = client.get("/part/moons").content.decode()
    assert f"https://app.prolific.com/submissions/complete?cc={study.codes['completed']}" in page
    prolific.complete(session, study.codes["completed"])
    # Coming back in the same session shows the same.
    again, answer = come_from(prolific, study, session)
    assert answer["Location"] == "/part/moons"
    assert study.codes["completed"] in again.get("/part/moons").content.decode()


def test_looking_asks_prolific_nothing_and_keeps_nothing(prolific: StandIn, study: Study) -> None:
    session = prolific.take(study.external_id, "p1")
    asked = len(prolific.asked)
    page = Client().get(prolific.address(study.external_id, session, door(study)))
    assert page["Referrer-Policy"] == "same-origin"
    assert "enter.js" in page.content.decode()
    assert len(prolific.asked) == asked
    assert not PlatformIdentity.objects.exists()


def test_nobody_comes_in_while_prolific_is_away(prolific: StandIn, study: Study) -> None:
    session = prolific.take(study.external_id, "p1")
    prolific.fail("/submissions/", "500", "500", "500")
    _, answer = come_from(prolific, study, session)
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert not Participation.objects.exists()


def test_a_signed_token_lets_in_and_a_wrong_one_does_not(prolific: StandIn, study: Study) -> None:
    session = prolific.take(study.external_id, "p1")
    wrong = prolific.signed(study.external_id, session, "elsewhere.test")
    assert come_from(prolific, study, session, wrong)[1].status_code == 403
    right = prolific.signed(study.external_id, session, "testserver")
    assert come_from(prolific, study, session, right)[1].status_code == 302
    assert PlatformIdentity.objects.get().proof == "token"


def test_the_same_person_of_prolific_is_the_same_here(prolific: StandIn, study: Study, owner: User) -> None:
    _, _, first = person(prolific, study)
    first.state, first.finished_at = "stopped", now()
    first.save()
    other = open_study(prolific, study.project, owner)
    _, _, second = person(prolific, other)
    assert (second.user, second.study) == (first.user, other)
    assert Membership.objects.filter(user=first.user).count() == 1


@pytest.mark.parametrize(("status", "state"), [("RETURNED", "returned"), ("TIMED-OUT", "timed_out")])
def test_whoever_leaves_on_prolific_gives_back_place_and_texts(
    prolific: StandIn, study: Study, hook: str, status: str, state: str
) -> None:
    client, session, part = person(prolific, study)
    held = assignment_next(project=study.project, user=part.user)
    assert held
    assert held.slot
    event = prolific.happen(session, status)
    assert [prolific.send(event, hook) for _ in range(3)] == [200] * 3
    part.refresh_from_db()
    held.slot.refresh_from_db()
    assert (part.state, part.provider_state, held.slot.state) == (state, status, "open")
    assert Assignment.objects.get().state == "released"
    assert ProviderEvent.objects.count() == 1
    assert client.get("/part/moons").status_code == 200
    assert assignment_next_refused(study, part.user)
    for name in ("p2", "p3", "p4"):
        person(prolific, study, name)


def assignment_next_refused(study: Study, user: User) -> bool:
    try:
        return assignment_next(project=study.project, user=user) is None
    except Exception as error:
        return getattr(error, "code", "") == "work_finished"


def test_what_prolific_decides_later_is_written_down(prolific: StandIn, study: Study, hook: str) -> None:
    _, session, part = person(prolific, study)
    for status in ("AWAITING REVIEW", "APPROVED"):
        prolific.send(prolific.happen(session, status), hook)
        part.refresh_from_db()
        assert (part.state, part.provider_state) == ("working", status)


def test_only_what_prolific_signed_just_now_is_taken(prolific: StandIn, study: Study, hook: str) -> None:
    _, session, part = person(prolific, study)
    event = prolific.happen(session, "RETURNED")
    assert prolific.send(event, hook, secret="another") == 403
    assert prolific.send(event, hook, at=time.time() - 302) == 403
    assert prolific.send(event, hook, at=time.time() + 302) == 403
    assert prolific.send(event, hook, X_Prolific_Request_Timestamp="0") == 403
    assert prolific.send(event, hook, X_Prolific_Request_Signature="") == 403
    event.body = event.body.replace(b"RETURNED", b"APPROVED")
    good = event.body
    event.body = b"x" * 65537
    assert prolific.send(event, hook) == 413
    event.body = b"[" * 60000
    assert prolific.send(event, hook) == 400
    part.refresh_from_db()
    assert part.provider_state == ""
    event.body = good
    assert prolific.send(event, hook) == 200


def test_without_a_secret_nothing_is_taken(prolific: StandIn, study: Study, hook: str, settings: Any) -> None:
    _, session, _ = person(prolific, study)
    settings.PROLIFIC_WEBHOOK_SECRET = ""
    assert prolific.send(prolific.happen(session, "RETURNED"), hook, secret="") == 403


def test_what_is_about_nobody_here_is_ignored(prolific: StandIn, study: Study, hook: str) -> None:
    stranger = prolific.take(study.external_id, "p9")
    assert prolific.send(prolific.happen(stranger, "RETURNED"), hook) == 202
    assert not ProviderEvent.objects.exists()


def test_the_same_signed_bytes_under_another_id_are_the_same(prolific: StandIn, study: Study, hook: str) -> None:
    _, session, _ = person(prolific, study)
    event = prolific.happen(session, "RETURNED")
    sent_at = time.time()
    for name in (event.id, "another"):
        assert prolific.send(event, hook, at=sent_at, X_Event_ID=name) == 200
    assert ProviderEvent.objects.get().event_id == event.id


@pytest.mark.parametrize("away", [False, True])
def test_any_order_and_number_of_events_ends_alike(prolific: StandIn, study: Study, hook: str, away: bool) -> None:
    """With Prolific there to ask, and by the events alone."""
    rng = random.Random(1)
    orders = list(itertools.permutations(range(3)))
    for number, order in enumerate(rng.sample(orders, 4)):
        Study.objects.update(places=10)
        _, session, part = person(prolific, study, f"p{number}")
        events = [prolific.happen(session, status) for status in ("RESERVED", "ACTIVE", "RETURNED")]
        sent = [events[index] for index in order] * 10
        if away:
            prolific.fail("GET .*/submissions/", *["500"] * 3 * len(sent))
        for event in sent:
            assert prolific.send(event, hook) == 200
        prolific.faults.clear()
        part.refresh_from_db()
        assert (part.state, part.provider_state) == ("returned", "RETURNED")


def test_what_no_webhook_told_is_found_by_asking(prolific: StandIn, study: Study) -> None:
    parts = [person(prolific, study, f"p{number}") for number in range(3)]
    prolific.happen(parts[0][1], "RETURNED")
    prolific.happen(parts[1][1], "TIMED-OUT")
    assert reconcile() == 3
    assert sorted(study.participations.values_list("state", flat=True)) == ["returned", "timed_out", "working"]
    before = list(Participation.objects.order_by("pk").values())
    for _ in range(10):
        assert reconcile() == 0
    assert list(Participation.objects.order_by("pk").values()) == before


def test_a_study_that_cannot_be_asked_does_not_hold_up_the_others(
    prolific: StandIn, study: Study, owner: User
) -> None:
    other = open_study(prolific, study.project, owner)
    _, first, _ = person(prolific, study, "p1")
    _, second, _ = person(prolific, other, "p2")
    for session in (first, second):
        prolific.happen(session, "RETURNED")
    prolific.fail(f"studies/{study.external_id}/", "500", "500", "500")
    assert reconcile() == 1
    assert reconcile() == 1


def test_an_old_event_does_not_undo_what_was_heard_since(prolific: StandIn, study: Study, hook: str) -> None:
    _, session, part = person(prolific, study)
    late = prolific.happen(session, "ACTIVE")
    late.happened -= 60
    prolific.send(prolific.happen(session, "RETURNED"), hook)
    prolific.fail("GET .*/submissions/", "500", "500", "500")
    prolific.send(late, hook)
    part.refresh_from_db()
    assert (part.state, part.provider_state) == ("returned", "RETURNED")
    assert part.provider_at
    assert part.provider_at > now() - timedelta(minutes=1)
