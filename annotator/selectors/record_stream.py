"""Annotations as feedback records in JSON, for whole projects: plain rows, a chunk of examples at a time, put together
here. The same rows as objects (selectors.records) would take ten times as long.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from annotator.domain.feedback import RECORD_VERSION
from annotator.domain.records import ASKS, Json
from annotator.models import Project
from annotator.selectors.records import pseudonyms

CHUNK = 300

# {}: which assignments. Keys alone: the texts would be sorted with them.
ANNOTATED = """
    SELECT DISTINCT t.example_id FROM annotator_assignment t JOIN annotator_annotation a ON a.assignment_id = t.id
    WHERE t.project_id = %s AND {} ORDER BY t.example_id"""
# The first column of each, by which it is sorted: which row it hangs on. JSON comes as text; where it is empty, as it
# nearly always is, as null.
EXAMPLES = """
    SELECT id, external_id, prompt, question, passages::text, reference, metadata::text, raw::text
    FROM annotator_example WHERE id = ANY(%s::bigint[])"""
RESPONSES = """
    SELECT example_id, id, text, sha256, length, policy_version
    FROM annotator_response WHERE example_id = ANY(%s::bigint[]) ORDER BY example_id, index"""
# By an array, so that each annotation is found in an index: for a join alone, all of them are read for every chunk.
ANNOTATIONS = """
    SELECT t.example_id, a.id, t.user_id, a.record_id::text, t.desk ->> 'asks', a.display_order::text, a.weight,
        a.versions::text, a.source, a.started_at, a.submitted_at, a.active_seconds, nullif(a.raw, '{{}}')::text
    FROM annotator_annotation a JOIN annotator_assignment t ON t.id = a.assignment_id
    WHERE a.assignment_id = ANY(ARRAY(
        SELECT t.id FROM annotator_assignment t WHERE t.example_id = ANY(%s::bigint[]) AND {}))
    ORDER BY t.example_id, a.id"""
JUDGEMENTS = """
    SELECT annotation_id, id, response_id, corrected_text, nullif(answers, '{}')::text
    FROM annotator_judgement WHERE annotation_id = ANY(%s::bigint[]) ORDER BY annotation_id, id"""
SPANS = """
    SELECT judgement_id, start, "end", quote, type, antecedent_start, antecedent_end, nullif(evidence, '[]')::text,
        explanation
    FROM annotator_span WHERE judgement_id = ANY(%s::bigint[]) ORDER BY judgement_id, id"""
MISSING = """
    SELECT judgement_id, type, nullif(evidence, '[]')::text, note
    FROM annotator_missingmark WHERE judgement_id = ANY(%s::bigint[]) ORDER BY judgement_id, id"""
COMPARISONS = """
    SELECT annotation_id, first, second, preferred, strength
    FROM annotator_comparison WHERE annotation_id = ANY(%s::bigint[]) ORDER BY annotation_id, id"""

Row = tuple[Any, ...]
Rows = defaultdict[int, list[Row]]


def annotated_examples(*, project: Project, gold: bool = False) -> Iterator[tuple[Json, list[Json]]]:
    """Every example of the project that somebody has annotated, oldest first, and its feedback records: in JSON, but
    for times, which are datetimes, and for what an example's records have in common, which is an orjson.Fragment. gold:
    whether checks against gold are among them.

    Several statements: run it in a REPEATABLE READ transaction to see one moment. Holds CHUNK examples at a time.
    """
    checks = "true" if gold else "t.gold_id IS NULL"
    named = pseudonyms(project=project)
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(ANNOTATED.format(checks), [project.pk])
        while rows := cursor.fetchmany(CHUNK):
            yield from _chunk([key for (key,) in rows], named, checks)


def _chunk(keys: list[int], named: dict[int, str], checks: str) -> Iterator[tuple[Json, list[Json]]]:
    with connection.cursor() as cursor:
        examples, responses = _below(cursor, EXAMPLES, keys), _below(cursor, RESPONSES, keys)
        annotations = _below(cursor, ANNOTATIONS.format(checks), keys)
        annotated = [row[1] for rows in annotations.values() for row in rows]
        judgements = _below(cursor, JUDGEMENTS, annotated)
        comparisons = _below(cursor, COMPARISONS, annotated)
        judged = [row[1] for rows in judgements.values() for row in rows]
        spans, missing = _below(cursor, SPANS, judged), _below(cursor, MISSING, judged)
    for key in keys:
        ((_, *fields),) = examples[key]
        example = _example(*fields)
        texts = [row[2] for row in responses[key]]
        place = {row[1]: index for index, row in enumerate(responses[key])}
        shared = {
            "example": orjson.Fragment(orjson.dumps(example)),
            "responses": orjson.Fragment(orjson.dumps([_response(*row[2:]) for row in responses[key]])),
        }
        records = []
        for _, annotation, user, *row in annotations[key]:
            said = [
                _judgement(place[response], texts[place[response]], corrected, answers, spans[pk], missing[pk])
                for _, pk, response, corrected, answers in judgements[annotation]
            ]
            pairs = [_comparison(*pair) for _, *pair in comparisons[annotation]]
            records.append(_record(shared, said, pairs, named[user], *row))
        yield example, records


def _below(cursor: CursorWrapper, statement: str, keys: list[int]) -> Rows:
    """The statement's rows by the first of their columns, which is among the keys and by which they are sorted."""
    # One text, which is sooner written and read than as many numbers.
    cursor.execute(statement, [f"{{{','.join(map(str, keys))}}}"])
    return defaultdict(list, ((key, list(rows)) for key, rows in groupby(cursor.fetchall(), itemgetter(0))))


