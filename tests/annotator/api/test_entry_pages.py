"""The doors into a study, over HTTP."""

from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now, timedelta

from annotator.models import (
    EntryLink,
    Membership,
    Participation,
    PlatformIdentity,
    Project,
    Role,
    Standing,
    Study,
    User,
)
from annotator.services.entry_links import links_make
from annotator.services.people import membership_set
from annotator.services.standing import standing_change
from tests.annotator.factories import make_examples, make_project, make_study
from tests.annotator.studying import come_in, link_to, work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def study(project: Project, owner: User) -> Study:
    make_examples(project, 6)
    return make_study(project, owner)


def test_looking_at_a_link_changes_nothing(study: Study) -> None:
    address = link_to(study)
    for _ in range(3):
        answer = Client().get(address)
        assert answer.status_code == 200
        assert answer["Referrer-Policy"] == "same-origin"
        assert "no-store" in answer["Cache-Control"]
    assert Participation.objects.count() == Membership.objects.filter(role="annotator").count() == 0
    assert EntryLink.objects.get().used_at is None


def test_a_link_opens_once(study: Study) -> None:
    address = link_to(study)
    client = Client()
    answer = client.post(address)
    assert (answer.status_code, answer["Location"]) == (302, "/annotate/moons")
    assert Client().post(address).status_code == Client().get(address).status_code == 410
    # Whoever came in by it goes on.
    assert client.get(address)["Location"] == client.post(address)["Location"] == "/part/moons"
    part = Participation.objects.get()
    membership = Membership.objects.get(user=part.user)
    assert (membership.role, membership.text_limit) == ("annotator", 2)
    assert part.user.username.startswith("crowd-")
    assert not part.user.has_usable_password()


def test_the_door_wants_a_csrf_token(study: Study) -> None:
    assert Client(enforce_csrf_checks=True).post(link_to(study)).status_code == 403
    assert Participation.objects.count() == 0


@pytest.mark.parametrize("change", ["expired", "revoked", "cut", "made up"])
def test_a_link_that_does_not_hold_opens_nothing(study: Study, change: str) -> None:
    address, client = link_to(study), Client()
    if change in ("expired", "revoked"):
        EntryLink.objects.update(expires_at=now() - timedelta(seconds=1))
    address = {"cut": address[:-3], "made up": "/enter/abc"}.get(change, address)
    wanted = 410 if change in ("expired", "revoked") else 404
    assert client.get(address).status_code == client.post(address).status_code == wanted
    assert Participation.objects.count() == 0


def test_a_full_study_does_not_burn_the_link(study: Study) -> None:
    for _ in range(3):
        come_in(study)
    address = link_to(study)
    answer = Client().post(address)
    assert answer.status_code == 409
    assert "All places are taken" in answer.content.decode()
    Study.objects.update(places=4)
    assert Client().post(address).status_code == 302


@pytest.mark.parametrize("state", ["draft", "closed"])
def test_a_study_that_is_not_open_takes_nobody_new(study: Study, state: str) -> None:
    client, user = come_in(study)
    Study.objects.update(state=state)
    assert Client().post(link_to(study)).status_code == 409
    # Whoever is in goes on.
    assert client.get("/part/moons").status_code == 200
    work(study, user, 2)
    assert client.post("/part/moons/finish").status_code == 302


def test_whoever_runs_a_project_never_becomes_a_participant(study: Study, admin: User, researcher: User) -> None:
    for user in (admin, researcher):
        client = Client()
        client.force_login(user)
        address = link_to(study)
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code == 409
            assert "Sign out first" in answer.content.decode()
    assert Participation.objects.count() == 0


def test_another_persons_link_switches(study: Study) -> None:
    client, first = come_in(study)
    key = client.session.session_key
    client.post(link_to(study))
    assert int(client.session["_auth_user_id"]) != first.pk
    assert client.session.session_key != key
    assert not client.session.__class__(key).exists(key)


def test_whoever_was_ended_does_not_come_back(study: Study) -> None:
    _, user = come_in(study, "bob")
    standing_change(project=study.project, user=user, standing=Standing.ENDED, reason="r", made_by=None)
    assert Client().post(link_to(study, "bob")).status_code == 403


def test_nobody_gets_into_an_account_of_another_project_by_naming_its_person(study: Study, owner: User) -> None:
    _, bob = come_in(study, "bob")
    elsewhere = make_study(make_project(owner, "elsewhere"), owner)
    make_examples(elsewhere.project, 1)
    client, other = come_in(elsewhere, "bob")
    assert other != bob
    assert client.get("/part/moons").status_code == 404


