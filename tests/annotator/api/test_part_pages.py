"""A person's own page about their part in a study, over HTTP."""

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
    Project,
    Slot,
    Study,
    User,
)
from annotator.services.assignments import assignment_release
from annotator.services.entry_links import token_of
from tests.annotator.factories import assignment_next, lesson, make_examples, make_study
from tests.annotator.studying import come_in, states, work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def study(project: Project, owner: User) -> Study:
    make_examples(project, 6)
    return make_study(project, owner)


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


def test_who_did_all_that_was_left_has_finished(project: Project, owner: User) -> None:
    """Others were quicker: that is not to be theirs to bear."""
    make_examples(project, 1)
    client, user = come_in(make_study(project, owner))
    assert "no more texts" not in client.get("/part/moons").content.decode(), "nothing is done yet"
    work(Study.objects.get(), user, 1)
    assert "no more texts for you" in client.get("/part/moons").content.decode()
    client.post("/part/moons/finish")
    part = Participation.objects.get()
    assert part.state == "completed"
    assert part.code
    # Whoever only skips has not.
    make_examples(project, 2)
    skipping, other = come_in(Study.objects.get())
    for _ in range(3):
        given = assignment_next(project=project, user=other)
        if given:
            assignment_release(assignment=given, reason="no")
    assert skipping.post("/part/moons/finish").status_code == 409