def _example(
    identity: str, prompt: str, question: str, passages: str, reference: str | None, metadata: str, raw: str
) -> Json:
    return {
        "id": identity,
        "prompt": prompt,
        "question": question,
        "passages": orjson.loads(passages),
        "reference": reference,
        "metadata": orjson.loads(metadata),
        "raw": orjson.loads(raw),
    }


def _response(text: str, sha256: str, length: int, policy_version: str | None) -> Json:
    return {"text": text, "policy_version": policy_version, "sha256": sha256, "length": length}


def _record(
    shared: Json,
    judgements: list[Json],
    comparisons: list[Json],
    pseudonym: str,
    record_id: str,
    asks: str | None,
    order: str | None,
    weight: float,
    versions: str,
    source: str,
    started_at: datetime | None,
    submitted_at: datetime | None,
    active_seconds: float | None,
    raw: str | None,
) -> Json:
    """The feedback record in the order of its contract."""
    told = orjson.loads(versions)
    return {
        "record_version": RECORD_VERSION,
        "record_id": record_id,
        **shared,
        "judgements": judgements,
        "comparisons": comparisons,
        "display_order": orjson.loads(order) if order else None,
        "annotator": {"pseudonym": pseudonym, "weight": weight},
        "versions": {name: told[name] for name in ("taxonomy", "guideline", "segmentation")},
        "asks": orjson.loads(asks) if asks else ASKS,
        "source": source,
        "started_at": started_at,
        "submitted_at": submitted_at,
        "active_seconds": active_seconds,
        "raw": orjson.loads(raw) if raw else {},
    }


def _judgement(
    response: int, text: str, corrected: str | None, answers: str | None, spans: Sequence[Row], missing: Sequence[Row]
) -> Json:
    return {
        "response": response,
        "spans": [
            {
                "start": start,
                "end": end,
                "quote": quote,
                "type": kind,
                "antecedent": None if first is None else {"start": first, "end": last, "quote": text[first:last]},
                "evidence": _evidence(evidence) if evidence else [],
                "explanation": explanation,
            }
            for _, start, end, quote, kind, first, last, evidence, explanation in spans
        ],
        "missing": [
            {"type": kind, "evidence": _evidence(evidence) if evidence else [], "note": note}
            for _, kind, evidence, note in missing
        ],
        "corrected_text": corrected,
        "answers": orjson.loads(answers) if answers else {},
    }


def _evidence(text: str) -> list[Json]:
    # jsonb tells the keys of an object by their length: these two would come out turned round.
    return [{"passage": at["passage"], "sentence": at["sentence"]} for at in orjson.loads(text)]


def _comparison(first: int, second: int, preferred: str, strength: int | None) -> Json:
    return {"first": first, "second": second, "preferred": preferred, "strength": strength}
