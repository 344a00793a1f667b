"""All states of all screens: scenes that come into them one after the other."""

from tests.e2e.states import (  # noqa: F401
    adjudication,
    console,
    desk,
    members,
    paying,
    people,
    quality,
    safety,
    studies,
    texts,
    way,
)
from tests.e2e.states.scenes import SCENES, World

__all__ = ["SCENES", "World"]
