"""`make entry-links` in small."""

from typing import Any

import pytest
from django.conf import settings as django_settings

from tests.annotator.prolific import prolific_here
from tests.entry_links import running

pytestmark = pytest.mark.django_db(transaction=True)


def test_nobody_gets_in_who_was_not_let_in() -> None:
    with prolific_here() as prolific:
        figures = running.run(prolific, count=300, valid=5, seed=1)
    assert running.problems(figures) == []
    assert len(figures["by kind"]) > 25


def test_a_door_that_looks_at_nothing_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the check of sessions and tokens, attempts get in and are counted."""

    def believe(*arguments: Any, **options: Any) -> str:
        return "api"

    monkeypatch.setattr("annotator.services.providers.prolific.ProlificProvider.check", believe)
    with prolific_here() as prolific:
        assert prolific.environment()["PROLIFIC_API"] == django_settings.PROLIFIC_API
        figures = running.run(prolific, count=60, valid=3, seed=1)
    assert figures["accepted"] > 5
    assert running.problems(figures)
