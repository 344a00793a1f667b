"""Studies by the API: what an admin can set and when, links, and what researchers see of people."""

from typing import Any

import pytest

from annotator.models import EntryLink, Project, Study, User
from annotator.services.entry import enter_by_link
from annotator.services.entry_links import link_of
from tests.annotator.factories import make_study
from tests.annotator.http import Client

pytestmark = pytest.mark.django_db(transaction=True)

STUDY: dict[str, Any] = {
    "name": "first", "provider": "link", "places": 2, "texts": 3, "minutes": 20, "currency": "GBP",
    "reward": "4.00", "target_per_hour": "12.00", "return_url": "https://panel.example/done?cc={code}",
}


@pytest.fixture
def console(admin: User) -> Client:
    return Client(admin)


def made(console: Client, project: Project, **fields: Any) -> Any:
    answer = console.post(f"projects/{project.pk}/studies", {**STUDY, **fields})
    assert answer.status_code == 201, answer.json()
    return answer.json()


def problem(answer: Any) -> tuple[int, str, list[str]]:
    return answer.status_code, answer.json()["code"], sorted(answer.json()["fields"])


def test_a_study_is_made_opened_and_closed(console: Client, project: Project) -> None:
    study = made(console, project)
    assert (study["state"], study["taken"], study["address"]) == ("draft", 0, "")
    address = f"studies/{study['id']}"
    assert problem(console.patch(address, {"state": "closed"})) == (422, "invalid_study", ["state"])
    assert console.patch(address, {"reward": "5.00"}).json()["reward"] == "5.00"
    assert console.patch(address, {"state": "open"}).json()["state"] == "open"
    assert problem(console.patch(address, {"reward": "4.00"})) == (422, "invalid_study", ["reward"])
    assert console.patch(address, {"places": 5, "target_per_hour": "13.00"}).json()["places"] == 5
    assert console.patch(address, {"state": "closed"}).json()["state"] == "closed"
    assert console.patch(address, {"state": "open"}).json()["state"] == "open"
    assert [each["id"] for each in console.get(f"projects/{project.pk}/studies").json()] == [study["id"]]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"places": 0}, "places"),
        ({"currency": "pounds"}, "currency"),
        ({"provider": "mturk"}, "provider"),
        ({"claim_parameter": "a=b"}, "claim_parameter"),
    ],
)
def test_what_cannot_be_is_refused(console: Client, project: Project, fields: dict[str, Any], field: str) -> None:
    answer = console.post(f"projects/{project.pk}/studies", {**STUDY, **fields})
    assert problem(answer) == (400, "invalid_input", [field])


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"return_url": "javascript:alert(1)"}, "return_url"),
        ({"external_id": "abc"}, "external_id"),
        ({"provider": "prolific"}, "external_id"),
        ({"provider": "prolific", "external_id": "abc"}, "return_url"),
        ({"places": None}, "places"),
    ],
)
def test_what_contradicts_itself_is_refused(
    console: Client, project: Project, fields: dict[str, Any], field: str
) -> None:
    body = {name: value for name, value in {**STUDY, **fields}.items() if value is not None}
    assert problem(console.post(f"projects/{project.pk}/studies", body)) == (422, "invalid_study", [field])


def test_a_name_is_had_once(console: Client, project: Project) -> None:
    made(console, project)
    assert problem(console.post(f"projects/{project.pk}/studies", STUDY)) == (409, "name_taken", [])
    other = made(console, project, name="second")
    assert problem(console.patch(f"studies/{other['id']}", {"name": "first"})) == (409, "name_taken", [])


def test_codes_are_told_to_nobody(console: Client, project: Project, owner: User, researcher: User) -> None:
    study = make_study(project, owner, codes={"completed": "C0MPLETE"})
    for client in (console, Client(researcher)):
        assert "C0MPLETE" not in client.get(f"studies/{study.pk}").content.decode()


def test_links_show_their_address_once(console: Client, project: Project, owner: User) -> None:
    study = make_study(project, owner)
    named = console.post(f"studies/{study.pk}/links", {"people": ["bob", "eve"], "days": 2}).json()
    assert [each["person"] for each in named] == ["bob", "eve"]
    more = console.post(f"studies/{study.pk}/links", {"count": 2}).json()
    assert [each["person"] for each in more] == ["", ""]
    token = named[0]["address"].rsplit("/", 1)[1]
    assert str(link_of(token).pk) == named[0]["id"]
    listed = console.get(f"studies/{study.pk}/links").content.decode()
    assert "bob" not in listed
    assert token not in listed
    assert len(console.get(f"studies/{study.pk}/links").json()) == 4
    assert problem(console.post(f"studies/{study.pk}/links", {"count": 1, "days": 31}))[2] == ["days"]
    assert problem(console.post(f"studies/{study.pk}/links", {}))[2] == ["count"]
    assert problem(console.post(f"studies/{study.pk}/links", {"people": ["bob", "bob"]}))[2] == ["people"]


def test_a_named_person_is_the_same_in_every_study(console: Client, project: Project, owner: User) -> None:
    for study in (make_study(project, owner), make_study(project, owner, "other")):
        console.post(f"studies/{study.pk}/links", {"people": ["bob"]})
    assert len(set(EntryLink.objects.values_list("user", flat=True))) == 1


def test_a_revoked_link_opens_nothing(console: Client, project: Project, owner: User) -> None:
    study = make_study(project, owner)
    (link,) = console.post(f"studies/{study.pk}/links", {"count": 1}).json()
    assert console.delete(f"links/{link['id']}").status_code == 204
    with pytest.raises(Exception, match="does not hold any more"):
        enter_by_link(link=EntryLink.objects.get())


def test_places_are_never_fewer_than_taken(console: Client, project: Project, owner: User) -> None:
    study = make_study(project, owner)
    console.post(f"studies/{study.pk}/links", {"count": 2})
    for link in EntryLink.objects.all():
        enter_by_link(link=link)
    assert problem(console.patch(f"studies/{study.pk}", {"places": 1})) == (422, "invalid_study", ["places"])
    assert console.patch(f"studies/{study.pk}", {"places": 2}).json()["taken"] == 2
    (first, _) = console.get(f"studies/{study.pk}/participants").json()
    assert (first["state"], first["submitted"], first["code_issued"]) == ("working", 0, False)
    assert first["pseudonym"] in project.memberships.values_list("pseudonym", flat=True)


def test_what_is_done_is_in_the_audit_log(console: Client, project: Project, admin: User) -> None:
    study = made(console, project)
    console.patch(f"studies/{study['id']}", {"state": "open"})
    (link,) = console.post(f"studies/{study['id']}/links", {"people": ["bob"]}).json()
    console.delete(f"links/{link['id']}")
    from annotator.models import AuditEntry

    entries = AuditEntry.objects.filter(project=project.pk, actor=admin.pk).order_by("pk")
    wanted = ["study.create", "study.update", "link.make", "link.revoke"]
    assert [entry.action for entry in entries][-4:] == wanted
    assert "bob" not in str([[entry.target, entry.detail] for entry in entries])
    assert Study.objects.get().state == "open"
