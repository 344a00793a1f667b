"""Tallies while many work at once and they are folded meanwhile."""

from functools import partial

import pytest

from annotator.models import Project, User
from annotator.services.annotations import annotation_submit
from annotator.services.projects import project_update
from annotator.services.tallies import tallies_fold
from tests.annotator.factories import assignment_next, make_examples, make_user, submission
from tests.annotator.models.test_tallies import counted, kept
from tests.annotator.services.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_submit_is_lost_or_counted_twice(project: Project) -> None:
    project = project_update(project=project, overlap=3)
    make_examples(project, 12)
    people = [make_user(f"a{number}", project) for number in range(6)]

    def work(person: User) -> None:
        while assignment := assignment_next(project=project, user=person):
            annotation_submit(assignment=assignment, **submission())

    def fold() -> None:
        for _ in range(40):
            tallies_fold()

    at_once([*(partial(work, person) for person in people), fold, fold])
    tallies = kept(project)
    assert tallies == counted(project)
    assert tallies["coverage"] == {(3, 3): 12}
    tallies_fold()
    assert kept(project) == tallies
