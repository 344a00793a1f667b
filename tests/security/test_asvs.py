"""The page about ASVS says what the table says, of every requirement, and links to tests that are there."""

import re
from collections import Counter

from tests.security.asvs import PAGE, ROOT, VERDICTS, page, requirements

# Of each chapter, how many requirements of level 1 and 2 the standard has.
COUNTS = {
    1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 10: 29, 11: 14, 12: 9, 13: 13, 14: 9, 15: 13,
    16: 16, 17: 7,
}


def test_the_page_is_made_of_the_table() -> None:
    assert PAGE.read_text("utf-8") == page(requirements()), "run `make asvs`"


def test_every_requirement_is_there_once_and_in_order() -> None:
    rows = requirements()
    ids = [tuple(map(int, row.id[1:].split("."))) for row in rows]
    assert ids == sorted(set(ids))
    assert (len(rows), Counter(row.level for row in rows)) == (253, {"1": 70, "2": 183})
    assert Counter(row.chapter for row in rows) == COUNTS


def test_every_verdict_has_its_reason_and_every_test_is_there() -> None:
    for row in requirements():
        assert row.verdict in VERDICTS, row.id
        assert row.requirement, row.id
        assert row.reason, row.id
        file, _, name = row.test.partition("::")
        if file:
            assert (ROOT / file).is_file(), f"{row.id}: there is no {file}"
            assert not name or re.search(rf"^def {name}\b", (ROOT / file).read_text("utf-8"), re.M), row.id
