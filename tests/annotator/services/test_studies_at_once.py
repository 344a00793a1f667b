"""Many people at one door, and two ends of one part, at the same moment."""

from collections import Counter
from functools import partial
from typing import Any

import pytest
from django.utils.timezone import now

from annotator.domain.errors import DomainError
from annotator.models import (
    Assignment,
    IdentityProof,
    Membership,
    Participation,
    PlatformIdentity,
    Project,
    Slot,
    Study,
    User,
)
from annotator.services.annotations import annotation_submit
from annotator.services.entry import enter_by_claim, enter_by_link
from annotator.services.entry_links import link_of, links_make
from annotator.services.parts import part_finish, part_heard, part_stop
from annotator.services.providers.interface import Claim
from tests.annotator.factories import assignment_next, make_examples, make_study, submission
from tests.annotator.services.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def told(call: Any, **arguments: Any) -> str:
    try:
        call(**arguments)
    except DomainError as error:
        return error.code
    return "done"


def test_fifty_people_on_twenty_places(project: Project, owner: User) -> None:
    study = make_study(project, owner, places=20)
    links = [each.link for each in links_make(study=study, made_by=owner, people=[""] * 50, days=1)]
    answers = at_once([partial(told, enter_by_link, link=link) for link in links])
    assert Counter(answers) == {"done": 20, "study_full": 30}
    assert study.participations.count() == Membership.objects.filter(role="annotator").count() == 20
    # Whoever found no place can come again by the same link.
    assert study.links.filter(used_at__isnull=False).count() == 20


def test_one_link_twenty_times(project: Project, owner: User) -> None:
    study = make_study(project, owner)
    (made,) = links_make(study=study, made_by=owner, people=[""], days=1)
    answers = at_once([lambda: told(enter_by_link, link=link_of(made.token))] * 20)
    assert Counter(answers) == {"done": 1, "link_used": 19}
    assert Participation.objects.count() == 1


def test_one_person_in_twenty_tabs_of_two_studies(project: Project, owner: User) -> None:
    fields = {"provider": "prolific", "places": 9, "codes": {"completed": "C"}}
    studies = [make_study(project, owner, name, external_id=name, **fields) for name in ("s1", "s2")]

    def enter(number: int) -> str:
        study = studies[number % 2]
        claim = Claim("p1", f"session{study.pk}", study.external_id)
        return told(enter_by_claim, study=study, claim=claim, proof=IdentityProof.API, present=None)

    answers = at_once([partial(enter, number) for number in range(20)])
    assert Counter(answers) == {"done": 10, "other_study": 10}
    assert Participation.objects.count() == PlatformIdentity.objects.count() == 1


def test_a_claim_made_in_twenty_browsers_is_one_persons(project: Project, owner: User) -> None:
    study = make_study(project, owner, claim_parameter="pid")
    enter = partial(
        told, enter_by_claim, study=study, claim=Claim("p1"), proof=IdentityProof.CLAIM, present=None
    )
    assert Counter(at_once([enter] * 20)) == {"done": 1, "identity_in_use": 19}


@pytest.mark.parametrize("rival", ["timed out", "stopped"])
def test_finishing_and_another_end_at_once(project: Project, owner: User, rival: str) -> None:
    make_examples(project, 40)
    study = make_study(project, owner, places=9, texts=1)
    seen = Counter[str]()
    for link in [each.link for each in links_make(study=study, made_by=owner, people=[""] * 8, days=1)]:
        part = enter_by_link(link=link)
        given = assignment_next(project=project, user=part.user)
        assert given
        annotation_submit(assignment=given, **submission())
        other = partial(told, part_heard, part=part, word="TIMED-OUT", said_at=now())
        if rival == "stopped":
            other = partial(told, part_stop, part=part)
        at_once([partial(told, part_finish, part=part), other])
        part.refresh_from_db()
        assert (part.state, bool(part.code)) in (("completed", True), ("timed_out", False))
        assert part.finished_at
        seen[part.state] += 1
    assert rival != "stopped" or seen == {"completed": 8}
    assert seen.total() == 8


def test_a_text_handed_out_while_its_person_is_timed_out_goes_back(project: Project, owner: User) -> None:
    make_examples(project, 8)
    study = make_study(project, owner, places=9)
    for link in [each.link for each in links_make(study=study, made_by=owner, people=[""] * 8, days=1)]:
        part = enter_by_link(link=link)
        take = partial(told, assignment_next, project=project, user=part.user)
        at_once([take, partial(part_heard, part=part, word="RETURNED", said_at=now())])
        assert told(assignment_next, project=project, user=part.user) == "work_finished"
    assert not Assignment.objects.filter(state="active").exists()
    assert set(Slot.objects.values_list("state", flat=True)) == {"open"}
    assert Study.objects.get().participations.filter(state="returned").count() == 8
