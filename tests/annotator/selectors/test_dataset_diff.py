"""Two datasets of one project, and what lies between them."""

import pytest

from annotator.domain.errors import DomainError
from annotator.models import Project, Span, User
from annotator.selectors.dataset_diff import dataset_diff
from annotator.selectors.datasets import dataset_bytes
from annotator.services.annotations import annotation_submit
from annotator.services.datasets import dataset_freeze
from tests.annotator.factories import assignment_next, make_examples, submission

pytestmark = pytest.mark.django_db(transaction=True)


def judge(project: Project, user: User) -> None:
    assignment = assignment_next(project=project, user=user)
    assert assignment
    annotation_submit(assignment=assignment, **submission())


def test_what_was_added_and_changed(project: Project, annotator: User) -> None:
    make_examples(project, 2)
    judge(project, annotator)
    old = dataset_freeze(project=project, user=None, name="old")
    Span.objects.update(type="incoherent")
    judge(project, annotator)
    new = dataset_freeze(project=project, user=None, name="new")
    diff = dataset_diff(old=old, new=new)
    assert {side: found["count"] for side, found in diff["records"].items()} == {"added": 1, "removed": 0, "changed": 1}
    assert [item["id"] for item in diff["examples"]["added"]["items"]] == ["e1"]
    assert diff["examples"]["changed"]["count"] == 0
    counts = {(row["group"], row["key"]): (row["old"], row["new"]) for row in diff["counts"]}
    assert counts["totals", "records"] == (1, 2)
    assert counts["spans", "incoherent"] == (0, 1)
    assert counts["spans", "irrelevant"] == (1, 1)
    back = dataset_diff(old=new, new=old)
    assert back["records"]["removed"]["count"] == 1


def test_bytes_that_are_not_those_that_were_frozen_are_refused(project: Project, annotator: User) -> None:
    make_examples(project)
    judge(project, annotator)
    dataset = dataset_freeze(project=project, user=None, name="d")
    with (dataset.path / "feedback.jsonl").open("ab") as file:
        file.write(b"{}\n")
    with pytest.raises(DomainError, match="is damaged: feedback") as caught:
        dataset_bytes(dataset=dataset, format="jsonl")
    assert caught.value.code == "dataset_damaged"
