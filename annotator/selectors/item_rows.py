"""Annotations and examples as the console lists and shows them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from annotator.domain.splits import split_of
from annotator.models import Annotation, Assignment, Example, Judgement, Membership, Project, SlotState
from annotator.selectors.access import not_found
from annotator.selectors.items import confusions

Json = dict[str, Any]


def annotation_rows(*, project: Project, ids: Sequence[int]) -> list[Json]:
    """These annotations in this order, each with its marks in brief."""
    rows = _annotations(Annotation.objects.filter(pk__in=ids)).in_bulk()
    people = _pseudonyms(project, {row.assignment.user_id for row in rows.values()})
    return [_annotation(rows[key], people) for key in ids if key in rows]


def example_rows(
    *, project: Project, ids: Sequence[int], confused: tuple[str, str] | None = None
) -> list[Json]:
    """These examples in this order, each with who judged it and, of two confused types, how often."""
    rows = _with_slots(Example.objects.filter(pk__in=ids).only("external_id", "question")).in_bulk()
    judged = Assignment.objects.filter(example__in=ids, annotation__isnull=False).order_by("annotation")
    judges: dict[int, list[int]] = defaultdict(list)
    for example, user in judged.values_list("example", "user"):
        judges[example].append(user)
    people = _pseudonyms(project, {user for users in judges.values() for user in users})
    pairs = confusions(examples=list(ids), one=confused[0], other=confused[1]) if confused else {}
    return [
        {
            **_example(rows[key]),
            "judged_by": [people[user] for user in judges[key]],
            "confusions": pairs.get(key) if confused else None,
        }
        for key in ids
        if key in rows
    ]


def example_detail(*, project: Project, example_id: int) -> Json:
    """The example with its responses and everything that was said about them, the oldest first.

    DomainError not_found if the project has no such example.
    """
    row = _with_slots(Example.objects.filter(project=project, pk=example_id)).prefetch_related("responses").first()
    if row is None:
        raise not_found("example", example_id)
    annotations = list(_annotations(Annotation.objects.filter(assignment__example=row)).order_by("created_at", "pk"))
    people = _pseudonyms(project, {each.assignment.user_id for each in annotations})
    return {
        **_example(row),
        "passages": row.passages,
        "reference": row.reference,
        "split": split_of(row.question),
        "responses": row.responses.all(),
        "annotations": [
            {
                **_annotation(each, people),
                "judgements": [_judgement(judgement) for judgement in each.judgements.all()],
                "comparisons": each.comparisons.all(),
            }
            for each in annotations
        ],
    }


def _with_slots(examples: QuerySet[Example]) -> QuerySet[Example]:
    return examples.annotate(
        wanted=Count("slots", distinct=True), done=Count("slots", Q(slots__state=SlotState.DONE), distinct=True)
    )


def _annotations(rows: QuerySet[Annotation]) -> QuerySet[Annotation]:
    judgements = Judgement.objects.select_related("response").order_by("pk")
    return rows.select_related("assignment__example").prefetch_related(
        Prefetch("judgements", judgements), "judgements__spans", "judgements__missing", "comparisons"
    )


def _pseudonyms(project: Project, users: set[int]) -> dict[int, str]:
    return dict(Membership.objects.filter(project=project, user__in=users).values_list("user", "pseudonym"))


def _example(row: Any) -> Json:
    return {
        "id": row.pk,
        "external_id": row.external_id,
        "question": row.question,
        "wanted": row.wanted,
        "done": row.done,
    }


def _annotation(row: Annotation, people: dict[int, str]) -> Json:
    marks = [
        {"response": judgement.response.index, "type": kind, "text": text}
        for judgement in row.judgements.all()
        for kind, text in [
            *((span.type, span.quote) for span in judgement.spans.all()),
            *((mark.type, mark.note) for mark in judgement.missing.all()),
        ]
    ]
    return {
        "record_id": row.record_id,
        "example": {
            "id": row.assignment.example_id,
            "external_id": row.assignment.example.external_id,
            "question": row.assignment.example.question,
        },
        "person": people[row.assignment.user_id],
        "created_at": row.created_at,
        "active_seconds": row.active_seconds,
        "counted": row.assignment.slot_id is not None,
        "source": row.source,
        "marks": marks,
    }


def _judgement(row: Judgement) -> Json:
    return {
        "response": row.response.index,
        "spans": [
            {
                "start": span.start,
                "end": span.end,
                "quote": span.quote,
                "type": span.type,
                "evidence": span.evidence,
                "explanation": span.explanation,
            }
            for span in row.spans.all()
        ],
        "missing": row.missing.all(),
        "corrected_text": row.corrected_text,
        "answers": row.answers,
    }
