"""The access table: whoever asks for whatever gets the answer that it says. `make access-table` prints it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings

from annotator.selectors import access
from tests.access import cells
from tests.access.checks import CHECKS, quick_health
from tests.access.table import TABLE
from tests.access.world import World, make_world
from tests.mutants.code import Mutants


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[World]:
    """Made once: every check takes back what it does."""
    with django_db_blocker.unblock(), override_settings(DATASETS_DIR=tmp_path_factory.mktemp("datasets")):
        made = make_world()
        with quick_health():
            yield made
        call_command("flush", verbosity=0, interactive=False)


@pytest.mark.django_db
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_answer_is_the_one_of_the_table(check: Any, world: World) -> None:
    tally = check(world)
    assert tally.cells
    assert not tally.wrong, "\n".join(tally.wrong)


@pytest.mark.django_db
def test_the_table_sees_what_is_wrong_with_the_code(world: World) -> None:
    """Of the mutants that `make access-table` makes, those of one function, against one row."""
    rows = {("get", "datasets/{dataset_id}"): TABLE["get", "datasets/{dataset_id}"]}
    mutants = list(Mutants("annotator.selectors.access", lambda name: name == "_check_role"))
    assert len(mutants) >= 4
    code = access._check_role.__code__
    for kind, where, put in mutants:
        put()
        seen = cells.cells(world, rows).wrong
        access._check_role.__code__ = code
        assert seen, (kind, where)
    assert not cells.cells(world, rows).wrong
