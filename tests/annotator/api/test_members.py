"""Members, invitations, and accounts."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils.timezone import now

from annotator.models import Assignment, Invitation, Membership, Project, Session, StandingChange, User
from annotator.services.annotations import annotation_submit
from annotator.services.invitations import invitation_make
from annotator.services.tokens import token_issue
from tests.annotator.factories import PASSWORD, assignment_next, make_examples, make_project, make_user, submission
from tests.annotator.http import Client

pytestmark = pytest.mark.django_db


def path_of(member: Membership) -> str:
    return f"projects/{member.project_id}/members/{member.pk}"


def said(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"] if answer.status_code >= 400 else ""


def invited(project: Project, admin: User, role: str = "annotator") -> str:
    return f"/invitation/{invitation_make(project=project, role=role, days=1, made_by=admin)[1]}"


def test_an_admin_takes_in_somebody_by_name(project: Project, admin: User) -> None:
    rob, client, path = make_user("rob"), Client(admin), f"projects/{project.pk}/members"
    added = client.post(path, {"username": "rob", "role": "researcher"})
    assert added.status_code == 201
    assert (added.json()["username"], added.json()["role"]) == ("rob", "researcher")
    assert [each["username"] for each in client.get(path).json()] == ["adam", "olga", "rob"]
    assert Client(rob).get(f"projects/{project.pk}/examples").status_code == 200
    assert said(client.post(path, {"username": "rob", "role": "admin"})) == (409, "member_already")
    nobody = client.post(path, {"username": "nobody", "role": "admin"})
    assert (*said(nobody), list(nobody.json()["fields"])) == (422, "invalid_member", ["username"])


def test_a_role_is_changed_and_the_last_admin_stays(project: Project, admin: User, annotator: User) -> None:
    client, mine = Client(admin), admin.memberships.get()
    promoted = client.put(path_of(annotator.memberships.get()), {"role": "researcher"})
    assert promoted.json()["role"] == "researcher"
    project.memberships.get(user__username="olga").delete()
    for refused in (client.put(path_of(mine), {"role": "researcher"}), client.delete(path_of(mine))):
        assert said(refused) == (409, "last_admin")
    # Somebody who cannot sign in runs nothing.
    closed = make_user("carl", project, "admin")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    assert said(client.delete(path_of(mine))) == (409, "last_admin")
    User.objects.filter(pk=closed.pk).update(is_active=True)
    assert client.delete(path_of(mine)).status_code == 204
    assert client.get(f"projects/{project.pk}").status_code == 404


def test_nobody_raises_their_own_role(project: Project, annotator: User, researcher: User) -> None:
    for user in (annotator, researcher):
        mine = user.memberships.get()
        assert said(Client(user).put(path_of(mine), {"role": "admin"})) == (403, "forbidden")
        assert said(Client(user).post(f"projects/{project.pk}/members", {"username": "ann", "role": "admin"}))[0] == 403
        assert said(Client(user).post(f"projects/{project.pk}/invitations", {"role": "admin"})) == (403, "forbidden")


def test_somebody_who_is_taken_out_keeps_what_they_did(project: Project, admin: User, annotator: User) -> None:
    make_examples(project, 2)
    first = assignment_next(project=project, user=annotator)
    assert first
    annotation_submit(assignment=first, **submission())
    held = assignment_next(project=project, user=annotator)
    assert held
    mine, client = annotator.memberships.get(), Client(admin)
    client.put(path_of(mine), {"role": "researcher"})
    assert client.delete(path_of(mine)).status_code == 204
    mine.refresh_from_db()
    assert (mine.role, mine.standing, mine.submitted) == ("annotator", "ended", 1)
    assert Assignment.objects.get(pk=held.pk).state == "released"
    assert said(Client(annotator).get(f"projects/{project.pk}/examples")) == (403, "forbidden")
    assert said(Client(annotator).post(f"projects/{project.pk}/assignments/next")) == (409, "work_ended")
    assert "ann" not in [each["username"] for each in client.get(f"projects/{project.pk}/members").json()]
    # Taken in again they are who they were.
    client.post(f"projects/{project.pk}/members", {"username": "ann", "role": "annotator"})
    again = annotator.memberships.get()
    assert (again.pk, again.pseudonym, again.standing) == (mine.pk, mine.pseudonym, "working")
    assert StandingChange.objects.filter(user=annotator).count() == 2
    # The text that was taken from them is not offered to them again; there is no other.
    assert Client(annotator).post(f"projects/{project.pk}/assignments/next").status_code == 204


def test_an_invitation_lets_one_person_in_once(project: Project, admin: User, client: Browser) -> None:
    made = Client(admin).post(f"projects/{project.pk}/invitations", {"role": "researcher", "days": 3}).json()
    (listed,) = Client(admin).get(f"projects/{project.pk}/invitations").json()
    assert listed == {key: value for key, value in made.items() if key != "address"}
    path = made["address"].removeprefix("http://testserver")
    page = client.get(path)
    # Whoever only looks, such as the preview of a messenger, uses nothing up.
    assert (page.status_code, client.get(path).status_code, client.head(path).status_code) == (200, 200, 200)
    assert page["Referrer-Policy"] == "same-origin"
    assert "no-store" in page["Cache-Control"]
    answer = client.post(path, {"username": "ruth", "password": PASSWORD})
    assert (answer.status_code, answer.url) == (302, "/")
    ruth = User.objects.get(username="ruth")
    assert ruth.memberships.get(project=project).role == "researcher"
    assert client.get("/account").status_code == 200
    row = Invitation.objects.get()
    assert (row.used_by, row.open) == (ruth, False)
    other = Browser()
    for refused in (other.get(path), other.post(path, {"username": "eve", "password": PASSWORD})):
        assert refused.status_code == 410
    assert not User.objects.filter(username="eve").exists()
    assert Client(admin).get(f"projects/{project.pk}/invitations").json() == []


def test_somebody_with_an_account_joins(project: Project, admin: User, client: Browser) -> None:
    otto = make_user("otto")
    client.force_login(otto)
    path = invited(project, admin)
    assert "Join as otto" in client.get(path).content.decode()
    assert client.post(path).url == "/"
    assert otto.memberships.get().role == "annotator"
    # A member is one already, and the next link stays for somebody else.
    path = invited(project, admin, "admin")
    assert client.post(path).status_code == 409
    assert otto.memberships.get().role == "annotator"
    assert Invitation.objects.filter(used_at=None).count() == 1


def test_invitations_that_let_nobody_in(project: Project, admin: User, client: Browser) -> None:
    form = {"username": "ruth", "password": PASSWORD}
    revoked, expired, used = (invited(project, admin) for _ in range(3))
    first, second, _ = Invitation.objects.order_by("created_at")
    assert Client(admin).delete(f"projects/{project.pk}/invitations/{first.pk}").status_code == 204
    Invitation.objects.filter(pk=second.pk).update(expires_at=now() - timedelta(seconds=1))
    assert [client.post(path, form).status_code for path in (revoked, expired)] == [410, 410]
    forged = used[:-3] + ("aaa" if used[-3:] != "aaa" else "bbb")
    for path in (forged, "/invitation/x", f"/invitation/{'x' * 600}"):
        assert client.post(path, form).status_code == 404
    assert not User.objects.filter(username="ruth").exists()
    # Whom an admin has shut out does not come back by a link that somebody passed on.
    mine = make_user("otto", project).memberships.get()
    Membership.objects.filter(pk=mine.pk).update(standing="ended")
    client.force_login(mine.user)
    assert client.post(used).status_code == 409
    assert client.post(used).status_code == 409


@pytest.mark.parametrize(
    ("form", "complaint"),
    [
        ({"username": "adam", "password": PASSWORD}, "There is a user"),
        ({"username": "ruth", "password": "short"}, "too short"),
        ({"username": "<b>", "password": PASSWORD}, "&lt;b&gt;"),
        ({"username": "", "password": ""}, "required"),
    ],
)
def test_an_account_that_cannot_be_made(
    project: Project, admin: User, client: Browser, form: dict[str, str], complaint: str
) -> None:
    path = invited(project, admin)
    answer = client.post(path, form)
    assert answer.status_code == 422
    assert complaint in answer.content.decode()
    assert Invitation.objects.get().used_at is None


def test_the_owner_closes_an_account(owner: User, annotator: User, researcher: User) -> None:
    for user in (annotator, researcher):
        Browser().force_login(user)
        token_issue(user=user)
    client = Client(owner)
    rows = {each["username"]: each for each in client.get("accounts").json()}
    assert list(rows) == ["ann", "olga", "rita"]
    assert (rows["ann"]["sessions"], rows["ann"]["tokens"], rows["ann"]["projects"]) == (1, 1, 1)
    assert [each["username"] for each in client.get("accounts", {"name": "NN"}).json()] == ["ann"]
    assert [each["username"] for each in client.get("accounts", {"after": "ann"}).json()] == ["olga", "rita"]
    assert client.put(f"accounts/{annotator.pk}", {"is_active": False}).status_code == 204
    assert not Session.objects.filter(user=annotator).exists()
    assert not annotator.auth_token_set.exists()
    assert said(Client(annotator).get("me"))[0] == 401
    assert client.put(f"accounts/{annotator.pk}", {"is_active": True}).status_code == 204
    assert Client(annotator).get("me").status_code == 200
    assert said(client.put(f"accounts/{owner.pk}", {"is_active": False})) == (409, "own_account")
    assert client.post(f"accounts/{researcher.pk}/sign-out").status_code == 204
    assert not Session.objects.filter(user=researcher).exists()
    assert not researcher.auth_token_set.exists()
    assert said(client.post("accounts/99999/sign-out")) == (404, "not_found")


def test_what_was_done_with_members_is_written_down(project: Project, admin: User, owner: User) -> None:
    client, rob = Client(admin), make_user("rob")
    member = client.post(f"projects/{project.pk}/members", {"username": "rob", "role": "researcher"}).json()["id"]
    client.put(f"projects/{project.pk}/members/{member}", {"role": "annotator"})
    client.delete(f"projects/{project.pk}/members/{member}")
    Client(owner).post(f"accounts/{rob.pk}/sign-out")
    entries = Client(owner).get("audit").json()["results"]
    told = [(each["action"], each["target"], each["detail"]) for each in reversed(entries)]
    assert told[-4:] == [
        ("member.add", f"membership {member}", {"role": "researcher"}),
        ("member.role", f"membership {member}", {"from": "researcher", "to": "annotator"}),
        ("member.remove", f"membership {member}", {}),
        ("account.sign_out", f"user {rob.pk}", {}),
    ]
    assert "rob" not in str(told)


def test_projects_do_not_mix(project: Project, admin: User, owner: User) -> None:
    elsewhere = make_project(owner, "elsewhere")
    other = Client(owner).post(f"projects/{elsewhere.pk}/invitations", {"role": "admin"}).json()["id"]
    assert said(Client(admin).delete(f"projects/{project.pk}/invitations/{other}")) == (404, "not_found")
