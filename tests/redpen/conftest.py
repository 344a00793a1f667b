"""A project on a real server, and its admin's token."""

from pathlib import Path
from typing import Any

import pytest

from redpen import Client


@pytest.fixture
def project(transactional_db: None, settings: Any, tmp_path: Path) -> Any:
    from tests.annotator.factories import make_project, make_user

    settings.DATASETS_DIR = tmp_path / "datasets"
    owner = make_user("olga", is_staff=True)
    owner.set_password("correct horse battery")
    owner.save()
    return make_project(owner, overlap=2)


@pytest.fixture
def token_of(project: Any) -> Any:
    """The token of a person, made a member if there is none of that name."""
    from annotator.models import User
    from annotator.services.tokens import token_issue
    from tests.annotator.factories import make_user

    def token(username: str) -> str:
        user = User.objects.filter(username=username).first() or make_user(username, project)
        issued: str = token_issue(user=user)[1]
        return issued

    return token


@pytest.fixture
def olga(live_server: Any, token_of: Any) -> Client:
    return Client(live_server.url, token_of("olga"))
