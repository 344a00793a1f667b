"""A study on the stand-in for Prolific, and people who come from there."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test import Client, override_settings

from annotator.models import Project, Study, User
from annotator.services.studies import study_create, study_update
from tests.prolific.standin import StandIn

TEXTS = 2


@contextmanager
def prolific_here() -> Iterator[StandIn]:
    """The stand-in, which Redpen takes for Prolific meanwhile, and for which nobody is patient."""
    with StandIn() as standin, override_settings(**standin.settings()), pytest.MonkeyPatch.context() as patch:
        patch.setattr("annotator.services.providers.http.TIMEOUT_SECONDS", 1.0)
        patch.setattr("annotator.services.providers.http.PAUSE_SECONDS", 0.0)
        yield standin


def open_study(standin: StandIn, project: Project, owner: User, places: int = 3, **fields: Any) -> Study:
    key = standin.study(places=places)
    size = {"texts": TEXTS, "currency": "GBP", "target_per_hour": 12, "screen_out_reward": 1, **fields}
    study = study_create(
        project=project, made_by=owner, name=f"on Prolific {key}", provider="prolific", external_id=key, **size
    )
    return study_update(study=study, made_by=owner, state="open")


def door(study: Study) -> str:
    return f"/enter/study/{study.pk}"


def claim_at(client: Client, address: str) -> str:
    """What the page carries along of its address."""
    page = client.get(address)
    assert page.status_code == 200, page.content
    return page.content.decode().split('name="claim" value="')[1].split('"')[0]


def come_from(standin: StandIn, study: Study, session: str, token: str = "") -> tuple[Client, Any]:
    """A browser that was sent by the stand-in, and how it was received."""
    client = Client()
    claim = claim_at(client, standin.address(study.external_id, session, door(study), token))
    return client, client.post(door(study), {"claim": claim})
