"""Annotations as feedback records in JSON, for whole projects: plain rows, a chunk of examples at a time, put together
here. The same rows as objects (selectors.records) would take ten times as long.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import orjson
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from annotator.domain.feedback import RECORD_VERSION
from annotator.domain.records import ASKS, Json
from annotator.models import Membership, Project
from annotator.selectors.records import iso_time

CHUNK = 300

# {}: which assignments.
EXAMPLES = """
    SELECT id, external_id, prompt, question, passages, reference, metadata, raw
    FROM annotator_example e WHERE project_id = %s AND EXISTS (
        SELECT FROM annotator_assignment t JOIN annotator_annotation a ON a.assignment_id = t.id
        WHERE t.example_id = e.id AND {})
    ORDER BY id"""
# The first column of each: which row it hangs on.
RESPONSES = """
    SELECT example_id, id, text, sha256, length, policy_version
    FROM annotator_response WHERE example_id = ANY(%s) ORDER BY example_id, index"""
ANNOTATIONS = """
    SELECT t.example_id, a.id, a.record_id::text, t.user_id, t.desk -> 'asks', a.display_order, a.weight, a.versions,
        a.source, a.started_at, a.submitted_at, a.active_seconds, a.raw
    FROM annotator_assignment t JOIN annotator_annotation a ON a.assignment_id = t.id
    WHERE t.example_id = ANY(%s) AND {} ORDER BY a.id"""
JUDGEMENTS = """
    SELECT annotation_id, id, response_id, corrected_text, answers
    FROM annotator_judgement WHERE annotation_id = ANY(%s) ORDER BY id"""
SPANS = """
    SELECT judgement_id, start, "end", quote, type, antecedent_start, antecedent_end, evidence, explanation
    FROM annotator_span WHERE judgement_id = ANY(%s) ORDER BY id"""
MISSING = """
    SELECT judgement_id, type, evidence, note
    FROM annotator_missingmark WHERE judgement_id = ANY(%s) ORDER BY id"""
COMPARISONS = """
    SELECT annotation_id, first, second, preferred, strength
    FROM annotator_comparison WHERE annotation_id = ANY(%s) ORDER BY id"""

Rows = dict[int, list[tuple[Any, ...]]]


def annotated_examples(*, project: Project, gold: bool = False) -> Iterator[tuple[Json, list[Json]]]:
    """Every example of the project that somebody has annotated, oldest first, and its feedback records: both in JSON.
    gold: whether checks against gold are among them.

    Several statements: run it in a REPEATABLE READ transaction to see one moment. Holds CHUNK examples at a time.
    """
    checks = "true" if gold else "t.gold_id IS NULL"
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(EXAMPLES.format(checks), [project.pk])
        while rows := cursor.fetchmany(CHUNK):
            yield from _chunk(project, rows, checks)


def _chunk(project: Project, examples: list[tuple[Any, ...]], checks: str) -> Iterator[tuple[Json, list[Json]]]:
    with connection.cursor() as cursor:
        responses = _below(cursor, RESPONSES, [row[0] for row in examples])
        annotations = _below(cursor, ANNOTATIONS.format(checks), [row[0] for row in examples])
        keys = [row[1] for rows in annotations.values() for row in rows]
        judgements = _below(cursor, JUDGEMENTS, keys)
        comparisons = _below(cursor, COMPARISONS, keys)
        keys = [row[1] for rows in judgements.values() for row in rows]
        spans, missing = _below(cursor, SPANS, keys), _below(cursor, MISSING, keys)
        users = {row[3] for rows in annotations.values() for row in rows}
    members = Membership.objects.filter(project=project, user__in=users)
    pseudonyms = dict(members.values_list("user_id", "pseudonym"))
    for key, *fields in examples:
        example = _example(*fields)
        texts = [row[2] for row in responses[key]]
        place = {row[1]: index for index, row in enumerate(responses[key])}
        shared = {"example": example, "responses": [_response(*row[2:]) for row in responses[key]]}
        records = []
        for _, annotation, *row in annotations[key]:
            said = [
                _judgement(place[response], texts[place[response]], corrected, answers, spans[pk], missing[pk])
                for _, pk, response, corrected, answers in judgements[annotation]
            ]
            pairs = [_comparison(*pair) for _, *pair in comparisons[annotation]]
            records.append(_record(shared, said, pairs, pseudonyms[row[1]], row))
        yield example, records


def _below(cursor: CursorWrapper, statement: str, keys: list[int]) -> Rows:
    """The statement's rows by the first of their columns, which is among the keys."""
    rows: Rows = defaultdict(list)
    cursor.execute(statement, [keys])
    for row in cursor.fetchall():
        rows[row[0]].append(row)
    return rows


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


def _record(shared: Json, judgements: list[Json], comparisons: list[Json], pseudonym: str, row: list[Any]) -> Json:
    """The feedback record in the order of its contract."""
    record_id, _, asks, order, weight, versions, source, started, submitted, seconds, raw = row
    told = orjson.loads(versions)
    return {
        "record_version": RECORD_VERSION,
        "record_id": record_id,
        **shared,
        "judgements": judgements,
        "comparisons": comparisons,
        "display_order": None if order is None else orjson.loads(order),
        "annotator": {"pseudonym": pseudonym, "weight": weight},
        "versions": {name: told[name] for name in ("taxonomy", "guideline", "segmentation")},
        "asks": list(ASKS) if asks is None else orjson.loads(asks),
        "source": source,
        "started_at": iso_time(started),
        "submitted_at": iso_time(submitted),
        "active_seconds": seconds,
        "raw": orjson.loads(raw),
    }


def _judgement(
    response: int, text: str, corrected: str | None, answers: str, spans: list[Any], missing: list[Any]
) -> Json:
    return {
        "response": response,
        "spans": [_span(text, *row) for _, *row in spans],
        "missing": [
            {"type": kind, "evidence": _evidence(evidence), "note": note} for _, kind, evidence, note in missing
        ],
        "corrected_text": corrected,
        "answers": orjson.loads(answers),
    }


def _span(
    text: str,
    start: int,
    end: int,
    quote: str,
    kind: str,
    first: int | None,
    last: int | None,
    evidence: str,
    explanation: str,
) -> Json:
    earlier = None if first is None or last is None else {"start": first, "end": last, "quote": text[first:last]}
    return {
        "start": start,
        "end": end,
        "quote": quote,
        "type": kind,
        "antecedent": earlier,
        "evidence": _evidence(evidence),
        "explanation": explanation,
    }


def _evidence(text: str) -> list[Json]:
    # jsonb tells the keys of an object by their length: these two would come out turned round.
    return [] if text == "[]" else [{"passage": at["passage"], "sentence": at["sentence"]} for at in orjson.loads(text)]


def _comparison(first: int, second: int, preferred: str, strength: int | None) -> Json:
    return {"first": first, "second": second, "preferred": preferred, "strength": strength}
