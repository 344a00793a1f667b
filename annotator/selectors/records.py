"""Annotations as feedback records, streamed."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from annotator.domain.feedback import (
    ASKS,
    Annotator,
    Antecedent,
    Comparison,
    Evidence,
    Example,
    FeedbackRecord,
    Judgement,
    MissingMark,
    Passage,
    Response,
    SpanMark,
    Versions,
)
from annotator.models import Annotation, Membership, Project
from annotator.models import Example as ExampleRow
from annotator.models import Judgement as JudgementRow
from annotator.models import Response as ResponseRow
from annotator.models import Span as SpanRow

CHUNK = 500


def annotations(*, project: Project, gold: bool = False) -> QuerySet[Annotation]:
    """The project's annotations; gold: whether checks against gold are among them."""
    every = Annotation.objects.filter(project=project)
    return every if gold else every.filter(assignment__gold=None)


def feedback_records(
    *, project: Project, examples: Collection[int] | None = None, gold: bool = False
) -> Iterator[FeedbackRecord]:
    """Every annotation of the project, or of these examples, oldest first, through a server-side cursor.

    gold: see annotations. Several statements: run it in a REPEATABLE READ transaction to
    see one moment.
    """
    named = pseudonyms(project=project)
    chosen = whole(annotations(project=project, gold=gold))
    if examples is not None:
        chosen = chosen.filter(assignment__example__in=examples)
    for row in chosen.order_by("pk").iterator(chunk_size=CHUNK):
        yield record_of(row, named[row.assignment.user_id])


def pseudonyms(*, project: Project) -> dict[int, str]:
    """Of everybody in the project, by the user's number."""
    return dict(Membership.objects.filter(project=project).values_list("user_id", "pseudonym"))


def whole(chosen: QuerySet[Annotation]) -> QuerySet[Annotation]:
    """These annotations with all that record_of says of them."""
    return chosen.select_related("assignment__example").prefetch_related(
        "assignment__example__responses",
        "comparisons",
        Prefetch("judgements", JudgementRow.objects.select_related("response").order_by("pk")),
        "judgements__spans",
        "judgements__missing",
    )


def annotation_record(*, annotation: Annotation) -> FeedbackRecord:
    """One annotation as a feedback record."""
    row = whole(Annotation.objects.filter(pk=annotation.pk)).get()
    mine = Membership.objects.get(project=row.project_id, user=row.assignment.user_id)
    return record_of(row, mine.pseudonym)


def example_data(row: ExampleRow) -> Example:
    """The example as the domain knows it."""
    return Example(
        id=row.external_id,
        prompt=row.prompt,
        question=row.question,
        passages=tuple(Passage(passage["title"], tuple(passage["sentences"])) for passage in row.passages),
        reference=row.reference,
        metadata=row.metadata,
        raw=row.raw,
    )


def response_data(row: ResponseRow) -> Response:
    """The response as the domain knows it."""
    return Response(row.text, row.policy_version)


def record_of(row: Annotation, pseudonym: str) -> FeedbackRecord:
    """One of `whole` annotations as a feedback record."""
    return FeedbackRecord(
        record_id=str(row.record_id),
        example=example_data(row.assignment.example),
        responses=tuple(response_data(each) for each in row.assignment.example.responses.all()),
        judgements=tuple(_judgement(judgement) for judgement in row.judgements.all()),
        comparisons=tuple(
            Comparison(pair.first, pair.second, pair.preferred, pair.strength)  # type: ignore[arg-type]
            for pair in row.comparisons.all()
        ),
        display_order=None if row.display_order is None else tuple(row.display_order),
        annotator=Annotator(pseudonym, row.weight),
        versions=Versions(**row.versions),
        asks=tuple(row.assignment.desk.get("asks", ASKS)),
        source=row.source,  # type: ignore[arg-type]
        started_at=iso_time(row.started_at),
        submitted_at=iso_time(row.submitted_at),
        active_seconds=row.active_seconds,
        raw=row.raw,
    )


def iso_time(time: datetime | None) -> str | None:
    """As feedback records tell times: ISO 8601 in UTC."""
    return time.astimezone(UTC).isoformat() if time else None


def _judgement(row: JudgementRow) -> Judgement:
    text = row.response.text
    return Judgement(
        response=row.response.index,
        spans=tuple(_span(span, text) for span in row.spans.all()),
        missing=tuple(MissingMark(mark.type, _evidence(mark.evidence), mark.note) for mark in row.missing.all()),
        corrected_text=row.corrected_text,
        answers=row.answers,
    )


def _span(row: SpanRow, text: str) -> SpanMark:
    start, end = row.antecedent_start, row.antecedent_end
    earlier = None if start is None or end is None else Antecedent(start, end, text[start:end])
    return SpanMark(row.start, row.end, row.quote, row.type, earlier, _evidence(row.evidence), row.explanation)


def _evidence(items: list[dict[str, Any]]) -> tuple[Evidence, ...]:
    return tuple(Evidence(item["passage"], item["sentence"]) for item in items)
