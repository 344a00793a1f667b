"""The doors into a study, and a person's own page, over HTTP and by links."""

from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now, timedelta

from annotator.models import (
    Annotation,
    EntryLink,
    Membership,
    Participation,
    PartState,
    PlatformIdentity,
    Project,
    Role,
    Slot,
    Standing,
    Study,
    User,
)
from annotator.services.annotations import annotation_submit
from annotator.services.entry_links import links_make, token_of
from annotator.services.people import membership_set
from annotator.services.standing import standing_change
from tests.annotator.factories import assignment_next, lesson, make_examples, make_project, make_study, submission

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def study(project: Project, owner: User) -> Study:
    make_examples(project, 6)
    return make_study(project, owner)


def link_to(study: Study, person: str = "") -> str:
    made = links_make(study=study, made_by=study.created_by, people=[person], days=2)
    return f"/enter/{made[0].token}"


def come_in(study: Study, person: str = "") -> tuple[Client, User]:
    """Somebody who came by a link, and their browser."""
    client = Client()
    answer = client.post(link_to(study, person))
    assert answer.status_code == 302, answer.content
    return client, Participation.objects.latest("pk").user


def work(study: Study, user: User, texts: int) -> None:
    for _ in range(texts):
        given = assignment_next(project=study.project, user=user)
        assert given
        annotation_submit(assignment=given, **submission())


def states(study: Study) -> list[str]:
    return sorted(study.participations.values_list("state", flat=True))


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


def test_a_part_from_start_to_end(study: Study) -> None:
    client, user = come_in(study)
    page = client.get("/part/moons").content.decode()
    assert "0 of 2 submitted" in page
    early = client.post("/part/moons/finish")
    assert early.status_code == 409
    assert "0 of 2 texts are submitted" in early.content.decode()
    client.post("/part/moons/pause")
    assert client.get("/annotate/moons")["Location"] == "/part/moons"
    assert "the clock stands still" in client.get("/part/moons").content.decode()
    Participation.objects.update(paused_at=now() - timedelta(minutes=5))
    assert client.post("/part/moons/resume")["Location"] == "/annotate/moons"
    assert 299 < Participation.objects.get().paused_seconds < 310
    work(study, user, 1)
    assert "GBP 2.00 of 4" in client.get("/part/moons").content.decode()
    work(study, user, 1)
    client.post("/part/moons/finish")
    part = Participation.objects.get()
    assert part.state == "completed"
    page = client.get("/part/moons").content.decode()
    assert part.code in page
    assert client.post("/part/moons/finish").status_code == 302
    assert Participation.objects.get().code == part.code
    for action in ("stop", "pause", "resume"):
        assert client.post(f"/part/moons/{action}").status_code == 409
    assert client.get("/part/moons/finish").status_code == 405
    assert client.post("/part/moons/nothing").status_code == 404


def test_the_return_address_has_the_code(study: Study) -> None:
    Study.objects.update(return_url="https://panel.example/done?cc={code}")
    client, user = come_in(study)
    work(study, user, 2)
    client.post("/part/moons/finish")
    page = client.get("/part/moons").content.decode()
    assert f'href="https://panel.example/done?cc={Participation.objects.get().code}"' in page


def test_whoever_stops_keeps_what_is_submitted_and_gives_back_the_rest(study: Study) -> None:
    client, user = come_in(study)
    work(study, user, 1)
    held = assignment_next(project=study.project, user=user)
    assert held
    assert held.slot
    client.post("/part/moons/stop")
    held.slot.refresh_from_db()
    held.refresh_from_db()
    assert (held.state, held.slot) == ("released", None)
    assert Slot.objects.get(example=held.example_id).state == "open"
    page = client.get("/part/moons").content.decode()
    assert "You have stopped" in page
    assert "GBP 2.00" in page
    membership = Membership.objects.get(user=user)
    assert (membership.submitted, membership.text_limit) == (1, 1)
    assert Participation.objects.get().code == ""
    assert states(study) == ["stopped"]


def test_whoever_has_submitted_all_is_finished_and_not_stopped(study: Study) -> None:
    client, user = come_in(study)
    work(study, user, 2)
    client.post("/part/moons/stop")
    assert states(study) == ["completed"]
    assert Participation.objects.get().code


