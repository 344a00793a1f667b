"""Annotations as rows, many at a time: the one place that writes judgements, marks and comparisons."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import connection

from annotator.domain.feedback import Comparison, Judgement, SpanMark, to_json
from annotator.models import Annotation, Response

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class NewAnnotation:
    """An unsaved row and what hangs on it. `responses` by index."""

    row: Annotation
    judgements: Sequence[Judgement]
    comparisons: Sequence[Comparison]
    responses: Sequence[Response]


def body_sha256(body: Json) -> str:
    """Hex SHA-256 of the body's JSON, whatever the order of its keys."""
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def annotations_insert(items: Sequence[NewAnnotation]) -> None:
    """The annotations' rows, and with one call whatever hangs on them. The caller has checked everything; the database
    checks it again.

    Must run in a transaction.
    """
    Annotation.objects.bulk_create([item.row for item in items])
    marks = Marks()
    for item in items:
        ids = [response.pk for response in item.responses]
        marks.add(item.row.assignment_id, ids, item.judgements, item.comparisons)
    with connection.cursor() as cursor:
        cursor.execute("SELECT annotator_marks_insert(%s)", [marks.json()])


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
