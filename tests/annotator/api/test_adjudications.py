"""Adjudication over HTTP: versions by If-Match, both of them on a conflict, names only when they are asked for."""

from dataclasses import asdict
from typing import Any

import pytest

from annotator.models import AdjudicationReveal, Project, User
from tests.annotator.adjudicating import judged_twice, work
from tests.annotator.factories import judgement
from tests.annotator.http import Client

pytestmark = pytest.mark.django_db

NOTHING = {"results": [], "more": False}


def at(version: int) -> dict[str, Any]:
    return {"headers": {"If-Match": f'"{version}"'}}


def test_the_way_of_a_record(project: Project, researcher: User, admin: User) -> None:
    example = judged_twice(project)
    client, other = Client(researcher), Client(admin)
    path = f"examples/{example.pk}/adjudication"
    (waiting,) = client.get(f"projects/{project.pk}/disputes").json()["results"]
    assert (waiting["id"], waiting["judgements"], waiting["state"]) == (example.pk, 2, None)
    assert client.get(path).json()["adjudication"] is None
    saved = client.put(path, asdict(work()), **at(0))
    assert (saved.status_code, saved.headers["ETag"], saved.json()["version"]) == (200, '"1"', 1)
    refused = other.post(f"{path}/settle", asdict(work(judgements=[judgement()])), **at(0))
    assert (refused.status_code, refused.json()["code"]) == (412, "version_conflict")
    assert (refused.json()["stored"]["version"], refused.json()["sent"]["version"]) == (1, 0)
    assert refused.json()["stored"]["judgements"] == saved.json()["judgements"]
    assert refused.json()["sent"]["judgements"][0]["spans"] == []
    assert client.put(path, asdict(work())).json()["code"] == "version_required"
    settled = other.post(f"{path}/settle", asdict(work()), **at(1)).json()
    assert (settled["state"], settled["version"], settled["mine"]) == ("settled", 2, True)
    assert client.get(f"projects/{project.pk}/disputes").json() == {**NOTHING, "why_none": "no_match"}
    (done,) = client.get(f"projects/{project.pk}/disputes", {"state": "settled"}).json()["results"]
    assert done["state"] == "settled"
    assert client.put(path, asdict(work()), **at(2)).status_code == 409
    reopened = client.post(f"{path}/reopen", {"reason": "too strict"}, **at(2)).json()
    assert (reopened["state"], reopened["reopen_reason"]) == ("reopened", "too strict")


def test_names_come_only_when_they_are_asked_for(project: Project, researcher: User) -> None:
    example = judged_twice(project)
    path = f"examples/{example.pk}/adjudication"
    assert [each["who"] for each in Client(researcher).get(path).json()["annotations"]] == [None, None]
    assert not AdjudicationReveal.objects.exists()
    revealed = Client(researcher).get(path, {"reveal": "1"}).json()["annotations"]
    assert len({each["who"]["pseudonym"] for each in revealed}) == 2
    assert AdjudicationReveal.objects.get().user == researcher


def test_nothing_to_settle_says_why(project: Project, researcher: User) -> None:
    client = Client(researcher)
    assert client.get(f"projects/{project.pk}/disputes").json() == {**NOTHING, "why_none": "no_overlap"}
    judged_twice(project)
    page = client.get(f"projects/{project.pk}/disputes", {"type": "incoherent"}).json()
    assert page == {**NOTHING, "why_none": "no_match"}