def test_a_failed_qualification_ends_with_a_code_of_its_own(study: Study) -> None:
    from annotator.models import Qualification
    from annotator.services.lessons import lessons_replace

    Study.objects.update(codes={"completed": "C0MPLETE", "screened_out": "SCR33N"}, screen_out_reward=1)
    client, user = come_in(study)
    lessons_replace(project=study.project, lessons=[lesson("qualification")])
    for sitting in (1, 2):
        Qualification.objects.create(
            project=study.project, user=user, sitting=sitting, passed=False, span_f1=0, type_accuracy=0, missing_f1=0
        )
    assert "qualification was not passed" in client.get("/part/moons").content.decode()
    client.post("/part/moons/finish")
    page = client.get("/part/moons").content.decode()
    assert states(study) == ["screened_out"]
    assert "SCR33N" in page
    assert "C0MPLETE" not in page
    assert "GBP 1.00" in page


def test_whoever_takes_everything_back_keeps_the_code(study: Study) -> None:
    client, user = come_in(study)
    work(study, user, 2)
    client.post("/part/moons/finish")
    code = Participation.objects.get().code
    client.post("/part/moons/withdraw")
    part = Participation.objects.get()
    assert (part.state, part.code) == (PartState.WITHDRAWN, code)
    assert "You have taken back what you did" in client.get("/part/moons").content.decode()
    assert Annotation.objects.count() == 0


def test_whoever_takes_everything_back_at_work_frees_the_place(study: Study) -> None:
    client, user = come_in(study)
    work(study, user, 1)
    assert assignment_next(project=study.project, user=user)
    for _ in range(2):
        assert client.post("/part/moons/withdraw").status_code == 302
    assert states(study) == ["withdrawn"]
    assert set(Slot.objects.values_list("state", flat=True)) == {"open"}
    assert Annotation.objects.count() == 0


def test_no_answer_to_a_working_person_has_a_code(study: Study) -> None:
    Study.objects.update(codes={"completed": "C0MPLETE", "screened_out": "SCR33N"})
    client, user = come_in(study)
    api = f"/api/v1/projects/{study.project_id}"
    work(study, user, 1)
    pages = ["/part/moons", "/", f"{api}/desk", f"{api}/progress", "/api/v1/me", f"{api}/studies", api]
    answers: list[Any] = [client.get(page) for page in pages]
    answers += [client.post(f"/part/moons/{action}") for action in ("finish", "pause", "resume")]
    answers.append(client.post(f"{api}/assignments/next", {}, content_type="application/json"))
    for answer in answers:
        body = answer.content.decode() + str(dict(answer.items()))
        assert "C0MPLETE" not in body
        assert "SCR33N" not in body


def test_the_part_of_nobody_is_not_found(study: Study, annotator: User) -> None:
    client = Client()
    assert client.get("/part/moons")["Location"].startswith("/sign-in")
    client.force_login(annotator)
    assert client.get("/part/moons").status_code == 404
    assert token_of(EntryLink(study=study, user=annotator)).count(":") == 2


def test_whoever_wants_to_be_forgotten_is(study: Study) -> None:
    client, user = come_in(study)
    told = client.get("/api/v1/me/data").json()
    assert told["projects"][0]["studies"][0]["study_name"] == study.name
    page = client.post("/part/moons/erase")
    assert "You are forgotten" in page.content.decode()
    assert client.get("/part/moons").status_code == 302, "signed out"
    user.refresh_from_db()
    assert user.username.startswith("erased-")
    assert not user.identities.exists()
    assert Participation.objects.get().state == "withdrawn", "the place is free again"


def test_nobody_knocks_more_often_than_a_crowd_would(study: Study, settings: Any) -> None:
    settings.RATE_FACTOR = 1 / 20
    study = make_study(study.project, study.created_by, "public", claim_parameter="pid")
    knock = {"path": f"/enter/study/{study.pk}", "data": {"claim": "x"}, "REMOTE_ADDR": "192.0.2.7"}
    answers = [Client().post(**knock) for _ in range(8)]
    refused = [answer for answer in answers if answer.status_code == 429]
    # Three are answered in a minute, and a new one may have begun in between.
    assert 2 <= len(refused) <= 5
    assert int(refused[0]["Retry-After"]) <= 60
