"""Every state of every screen is accessible and fits. `make gallery` shows them all, and looks at zoom and at large
letters in the dark too, which costs more time than it is likely to find anything."""

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.states import SCENES, World
from tests.e2e.states.looks import LOOKS, THEMES, problems, seen_as

SEEN = [(look, theme) for look in LOOKS for theme in THEMES if theme == "light" or look in LOOKS[:2]]

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("name", SCENES)
def test_nothing_is_wrong_with_how_it_looks(name: str, context_of: Any, tmp_path: Path) -> None:
    world = World(context_of, tmp_path)
    found: list[tuple[str, str, str, str]] = []
    for state, page in SCENES[name](world):
        for look, theme in SEEN:
            with seen_as(page, look, theme):
                found += [(state, look.name, theme, problem) for problem in problems(page, look, theme)]
    world.close()
    assert (found, world.broken) == ([], [])
