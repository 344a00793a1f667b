"""All states of all screens: scenes that come into them one after the other."""

from tests.e2e.states import adjudication, console, desk, people, quality, safety, texts, way  # noqa: F401
from tests.e2e.states.scenes import SCENES, World

__all__ = ["SCENES", "World"]
