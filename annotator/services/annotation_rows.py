"""Annotations as rows, many at a time: the one place that writes judgements, marks and comparisons."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from annotator.domain.feedback import Comparison as ComparisonData
from annotator.domain.feedback import Judgement as JudgementData
from annotator.domain.feedback import to_json
from annotator.models import Annotation, Comparison, Judgement, MissingMark, Response, Span


@dataclass(frozen=True, slots=True)
class NewAnnotation:
    """An unsaved row and what hangs on it. `responses` by index."""

    row: Annotation
    judgements: Sequence[JudgementData]
    comparisons: Sequence[ComparisonData]
    responses: Sequence[Response]


def body_sha256(body: dict[str, Any]) -> str:
    """Hex SHA-256 of the body's JSON, whatever the order of its keys."""
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def annotations_insert(items: Sequence[NewAnnotation]) -> None:
    """One INSERT per table. The caller has checked everything; the database checks it again.

    Must run in a transaction.
    """
    Annotation.objects.bulk_create([item.row for item in items])
    judged = [(item, judgement) for item in items for judgement in item.judgements]
    rows = Judgement.objects.bulk_create(
        Judgement(
            annotation=item.row,
            response=item.responses[judgement.response],
            corrected_text=judgement.corrected_text,
            answers=judgement.answers,
        )
        for item, judgement in judged
    )
    marked = [(row, judgement) for row, (_, judgement) in zip(rows, judged, strict=True)]
    Span.objects.bulk_create(
        Span(
            judgement=row,
            start=mark.start,
            end=mark.end,
            quote=mark.quote,
            type=mark.type,
            antecedent_start=mark.antecedent.start if mark.antecedent else None,
            antecedent_end=mark.antecedent.end if mark.antecedent else None,
            evidence=to_json(mark.evidence),
            explanation=mark.explanation,
        )
        for row, judgement in marked
        for mark in judgement.spans
    )
    MissingMark.objects.bulk_create(
        MissingMark(judgement=row, type=mark.type, evidence=to_json(mark.evidence), note=mark.note)
        for row, judgement in marked
        for mark in judgement.missing
    )
    Comparison.objects.bulk_create(
        Comparison(
            annotation=item.row, first=pair.first, second=pair.second, preferred=pair.preferred, strength=pair.strength
        )
        for item in items
        for pair in item.comparisons
    )
