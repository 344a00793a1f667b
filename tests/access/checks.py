"""All the checks, for the tests, for `make access-table` and for the mutants."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from annotator.api import health
from tests.access import cells, writing
from tests.access.asking import Tally
from tests.access.world import World

CHECKS: tuple[Callable[[World], Tally], ...] = (
    cells.cells,
    cells.pages,
    cells.heads,
    cells.methods_not_offered,
    cells.tokens,
    cells.keys_of_another_project,
    cells.other_sites,
    cells.second_factor,
    cells.closed_accounts,
    writing.strange_questions,
    writing.fields_that_are_only_told,
    cells.declared,
    cells.undocumented,
)


@contextmanager
def quick_health() -> Iterator[None]:
    """/healthz waits for workers, of which there are none here."""
    with patch.object(health, "PING_SECONDS", 0.05), patch.object(health, "ANSWER_SECONDS", 0.2):
        yield
