"""A part of what `make bombs` throws: each is refused. How fast, and in how much memory, is measured there."""

from typing import Any

import pytest

from tests.security.bombs import BOMBS, sent, world

pytestmark = pytest.mark.django_db(transaction=True)


def test_bombs_are_refused(live_server: Any) -> None:
    assert len(BOMBS) >= 50
    token, keys = world()
    passed = {}
    for name in list(BOMBS)[::4]:
        status, _ = sent(live_server.url, BOMBS[name](), token, keys)
        if not 400 <= status < 500:
            passed[name] = status
    assert passed == {}