def test_a_link_is_no_way_into_an_account_that_runs_a_project(study: Study, owner: User) -> None:
    _, bob = come_in(study, "bob")
    membership_set(project=make_project(owner, "elsewhere"), user=bob, role=Role.RESEARCHER)
    client = Client()
    assert client.post(link_to(study, "bob")).status_code == 403
    assert "_auth_user_id" not in client.session


def test_a_second_link_resumes_and_the_code_stays(study: Study) -> None:
    _, user = come_in(study, "bob")
    again = Client()
    assert again.post(link_to(study, "bob"))["Location"] == "/annotate/moons"
    work(study, user, 2)
    again.post("/part/moons/finish")
    code = Participation.objects.get().code
    assert len(code) == 10
    third = Client()
    assert third.post(link_to(study, "bob"))["Location"] == "/part/moons"
    assert code in third.get("/part/moons").content.decode()
    assert Participation.objects.count() == 1


def test_one_study_of_a_project_at_a_time(study: Study) -> None:
    _, user = come_in(study, "bob")
    other = make_study(study.project, study.created_by, "other", texts=1)
    assert Client().post(link_to(other, "bob")).status_code == 409
    work(study, user, 2)
    client = Client()
    client.post(link_to(study, "bob"))
    client.post("/part/moons/finish")
    assert Client().post(link_to(other, "bob")).status_code == 302
    assert Membership.objects.get(user=user).text_limit == 3


def test_a_public_address_carries_its_claim(study: Study) -> None:
    study = make_study(study.project, study.created_by, "public", claim_parameter="participantId")
    address = f"/enter/study/{study.pk}"
    for nobody in ("", "?participantId=", "?participantId=a%00b", f"?participantId={'x' * 201}", "?other=p1"):
        assert Client().get(address + nobody).status_code == 400
    client = Client()
    page = client.get(f"{address}?participantId=p1").content.decode()
    assert PlatformIdentity.objects.count() == 0
    claim = page.split('name="claim" value="')[1].split('"')[0]
    assert Client().post(address, {"claim": claim[:-2]}).status_code == 403
    assert Client().post(address, {}).status_code == 403
    other = make_study(study.project, study.created_by, "more", claim_parameter="participantId")
    assert Client().post(f"/enter/study/{other.pk}", {"claim": claim}).status_code == 403
    assert client.post(address, {"claim": claim})["Location"] == "/annotate/moons"
    assert PlatformIdentity.objects.get().proof == "claim"
    # The same number again: the browser that came in goes on, any other is somebody who says so.
    assert client.post(address, {"claim": claim}).status_code == 302
    refused = Client().post(address, {"claim": claim})
    assert refused.status_code == 409
    assert "_auth_user_id" not in refused.client.session
    assert Participation.objects.count() == 1


def test_a_claim_gets_nobody_into_the_account_of_a_known_person(study: Study) -> None:
    study = make_study(study.project, study.created_by, "public", claim_parameter="participantId")
    links_make(study=study, made_by=study.created_by, people=["bob"], days=1)
    elsewhere = make_study(study.project, study.created_by, "more", claim_parameter="participantId")
    for wanted, where in ((409, study), (302, elsewhere)):
        client = Client()
        page = client.get(f"/enter/study/{where.pk}?participantId=bob").content.decode()
        claim = page.split('name="claim" value="')[1].split('"')[0]
        assert client.post(f"/enter/study/{where.pk}", {"claim": claim}).status_code == wanted
    known, claimed = PlatformIdentity.objects.order_by("pk")
    assert known.user != claimed.user


def test_a_page_waits_a_quarter_of_an_hour(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    study = make_study(study.project, study.created_by, "public", claim_parameter="pid")
    page = Client().get(f"/enter/study/{study.pk}?pid=p1").content.decode()
    claim = page.split('name="claim" value="')[1].split('"')[0]
    monkeypatch.setattr("django.core.signing.time.time", lambda: now().timestamp() + 16 * 60)
    assert Client().post(f"/enter/study/{study.pk}", {"claim": claim}).status_code == 409


def test_nobody_knocks_more_often_than_a_crowd_would(study: Study, settings: Any) -> None:
    settings.RATE_FACTOR = 1 / 20
    study = make_study(study.project, study.created_by, "public", claim_parameter="pid")
    knock = {"path": f"/enter/study/{study.pk}", "data": {"claim": "x"}, "REMOTE_ADDR": "192.0.2.7"}
    answers = [Client().post(**knock) for _ in range(8)]
    refused = [answer for answer in answers if answer.status_code == 429]
    # Three are answered in a minute, and a new one may have begun in between.
    assert 2 <= len(refused) <= 5
    assert int(refused[0]["Retry-After"]) <= 60
