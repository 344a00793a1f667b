"""People who come into a study by a link, and work in it."""

from django.test import Client

from annotator.models import Participation, Study, User
from annotator.services.annotations import annotation_submit
from annotator.services.entry_links import links_make
from tests.annotator.factories import assignment_next, submission


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
