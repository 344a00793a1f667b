"""`make study` in small: three people, one of whom completes, one leaves on the platform and one does not qualify."""

from typing import Any

import pytest

from tests.annotator.prolific import prolific_here
from tests.study.running import run

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_three_people_at_once(live_server: Any) -> None:
    with prolific_here() as prolific:
        figures = run(prolific, live_server.url, plans={"pause": 1, "return": 1, "fail": 1}, seed=1)
    assert figures["problems"] == []
