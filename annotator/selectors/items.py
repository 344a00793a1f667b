"""Which annotations and examples a number is made of: pages of them, each at a constant cost.

A page walks an index from where the last one ended, past at most WALKED rows, and keeps those that the filters let
through. So it may hold fewer than were asked for and still be followed by more. What may be filtered by stands here,
and values are parameters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from annotator.domain.errors import DomainError
from annotator.domain.splits import split_of
from annotator.models import Membership, Project, Taxonomy
from annotator.selectors.projects import taxonomy_of

# Rows that one page looks at.
WALKED = 5000
MOST = 2**63 - 1
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# OFFSET 0 keeps the planner from making a join over all rows out of a question about one.
ANNOTATIONS = """
SELECT a.id FROM (
    SELECT id, created_at, assignment_id FROM annotator_annotation
    WHERE project_id = %(project)s {bounds} ORDER BY created_at DESC, id DESC LIMIT %(walked)s
) a WHERE {conditions} ORDER BY a.created_at DESC, a.id DESC LIMIT %(limit)s
"""
ANNOTATION_BOUNDS = {
    "since": "AND created_at >= %(since)s",
    "until": "AND created_at < %(until)s",
    "after": "AND (created_at, id) < (%(after_time)s, %(after_id)s)",
}
ANNOTATION_FILTERS = {
    "user": "(SELECT s.user_id FROM annotator_assignment s WHERE s.id = a.assignment_id) = %(user)s",
    "counted": "(SELECT s.slot_id IS NOT NULL FROM annotator_assignment s WHERE s.id = a.assignment_id) = %(counted)s",
    "type": """(
        EXISTS (SELECT FROM annotator_judgement j JOIN annotator_span m ON m.judgement_id = j.id
            WHERE j.annotation_id = a.id AND m.type = %(type)s OFFSET 0)
        OR EXISTS (SELECT FROM annotator_judgement j JOIN annotator_missingmark m ON m.judgement_id = j.id
            WHERE j.annotation_id = a.id AND m.type = %(type)s OFFSET 0))""",
}

EXAMPLES = """
SELECT e.id, e.question FROM (
    SELECT id, external_id, question FROM annotator_example
    WHERE project_id = %(project)s {bounds} ORDER BY external_id LIMIT %(walked)s
) e WHERE EXISTS (SELECT FROM annotator_slot s WHERE s.example_id = e.id OFFSET 0) AND {conditions}
ORDER BY e.external_id LIMIT %(limit)s
"""
EXAMPLE_BOUNDS = {"after": "AND external_id > %(after)s", "ids": "AND id = ANY(%(ids)s)"}
EXAMPLE_FILTERS = {
    "judgements": "(SELECT count(*) FROM annotator_slot s WHERE s.example_id = e.id AND s.state = 'done')"
    " = %(judgements)s",
    "complete": "EXISTS (SELECT FROM annotator_slot s WHERE s.example_id = e.id AND s.state <> 'done' OFFSET 0)"
    " <> %(complete)s",
    "leased": "EXISTS (SELECT FROM annotator_assignment s WHERE s.example_id = e.id AND s.state = 'active'"
    " AND s.slot_id IS NOT NULL AND s.leased_until > now() OFFSET 0) = %(leased)s",
    "users": "(SELECT count(*) FROM annotator_assignment s JOIN annotator_annotation a ON a.assignment_id = s.id"
    " WHERE s.example_id = e.id AND s.user_id = ANY(%(users)s)) = cardinality(%(users)s)",
    "one": "({confusions}) > 0",
}
# Pairs of marks of the two types, by different people, that share a character or a missing sentence.
CONFUSIONS = """
SELECT count(*) / CASE WHEN %(one)s = %(other)s THEN 2 ELSE 1 END
FROM annotator_response r
JOIN annotator_judgement j ON j.response_id = r.id JOIN annotator_judgement k ON k.response_id = r.id
    AND k.annotation_id <> j.annotation_id
