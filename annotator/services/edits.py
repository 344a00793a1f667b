"""Correcting what was submitted: one writer of a version wins, and nothing is written over unseen.

A person may correct their own annotation until an adjudicator has settled its example. Whether it fills a place, what
it earned and when it was submitted stay as they are, and so does every dataset that was frozen before.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from annotator.domain.errors import DomainError
from annotator.domain.feedback import to_json
from annotator.selectors.sheets import Sheet
from annotator.selectors.submitted import submitted_detail
from annotator.services.annotations import said_on, said_to_json

Json = dict[str, Any]

EDIT = """
SELECT annotator_edit(claim => %s, base => %s, seconds => %s, marks => %s)
FROM (SELECT set_config('redpen.actor', %s, true)) acting
"""


@dataclass(frozen=True, slots=True)
class Edited:
    """`version`: the one it is at by now. `replayed`: the same edit was here already."""

    annotation_id: UUID
    version: int
    counted: bool
    replayed: bool


class EditConflict(DomainError):
    """It was edited in between. `stored` and `sent`, each as {"version", "judgements", "comparisons"}."""

    def __init__(self, stored: Json, sent: Json) -> None:
        problem = f"is {sent['version']}, but the annotation is at {stored['version']}"
        super().__init__("version_conflict", f"If-Match: {problem}", {"If-Match": problem})
        self.stored = stored
        self.sent = sent


def annotation_edit(
    *,
    sheet: Sheet,
    version: int,
    judgements: list[Json],
    comparisons: list[Json],
    active_seconds: float | None = None,
) -> Edited:
    """Replace all that the person said by this, if it still is at the version; checked as a submit is.

    active_seconds: what the correction took, in addition. The same edit sent again is no conflict: its answer may have
    been lost. DomainError version_conflict (an EditConflict), adjudication_settled, not_found before the submit, and
    those of a submit about what was said. Locks the membership, then the annotation.
    """
    submitted = submitted_detail(user_id=sheet.person_id, assignment_id=sheet.assignment_id)
    said = said_on(sheet, judgements, comparisons)
    with connection.cursor() as cursor:
        marks, person = said_to_json(sheet, said), str(sheet.person_id)
        cursor.execute(EDIT, [sheet.assignment_id, version, active_seconds, marks, person])
        (outcome,) = cursor.fetchone()
    done = Edited(submitted["annotation_id"], version + 1, submitted["counted"], replayed=False)
    if outcome == "edited":
        return done
    if outcome == "settled":
        raise DomainError("adjudication_settled", "An adjudicator has settled this example; it can be edited no more.")
    stored = submitted_detail(user_id=sheet.person_id, assignment_id=sheet.assignment_id)
    told = {name: stored[name] for name in ("version", "judgements", "comparisons")}
    sent = {"version": version, "judgements": to_json(said.judgements), "comparisons": to_json(said.comparisons)}
    if told == {**sent, "version": version + 1}:
        return Edited(done.annotation_id, done.version, done.counted, replayed=True)
    raise EditConflict(told, sent)
