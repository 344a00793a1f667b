"""A project with its people. Models are imported inside: pytest reads this file before Django is set up."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def datasets_dir(settings: Any, tmp_path: Path) -> Path:
    settings.DATASETS_DIR = tmp_path / "datasets"
    return settings.DATASETS_DIR


@pytest.fixture
def owner(db: None) -> Any:
    from tests.annotator.factories import make_user

    return make_user("olga", is_staff=True)


@pytest.fixture
def project(owner: Any) -> Any:
    from tests.annotator.factories import make_project

    return make_project(owner)


@pytest.fixture
def annotator(project: Any) -> Any:
    return _member(project, "ann", "annotator")


@pytest.fixture
def researcher(project: Any) -> Any:
    return _member(project, "rita", "researcher")


@pytest.fixture
def admin(project: Any) -> Any:
    return _member(project, "adam", "admin")


def _member(project: Any, username: str, role: str) -> Any:
    from tests.annotator.factories import make_user

    return make_user(username, project, role)
