"""Annotations as rows, many at a time: the one place that writes judgements, marks and comparisons."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import connection
from django.utils import timezone

from annotator.domain.feedback import Comparison, FeedbackRecord, Judgement, SpanMark, record_to_json, to_json
from annotator.models import Annotation, Project
from annotator.services.copied_rows import Value, json_text, rows_copy

Json = dict[str, Any]

ANNOTATION = (
    "project_id, assignment_id, record_id, body_sha256, source, versions, display_order, weight, started_at, "
    "submitted_at, created_at, active_seconds, raw"
)


@dataclass(frozen=True, slots=True)
class NewAnnotation:
    """What an assignment's person said, as it came with a record. responses: their keys by index in the example."""

    assignment_id: int
    record: FeedbackRecord
    started_at: datetime | None
    submitted_at: datetime | None
    responses: Sequence[int]


def body_sha256(body: Json) -> str:
    """Hex SHA-256 of the body's JSON, whatever the order of its keys."""
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def annotations_insert(*, project: Project, items: Sequence[NewAnnotation]) -> None:
    """The annotations' rows, and with one call whatever hangs on them. The caller has checked everything; the database
    checks it again.

    Must run in a transaction.
    """
    now = timezone.now()
    rows_copy(Annotation, ANNOTATION, [_annotation(project.pk, now, item) for item in items])
    marks = Marks()
    for item in items:
        marks.add(item.assignment_id, item.responses, item.record.judgements, item.record.comparisons)
    with connection.cursor() as cursor:
        cursor.execute("SELECT annotator_marks_insert(%s)", [marks.json()])


def _annotation(project: int, now: datetime, item: NewAnnotation) -> list[Value]:
    record = item.record
    return [
        project,
        item.assignment_id,
        record.record_id,
        body_sha256(record_to_json(record)),
        record.source,
        json_text(record.versions),
        None if record.display_order is None else json_text(record.display_order),
        record.annotator.weight,
        item.started_at,
        item.submitted_at,
        now,
        record.active_seconds,
        json_text(record.raw),
    ]


class Marks:
    """Judgements, marks and comparisons as the database's annotator_marks_insert takes them."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Json]] = {"judgements": [], "spans": [], "missing": [], "comparisons": []}

    def add(
        self,
        assignment_id: int,
        response_ids: Sequence[int],
        judgements: Sequence[Judgement],
        comparisons: Sequence[Comparison],
    ) -> None:
        """What was said under one assignment. response_ids: by index in the example."""
        for judgement in judgements:
            place = {"assignment_id": assignment_id, "response_id": response_ids[judgement.response]}
            said = {"corrected_text": judgement.corrected_text, "answers": judgement.answers}
            self.rows["judgements"].append({**place, **said})
            self.rows["spans"] += [{**place, **_span(mark)} for mark in judgement.spans]
            self.rows["missing"] += [{**place, **to_json(mark)} for mark in judgement.missing]
        self.rows["comparisons"] += [{"assignment_id": assignment_id, **to_json(pair)} for pair in comparisons]

    def json(self) -> str:
        """The argument of annotator_marks_insert."""
        return orjson.dumps(self.rows).decode()


def _span(mark: SpanMark) -> Json:
    earlier = mark.antecedent
    return {
        "start": mark.start,
        "end": mark.end,
        "quote": mark.quote,
        "type": mark.type,
        "antecedent_start": earlier.start if earlier else None,
        "antecedent_end": earlier.end if earlier else None,
        "evidence": to_json(mark.evidence),
        "explanation": mark.explanation,
    }
