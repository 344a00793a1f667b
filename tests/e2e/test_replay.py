"""The replay of a few made judgements: what is entered on the page is what was imported."""

from typing import Any

import pytest

from annotator.domain.formats.qa_feedback import items_to_records
from tests.replay import made
from tests.replay.desk import SCREEN, Desk
from tests.replay.replaying import PLANS, compare, enter, set_up

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("mode", sorted(PLANS))
def test_what_is_entered_is_what_was_imported(transactional_db: None, context_of: Any, errors: Any, mode: str) -> None:
    records = items_to_records(made.items())
    page = errors(context_of(set_up(made.data(), records), viewport=SCREEN).new_page())
    items = list(enter(Desk(page), records, mode))
    assert sorted(item["question"] for item in items) == sorted(record.example.question for record in records)
    assert list(compare().values()) == [[]] * len(records)
