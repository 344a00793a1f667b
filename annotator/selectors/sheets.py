"""What a person was given to judge, and what their judgement is checked against."""

from dataclasses import dataclass

import orjson
from django.db import connection

from annotator.domain.desk import Desk
from annotator.domain.prompts import Passage
from annotator.domain.taxonomy import Taxonomy
from annotator.selectors.access import not_found
from annotator.selectors.projects import desk_parsed, taxonomy_parsed


@dataclass(frozen=True, slots=True)
class Sheet:
    """response_ids, texts: of the example's responses, by index; `judged`: how many of them, from the first, are to be
    judged. desk: what the assignment's person was given; `pay`: what the project gives for a text by now; gold: whether
    it is a check against gold."""

    assignment_id: int
    project_id: int
    person_id: int
    response_ids: list[int]
    texts: list[str]
    passages: list[Passage]
    judged: int
    taxonomy: Taxonomy
    desk: Desk
    corrections: bool
    pay: float
    simulated: bool
    gold: bool


SHEET = "SELECT * FROM annotator_sheet(%s, %s)"


def access_sheet(*, user_id: int, assignment_id: int) -> Sheet:
    """The sheet of the person's own assignment, in one query; DomainError not_found for anyone else's."""
    with connection.cursor() as cursor:
        cursor.execute(SHEET, [assignment_id, user_id])
        row = cursor.fetchone()
    if row is None:
        raise not_found("assignment", assignment_id)
    responses, passages, judged, taxonomy, desk, corrections, project_desk, project_id, simulated, gold = row
    ids, texts = zip(*orjson.loads(responses), strict=True)
    pay = desk_parsed(project_desk).pay
    return Sheet(
        assignment_id=assignment_id,
        project_id=project_id,
        person_id=user_id,
        response_ids=list(ids),
        texts=list(texts),
        passages=[Passage(each["title"], tuple(each["sentences"])) for each in orjson.loads(passages)],
        judged=judged,
        taxonomy=taxonomy_parsed(taxonomy),
        desk=desk_parsed(desk),
        corrections=corrections,
        pay=pay.per_text if pay else 0,
        simulated=simulated,
        gold=gold,
    )
