"""Who lands where, and what the server draws itself."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, reverse

from annotator.models import Membership, Project, Role, User

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


@pytest.fixture
def project() -> Project:
    return Project.objects.create(slug="birds", name="Birds")


def person(project: Project | None, role: str, client: Client) -> User:
    user = User.objects.create_user(f"some-{role}", password=PASSWORD)
    if project is not None:
        Membership.objects.create(project=project, user=user, role=role)
    client.force_login(user)
    return user


@pytest.fixture
def dist(tmp_path: Path, settings) -> Path:
    settings.FRONTEND_DIST = tmp_path
    for name in ("annotate", "console"):
        (tmp_path / f"{name}.html").write_text(f"<!doctype html><title>{name}</title>")
    return tmp_path


def test_strangers_are_led_to_sign_in_and_back(client: Client) -> None:
    assert client.get("/").url == "/sign-in"
    assert client.get("/annotate/birds/7").url == "/sign-in?next=/annotate/birds/7"
    assert client.get("/console/jobs").url == "/sign-in?next=/console/jobs"


def test_signing_in_leads_on(client: Client, project: Project) -> None:
    person(project, Role.ANNOTATOR, client)
    client.logout()
    login = {"username": "some-annotator", "password": PASSWORD}
    assert client.post("/sign-in", login).url == "/"
    assert client.get("/").url == "/annotate/birds"
    client.logout()
    assert client.post("/sign-in", {**login, "next": "/annotate/birds/7"}).url == "/annotate/birds/7"
    client.logout()
    assert client.post("/sign-in", {**login, "next": "https://elsewhere.example/"}).url == "/"


def test_a_wrong_password_keeps_what_was_typed(client: Client) -> None:
    response = client.post("/sign-in", {"username": "<b>nobody</b>", "password": "wrong"})
    page = response.content.decode()
    assert "do not belong together" in page
    assert "&lt;b&gt;nobody&lt;/b&gt;" in page
    assert "<b>nobody" not in page


def test_signing_in_needs_the_forms_token(project: Project) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/sign-in", {"username": "a", "password": "b"}).status_code == 403


def test_signing_out_is_a_post(client: Client, project: Project) -> None:
    person(project, Role.ANNOTATOR, client)
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").url == "/sign-in"
    assert client.get("/").url == "/sign-in"


@pytest.mark.parametrize("role", [Role.ADMIN, Role.RESEARCHER])
def test_who_runs_a_project_lands_in_the_console(client: Client, project: Project, dist: Path, role: str) -> None:
    person(project, role, client)
    assert client.get("/").url == "/console"
    response = client.get("/console/jobs/3")
    assert b"".join(response.streaming_content) == b"<!doctype html><title>console</title>"
    assert "no-store" in response["Cache-Control"]
    assert "csrftoken" in response.cookies


def test_the_console_is_closed_to_annotators(client: Client, project: Project, dist: Path) -> None:
    person(project, Role.ANNOTATOR, client)
    assert client.get("/console").status_code == 403
    assert client.get("/annotate/birds").status_code == 200


def test_someone_without_a_project_is_told_so(client: Client) -> None:
    person(None, Role.ANNOTATOR, client)
    assert "There is no project for you yet" in client.get("/").content.decode()


def test_an_unbuilt_frontend_is_said_plainly(client: Client, project: Project, settings, tmp_path: Path) -> None:
    settings.FRONTEND_DIST = tmp_path
    person(project, Role.ANNOTATOR, client)
    response = client.get("/annotate/birds")
    assert response.status_code == 503
    assert "The frontend is not built" in response.content.decode()


def test_the_demos_doors_exist_in_the_demo_only(client: Client) -> None:
    assert not settings.DEMO
    assert "demo" not in client.get("/sign-in").content.decode()
    assert client.post("/sign-in/demo/admin").status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("demo_sign_in", args=["admin"])
