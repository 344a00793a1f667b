"""Gold: known answers, made by adjudication or an import, handed out unseen among ordinary texts."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from annotator.domain.feedback import to_json
from annotator.domain.gold import gold_from_json
from annotator.models import Example, Gold, GoldKind, GoldOrigin, User
from annotator.selectors.projects import taxonomy_current, taxonomy_of
from annotator.selectors.records import example_data, response_data

Json = dict[str, Any]


@transaction.atomic
def gold_make(
    *,
    example: Example,
    judgements: Sequence[Json],
    comparisons: Sequence[Json] = (),
    origin: GoldOrigin,
    made_by: User | None,
    kind: GoldKind = GoldKind.GOLD,
) -> Gold:
    """Make this, in a feedback record's JSON form, the known answer to the example, in place of the one before.

    The same answer again changes nothing. People who have judged the example are never handed it. DomainError
    invalid_record, and invalid_mark for a type that the project's current taxonomy does not have. Locks the example.
    """
    Example.objects.select_for_update(no_key=True).get(pk=example.pk)
    taxonomy = taxonomy_current(project=example.project)
    body = {
        "example": to_json(example_data(example)),
        "responses": [to_json(response_data(row)) for row in example.responses.all()],
        "judgements": list(judgements),
        "comparisons": list(comparisons),
    }
    record = gold_from_json(body, taxonomy_of(taxonomy))
    answer = {"kind": kind, "judgements": to_json(record.judgements), "comparisons": to_json(record.comparisons)}
    before = Gold.objects.filter(example=example, retired_at=None).first()
    if before:
        if all(getattr(before, name) == value for name, value in answer.items()):
            return before
        gold_retire(gold=before)
    return Gold.objects.create(
        project=example.project, example=example, origin=origin, taxonomy=taxonomy, made_by=made_by, **answer
    )


def gold_retire(*, gold: Gold) -> None:
    """Hand this answer out no more; what it has told about people stays. A second time changes nothing."""
    Gold.objects.filter(pk=gold.pk, retired_at=None).update(retired_at=Now())