CROSS JOIN LATERAL (
    SELECT FROM annotator_span x JOIN annotator_span y ON x.start < y."end" AND y.start < x."end"
    WHERE x.judgement_id = j.id AND x.type = %(one)s AND y.judgement_id = k.id AND y.type = %(other)s
    UNION ALL
    SELECT FROM annotator_missingmark x
    CROSS JOIN LATERAL jsonb_array_elements(CASE x.evidence WHEN '[]' THEN '[null]' ELSE x.evidence END) AS place
    JOIN annotator_missingmark y ON place = ANY(ARRAY(
        SELECT jsonb_array_elements(CASE y.evidence WHEN '[]' THEN '[null]' ELSE y.evidence END)))
    WHERE x.judgement_id = j.id AND x.type = %(one)s AND y.judgement_id = k.id AND y.type = %(other)s
) pair
WHERE r.example_id = {example}
"""


@dataclass(frozen=True, slots=True)
class IdPage:
    """Ids of rows in their order. next: where the next page begins, None if this is the last."""

    ids: list[int]
    next: str | None


def annotation_ids(*, project: Project, filters: Mapping[str, Any], after: str | None, limit: int) -> IdPage:
    """Annotations of the project, the newest first.

    filters: any of since, until (datetimes, the latter exclusive), user (an id), counted (bool), type.
    DomainError invalid_cursor.
    """
    parameters = {**filters, "project": project.pk}
    if after is not None:
        parameters |= {"after": after, **_moment(after)}
    bounds = " ".join(sql for name, sql in ANNOTATION_BOUNDS.items() if name in parameters)
    conditions = " AND ".join(sql for name, sql in ANNOTATION_FILTERS.items() if name in filters) or "true"
    sql = ANNOTATIONS.format(bounds=bounds, conditions=conditions)
    ids = [row[0] for row in _rows(sql, {**parameters, "walked": WALKED, "limit": limit + 1})]
    if len(ids) > limit:
        last = ids[limit - 1]
    else:
        walked = ANNOTATIONS.format(bounds=bounds, conditions="true") + " OFFSET %(skipped)s"
        end = _rows(walked, {**parameters, "walked": WALKED, "limit": 1, "skipped": WALKED - 1})
        if not end:
            return IdPage(ids, None)
        last = end[0][0]
    (created_at,) = _rows("SELECT created_at FROM annotator_annotation WHERE id = %(id)s", {"id": last})[0]
    return IdPage(ids[:limit], f"{(created_at - EPOCH) // timedelta(microseconds=1)}-{last}")


def example_ids(*, project: Project, filters: Mapping[str, Any], after: str | None, limit: int) -> IdPage:
    """Examples of the project that are to be judged, by the id that they came with.

    filters: any of judgements (exactly so many that count), complete, leased (bools), users (ids of people who all
    judged it), one and other (types that two people gave to the same place), ids, split.
    """
    parameters = {**filters, "project": project.pk} | ({} if after is None else {"after": after})
    bounds = " ".join(sql for name, sql in EXAMPLE_BOUNDS.items() if name in parameters)
    conditions = " AND ".join(sql for name, sql in EXAMPLE_FILTERS.items() if name in filters) or "true"
    split = filters.get("split")
    sql = EXAMPLES.format(bounds=bounds, conditions=conditions.format(confusions=CONFUSIONS.format(example="e.id")))
    rows = _rows(sql, {**parameters, "walked": WALKED, "limit": WALKED if split else limit + 1})
    ids = [row for row, question in rows if split in (None, split_of(question))]
    if len(ids) > limit:
        last = ids[limit - 1]
    else:
        walked = "SELECT id FROM annotator_example WHERE project_id = %(project)s {bounds} ORDER BY external_id"
        sql = f"{walked} OFFSET %(skipped)s LIMIT 1".format(bounds=bounds)
        end = _rows(sql, {**parameters, "skipped": WALKED - 1})
        if not end:
            return IdPage(ids, None)
        last = end[0][0]
    (external_id,) = _rows("SELECT external_id FROM annotator_example WHERE id = %(id)s", {"id": last})[0]
    return IdPage(ids[:limit], external_id)


def confusions(*, examples: list[int], one: str, other: str) -> dict[int, int]:
    """Example id -> pairs of marks of these types, by different people, that touch."""
    sql = f"SELECT e.id, ({CONFUSIONS.format(example='e.id')}) FROM unnest(%(examples)s::bigint[]) AS e (id)"
    return dict(_rows(sql, {"examples": examples, "one": one, "other": other}))


def people_ids(*, project: Project, pseudonyms: Sequence[str]) -> list[int]:
    """Ids of the people of these pseudonyms, in their order. DomainError unknown_person."""
    known = dict(Membership.objects.filter(project=project, pseudonym__in=pseudonyms).values_list("pseudonym", "user"))
    if unknown := next((name for name in pseudonyms if name not in known), None):
        problem = f"{unknown!r} is nobody in this project"
        raise DomainError("unknown_person", f"person: {problem}", {"person": problem})
    return [known[name] for name in pseudonyms]


def check_types(*, project: Project, field: str, types: Sequence[str]) -> None:
    """DomainError unknown_type if no version of the project's taxonomy has one of them."""
    versions = map(taxonomy_of, Taxonomy.objects.filter(project=project)) if types else ()
    known = {kind.key for taxonomy in versions for kind in taxonomy.types()}
    if unknown := next((key for key in types if key not in known), None):
        problem = f"{unknown!r} is no error type of this project; there are {', '.join(sorted(known))}"
        raise DomainError("unknown_type", f"{field}: {problem}", {field: problem})


def _moment(cursor: str) -> dict[str, Any]:
    try:
        microseconds, identity = map(int, cursor.split("-"))
        return {"after_time": EPOCH + timedelta(microseconds=microseconds), "after_id": min(identity, MOST)}
    except (ValueError, OverflowError) as error:
        problem = f"{cursor!r} is no place in this list; take `next` of the page before"
        raise DomainError("invalid_cursor", f"after: {problem}", {"after": problem}) from error


def _rows(sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()
