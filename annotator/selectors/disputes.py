"""Which examples wait for an adjudicator, the most disputed first."""

from typing import Any, Literal

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from annotator.models import Adjudication, AdjudicationState, AssignmentState, Example, MissingMark, Project, Span
from annotator.selectors.adjudications import LEAST

Wanted = Literal["unsettled", "settled", "all"]


def disputed_examples(*, project: Project, wanted: Wanted = "unsettled", type: str | None = None) -> QuerySet[Example]:
    """Examples with two or more judgements that count, with `judgements`, their number; those with a mark of the type
    only, if one is given. First the greatest disagreement, where it was measured, then the most marks."""
    counts = Q(assignments__state=AssignmentState.SUBMITTED, assignments__slot__isnull=False)
    examples = Example.objects.filter(project=project).annotate(
        judgements=Count("assignments", filter=counts, distinct=True),
        marks=Count("assignments__annotation__judgements__spans", filter=counts, distinct=True),
    )
    examples = examples.filter(judgements__gte=LEAST).select_related("adjudication")
    settled = Exists(Adjudication.objects.filter(example=OuterRef("pk"), state=AdjudicationState.SETTLED))
    if wanted != "all":
        examples = examples.filter(settled if wanted == "settled" else ~settled)
    if type is not None:
        examples = examples.filter(_marked(Span, type) | _marked(MissingMark, type))
    return examples.order_by(F("disagreement").desc(nulls_last=True), F("marks").desc(), "pk")


def _marked(model: Any, type: str) -> Exists:
    here = {"judgement__annotation__assignment__example": OuterRef("pk")}
    return Exists(model.objects.filter(type=type, judgement__annotation__assignment__slot__isnull=False, **here))


def why_none(*, project: Project, wanted: Wanted, type: str | None) -> str:
    """Why disputed_examples gives nothing: no_overlap (nothing is judged twice), or none of those that are is wanted
    (no_match)."""
    return "no_match" if disputed_examples(project=project, wanted="all").exists() else "no_overlap"
