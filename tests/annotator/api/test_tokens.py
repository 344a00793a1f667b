"""What the token of a program may be used for, and for how long."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now
from rest_framework.test import APIClient

from annotator.domain.errors import DomainError
from annotator.models import Project, TokenGrant, User
from annotator.services.tokens import token_issue
from tests.annotator.factories import make_examples
from tests.annotator.http import API, Client

pytestmark = pytest.mark.django_db


def with_token(user: User, *scopes: str) -> APIClient:
    return APIClient(headers={"Authorization": f"Token {token_issue(user=user, scopes=scopes)[1]}"})


def said(answer: Any) -> tuple[int, str]:
    """A refusal of HEAD has no body to name a code."""
    return answer.status_code, answer.json()["code"] if answer.status_code >= 400 and answer.content else ""


def test_a_token_is_for_what_it_says_alone(project: Project, admin: User) -> None:
    make_examples(project)
    here, works = f"{API}/projects/{project.pk}", {}
    for scope in ("read", "annotate", "manage"):
        client = with_token(admin, scope)
        works[scope] = [
            said(client.get(f"{API}/me")),
            said(client.get(here)),
            said(client.head(f"{here}/examples")),
            said(client.get(f"{here}/examples")),
            said(client.post(f"{here}/assignments/next")),
            said(client.patch(here, {"name": "M"}, format="json")),
        ]
    refused, yes = (403, "scope_missing"), (200, "")
    assert works == {
        "read": [yes, yes, yes, yes, refused, refused],
        "annotate": [yes, yes, (403, ""), refused, yes, refused],
        "manage": [yes, refused, (403, ""), refused, refused, yes],
    }


def test_a_token_is_issued_for_a_time_and_to_a_person_alone(annotator: User) -> None:
    browser = Client(annotator)
    issued = browser.post("tokens", {"scopes": ["annotate", "read"], "name": "laptop"}).json()
    assert (issued["scopes"], issued["name"]) == (["read", "annotate"], "laptop")
    row = annotator.auth_token_set.get()
    assert timedelta(days=89.9) < row.expiry - now() < timedelta(days=90.1)
    (listed,) = browser.get("tokens").json()
    assert listed == {key: value for key, value in issued.items() if key != "token"}
    assert issued["token"] not in str(listed)
    program = with_token(annotator, "read", "annotate", "manage")
    again = program.post(f"{API}/tokens", {"scopes": ["read"]}, format="json")
    assert said(again) == (403, "scope_missing")
    for wrong in ({}, {"scopes": []}, {"scopes": ["all"]}, {"scopes": ["read"], "days": 366}):
        assert said(browser.post("tokens", wrong)) == (400, "invalid_input")


def test_what_no_token_may_be(annotator: User) -> None:
    for wrong in ({"scopes": ()}, {"scopes": ("all",)}, {"days": 0}, {"days": 366}):
        with pytest.raises(DomainError, match=r"^(scopes|days)"):
            token_issue(user=annotator, **wrong)
    row, token = token_issue(user=annotator)
    for scopes in ([], ["read", "all"]):
        with pytest.raises(IntegrityError), transaction.atomic():
            TokenGrant.objects.filter(token=row).update(scopes=scopes)
    # A token that nobody said anything about is for nothing.
    TokenGrant.objects.all().delete()
    assert APIClient(headers={"Authorization": f"Token {token}"}).get(f"{API}/me").status_code == 401
