"""The dashboard over HTTP, and that each of its numbers is that of the items behind it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from annotator.models import Annotation, Project, Taxonomy, User
from annotator.selectors import items
from annotator.services.annotations import annotation_submit
from annotator.services.projects import project_update
from tests.annotator.factories import (
    OTHER_TEXT,
    TEXT,
    assignment_next,
    expire,
    judgement,
    make_examples,
    make_user,
    span,
    submission,
)
from tests.annotator.http import Client

IRRELEVANT = [span("two moons"), span("ring of ice")]
OTHERWISE = [span("has two moons", "incoherent")]
MISSING = {"type": "missing_answer", "evidence": [{"passage": 1, "sentence": 1}], "note": "one moon"}


def work(project: Project, person: User, spans: list[Any], missing: Any = (), **fields: Any) -> None:
    assignment = assignment_next(project=project, user=person)
    assert assignment
    marked = judgement(spans=spans, missing=list(missing))
    annotation_submit(assignment=assignment, **submission(judgements=[marked], **fields))


@pytest.fixture
def worked(project: Project, annotator: User) -> Project:
    """Three examples that want two judgements: one has both, one has one, one has none but surplus."""
    project = project_update(project=project, overlap=2, desk={"pay": {"currency": "EUR", "per_text": 0.5}})
    make_examples(project, 3)
    other = make_user("bob", project)
    work(project, annotator, IRRELEVANT, active_seconds=30)
    work(project, annotator, [], [MISSING], active_seconds=None)
    late = assignment_next(project=project, user=annotator)
    assert late
    Annotation.objects.update(created_at=timezone.now() - timedelta(hours=5))
    work(project, other, OTHERWISE, active_seconds=15)
    expire(late)
    for name in "cyd", "dan", "eve":
        assert assignment_next(project=project, user=make_user(name, project))
    annotation_submit(assignment=late, **submission(judgements=[judgement(text=TEXT)], active_seconds=15))
    return project


def test_numbers_and_their_items(worked: Project, researcher: User, annotator: User) -> None:
    client, path = Client(researcher), f"projects/{worked.pk}"
    board = client.get(f"{path}/dashboard").json()
    assert board["progress"] == {
        "examples": 3, "complete": 1, "wanted": 6, "done": 3, "leased": 3, "annotations": 4, "uncounted": 1,
        "annotators": 2,
    }  # fmt: skip
    assert board["coverage"] == [
        {"judgements": 0, "examples": 1}, {"judgements": 1, "examples": 1}, {"judgements": 2, "examples": 1}
    ]  # fmt: skip
    assert {each["key"]: each["marks"] for each in board["types"] if each["marks"]} == {
        "irrelevant": 2, "incoherent": 1, "missing_answer": 1
    }  # fmt: skip
    assert board["cost"]["earned"] == 2.0
    assert board["cost"]["projected"] == 3.5
    assert (board["cost"]["timed"], board["cost"]["active_seconds"], board["cost"]["seconds_each"]) == (3, 60, 20)
    assert board["cost"]["seconds_projected"] == 60 + 3 * 20
    assert board["cost"]["hourly"] == 2 / 60 * 3600

    def annotations(**query: Any) -> list[Any]:
        return client.get(f"{path}/annotations", query).json()["results"]

    def examples(**query: Any) -> list[Any]:
        return client.get(f"{path}/examples", query).json()["results"]

    progress = board["progress"]
    assert len(annotations()) == progress["annotations"]
    assert len(annotations(counted="true")) == progress["done"]
    assert len(annotations(counted="false")) == progress["uncounted"]
    assert len(examples()) == progress["examples"]
    assert len(examples(complete="true")) == progress["complete"]
    assert sum(each["wanted"] - each["done"] for each in examples(leased="true")) == progress["leased"]
    assert annotations(counted="false")[0]["example"]["id"] in [each["id"] for each in examples(judgements=0)]
    for covered in board["coverage"]:
        assert len(examples(judgements=covered["judgements"])) == covered["examples"]
    for kind in board["types"]:
        marks = [mark["type"] for each in annotations(type=kind["key"]) for mark in each["marks"]]
        assert marks.count(kind["key"]) == kind["marks"]
    for person in board["people"]:
        mine = annotations(person=person["pseudonym"])
        assert len(mine) == person["annotations"]
        assert sum(len(each["marks"]) for each in mine) == person["marks"]
        assert sum(each["active_seconds"] or 0 for each in mine) == person["active_seconds"]
        assert sum(each["counted"] for each in mine) == person["counted"]
        assert len(examples(person=person["pseudonym"])) == person["annotations"]
    names = [person["pseudonym"] for person in board["people"]]
    assert len(examples(person=names)) == 1
    splits = [examples(split=split) for split in ("train", "dev", "test")]
    assert sorted(each["id"] for found in splits for each in found) == sorted(each["id"] for each in examples())
    assert [each["confusions"] for each in examples(confused=["irrelevant", "incoherent"])] == [1]
    assert examples(confused=["irrelevant", "irrelevant"]) == []


def test_the_pace_is_by_the_hour_at_first_and_then_by_the_day(worked: Project, researcher: User) -> None:
    client, path = Client(researcher), f"projects/{worked.pk}/dashboard"
    pace = client.get(path).json()["pace"]
    assert (pace["unit"], [each["judgements"] for each in pace["points"]]) == ("hour", [2, 1])
    assert pace["reason"] is None
    assert pace["earliest_at"] < pace["expected_at"]
    assert pace["latest_at"] is None  # two and then nothing for hours
    Annotation.objects.filter(created_at__lt=timezone.now() - timedelta(hours=1)).update(
        created_at=timezone.now() - timedelta(days=9)
    )
    pace = client.get(path).json()["pace"]
    assert (pace["unit"], [each["judgements"] for each in pace["points"]]) == ("day", [2, 1])
    since = {"since": pace["points"][0]["start"], "until": pace["points"][1]["start"], "counted": "true"}
    assert len(client.get(f"projects/{worked.pk}/annotations", since).json()["results"]) == 2


def test_an_empty_project(project: Project, researcher: User) -> None:
    board = Client(researcher).get(f"projects/{project.pk}/dashboard").json()
    assert (board["coverage"], board["people"], board["pace"]["points"]) == ([], [], [])
    assert board["pace"]["reason"] == "nothing_wanted"
    assert (board["cost"]["currency"], board["cost"]["earned"], board["cost"]["seconds_each"]) == (None, None, None)
    assert set(board["progress"].values()) == {0}


def test_what_is_no_filter_is_refused(worked: Project, researcher: User) -> None:
    client, path = Client(researcher), f"projects/{worked.pk}"
    refused = {
        "annotations": [
            ({"assignment__user__password__startswith": "a"}, 400, "assignment__user__password__startswith"),
            ({"judgements": 1}, 400, "judgements"),
            ({"counted": "maybe"}, 400, "counted"),
            ({"since": "yesterday"}, 400, "since"),
            ({"limit": 101}, 400, "limit"),
            ({"person": "p-nobody"}, 422, "person"),
            ({"type": "rude"}, 422, "type"),
            ({"after": "1; DROP TABLE"}, 422, "after"),
            ({"after": "9" * 40 + "-1"}, 422, "after"),
        ],
        "examples": [
            ({"since": "2026-01-01T00:00:00Z"}, 400, "since"),
            ({"judgements": -1}, 400, "judgements"),
            ({"person": ["a", "b", "c"]}, 400, "person"),
            ({"confused": ["irrelevant"]}, 400, "confused"),
            ({"confused": ["irrelevant", "rude"]}, 422, "confused"),
            ({"split": "exam"}, 400, "split"),
        ],
    }
    for where, cases in refused.items():
        for query, status, field in cases:
            answer = client.get(f"{path}/{where}", query)
            assert (answer.status_code, list(answer.json()["fields"])) == (status, [field]), query
    assert client.get(f"{path}/examples/999999").status_code == 404


def test_pages_follow_each_other_however_rare_what_is_looked_for_is(
    worked: Project, researcher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each page looks at two rows here; together they still hold everything, once."""
    client, path = Client(researcher), f"projects/{worked.pk}"

    def walk(where: str, **query: Any) -> list[Any]:
        found, after, pages = [], None, 0
        while pages < 20:
            page = client.get(f"{path}/{where}", {**query, "limit": 1, **({"after": after} if after else {})}).json()
            found, after, pages = found + page["results"], page["next"], pages + 1
            if after is None:
                return [each.get("record_id", each.get("id")) for each in found]
        raise AssertionError("never ends")

    queries = [("annotations", {}), ("annotations", {"type": "missing_answer"}), ("annotations", {"counted": "false"})]
    queries += [("examples", {}), ("examples", {"judgements": 2}), ("examples", {"judgements": 0})]
    queries += [("examples", {"split": split}) for split in ("train", "dev", "test")]
    whole = [walk(where, **query) for where, query in queries]
    assert [len(each) for each in whole[:6]] == [4, 1, 1, 3, 1, 1]
    for walked in (2, 1):
        monkeypatch.setattr(items, "WALKED", walked)
        assert [walk(where, **query) for where, query in queries] == whole


def test_an_example_with_all_that_was_said(worked: Project, researcher: User) -> None:
    client, path = Client(researcher), f"projects/{worked.pk}/examples"
    (row,) = client.get(path, {"judgements": 2}).json()["results"]
    shown = client.get(f"{path}/{row['id']}").json()
    assert [each["text"] for each in shown["responses"]] == [TEXT, OTHER_TEXT]
    assert [len(each["judgements"][0]["spans"]) for each in shown["annotations"]] == [2, 1]
    assert [each["person"] for each in shown["annotations"]] == row["judged_by"]
    assert shown["annotations"][0]["comparisons"][0]["preferred"] == "tie"
    for each in shown["annotations"]:
        for mark in each["judgements"][0]["spans"]:
            assert TEXT[mark["start"] : mark["end"]] == mark["quote"]


def test_types_of_an_older_taxonomy_are_still_found(worked: Project, researcher: User) -> None:
    Taxonomy.objects.filter(project=worked).update(version="0")
    answer = Client(researcher).get(f"projects/{worked.pk}/annotations", {"type": "irrelevant"})
    assert len(answer.json()["results"]) == 1
