"""Two projects with one of everything in each, and everyone who might ask for it."""

from dataclasses import dataclass
from typing import Any

from django_otp import DEVICE_ID_SESSION_KEY
from rest_framework.test import APIClient

from annotator.domain.scopes import SCOPES
from annotator.models import GoldOrigin, Job, ModelVersion, Payment, Project, Role, User
from annotator.services.annotations import annotation_submit
from annotator.services.datasets import dataset_freeze
from annotator.services.entry_links import links_make
from annotator.services.gold import gold_make
from annotator.services.invitations import invitation_make
from annotator.services.lessons import lessons_replace
from annotator.services.tokens import token_issue
from tests.annotator.factories import (
    TIE,
    assignment_next,
    ended_part,
    lesson,
    make_examples,
    make_project,
    make_study,
    make_user,
    submission,
)

Keys = dict[str, Any]


@dataclass
class World:
    """keys: of what is in the project and of its annotator; `others`: the same of another project.

    clients: each caller's browser; verified: the same, where they have shown a second factor; tokens: each caller's, by
    what it is for.
    """

    people: dict[str, User | None]
    keys: Keys
    others: Keys
    clients: dict[str, APIClient]
    verified: dict[str, APIClient]
    tokens: dict[tuple[str, str], str]

    def program(self, who: str, scope: str) -> APIClient:
        headers = {"Authorization": f"Token {self.tokens[who, scope]}"}
        return APIClient(headers=headers, raise_request_exception=False)


def make_world() -> World:
    owner = make_user("olga", is_staff=True)
    # The owner of the site sees no more of a project than anybody who is not in it.
    here, elsewhere = (_without(owner, make_project(owner, slug, overlap=3)) for slug in ("moons", "elsewhere"))
    people = {
        "anonymous": None,
        "annotator": make_user("ann", here),
        "other_annotator": make_user("otto", here),
        "researcher": make_user("rita", here, Role.RESEARCHER),
        "admin": make_user("adam", here, Role.ADMIN),
        "admin_of_another": make_user("zoe", elsewhere, Role.ADMIN),
        "site_owner": owner,
    }
    keys = one_of_everything(here, people["annotator"])
    others = one_of_everything(elsewhere, make_user("eve", elsewhere))
    asking = {who: person for who, person in people.items() if person}
    tokens = {
        (who, scope): token_issue(user=person, scopes=[scope])[1] for who, person in asking.items() for scope in SCOPES
    }
    clients, verified = ({who: browser(person) for who, person in people.items()} for _ in range(2))
    for who in asking:
        session = verified[who].session
        session[DEVICE_ID_SESSION_KEY] = "app"
        session.save()
    return World(people, keys, others, clients, verified, tokens)


def browser(person: User | None, **options: Any) -> APIClient:
    client = APIClient(raise_request_exception=False, **options)
    if person:
        client.force_login(person)
    return client


def one_of_everything(project: Project, annotator: User) -> Keys:
    example, _ = make_examples(project, 2)
    first = assignment_next(project=project, user=annotator)
    assert first
    body = submission()
    annotation_submit(assignment=first, **body)
    assignment = assignment_next(project=project, user=annotator)
    assert assignment
    lessons_replace(project=project, lessons=[lesson("tutorial")])
    gold = gold_make(example=example, judgements=[], comparisons=[TIE], origin=GoldOrigin.ADJUDICATION, made_by=None)
    model = ModelVersion.objects.create(project=project, name="m", kind="policy", path="x", sha256="0")
    study = make_study(project, annotator)
    (link,) = links_make(study=study, made_by=annotator, people=[""], days=1)
    invitation, invitation_token = invitation_make(project=project, role="annotator", days=1, made_by=annotator)
    part = ended_part(study, make_user(f"crowd-{project.slug}", project))
    proposed, approved = (
        Payment.objects.create(participation=part, kind="bonus", amount=1, currency="GBP", **state)
        for state in ({}, {"state": "approved", "approved_by": annotator})
    )
    return {
        "participant_id": part.pk,
        "payment_id": proposed.pk,
        "approved_id": approved.pk,
        "project_id": project.pk,
        "slug": project.slug,
        "example_id": assignment.example_id,
        "assignment_id": assignment.pk,
        "record_id": body["client_id"],
        "dataset_id": dataset_freeze(project=project, user=None, name="d").pk,
        "job_id": Job.objects.create(project=project, kind="sft").pk,
        "model_id": model.pk,
        "lesson_id": project.lessons.get().pk,
        "token_key": token_issue(user=annotator)[0].token_key,
        "member_id": annotator.memberships.get().pk,
        "gold_id": gold.pk,
        "study_id": study.pk,
        "link_id": link.link.pk,
        "entry_token": link.token,
        "invitation_id": invitation.pk,
        "invitation_token": invitation_token,
        "account_id": annotator.pk,
        "file_name": "train.jsonl",
    }


def _without(person: User, project: Project) -> Project:
    project.memberships.filter(user=person).delete()
    return project
