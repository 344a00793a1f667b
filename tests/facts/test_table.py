"""The table is whole, and names tests that there are."""

import re
from pathlib import Path

from tests.facts.table import FACTS


def test_forty_facts() -> None:
    assert [fact.number for fact in FACTS] == list(range(1, 41))
    assert all(bool(fact.tests) is not bool(fact.why) for fact in FACTS)
    assert all(fact.tests for fact in FACTS if 18 <= fact.number <= 34)


def test_every_test_is_there() -> None:
    for fact in FACTS:
        for node in fact.tests:
            path, name = node.split("::")
            assert re.search(rf"^def {name}\(", Path(path).read_text(), re.MULTILINE), f"fact {fact.number}: {node}"
