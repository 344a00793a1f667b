"""Several judgements of an example side by side, and what an adjudicator made of them."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models.expressions import RawSQL

from annotator.domain.desk import task_to_json
from annotator.domain.feedback import (
    Annotator,
    FeedbackRecord,
    Versions,
    comparison_from_json,
    judgement_from_json,
    to_json,
)
from annotator.domain.segments import PAPER_RULE, SEGMENTATION_VERSION
from annotator.domain.taxonomy import Taxonomy as TaxonomyData
from annotator.domain.taxonomy import taxonomy_to_json
from annotator.models import (
    Adjudication,
    AdjudicationState,
    Annotation,
    Assignment,
    AssignmentState,
    Example,
    Gold,
    Project,
    Response,
    User,
)
from annotator.quality.adjudication import PSEUDONYM, learn_models
from annotator.quality.adjudication import adjudicated_records as aggregated_records
from annotator.quality.marks import in_taxonomy
from annotator.selectors.assignments import shown_response
from annotator.selectors.projects import desk_of, taxonomy_of
from annotator.selectors.records import (
    CHUNK,
    annotations,
    example_data,
    iso_time,
    pseudonyms,
    record_of,
    response_data,
    whole,
)

LEAST = 2  # judgements that there is something to settle between
LEARNED_FROM = 200  # annotations that tell how well each annotator marks
# Of all the annotations that an adjudication is made of.
WEIGHT = RawSQL(
    """SELECT coalesce(sum(weight), 0) FROM annotator_annotation
    WHERE annotator_annotation.project_id = annotator_adjudication.project_id AND record_id IN (
        SELECT (each ->> 'annotation')::uuid FROM jsonb_array_elements(annotator_adjudication.settles) AS each
    )""",
    (),
)
Json = dict[str, Any]


@dataclass(frozen=True)
class Judged:
    """An example with the annotations that count, in the order of their letters. `asked`: what was asked of the one
    that was assigned last, which is what a record of all of them has to answer; None without any."""

    example: Example
    responses: Sequence[Response]
    annotations: Sequence[Annotation]
    adjudication: Adjudication | None

    @property
    def asked(self) -> Assignment | None:
        return max((row.assignment for row in self.annotations), key=lambda each: each.pk, default=None)

    @property
    def judged(self) -> list[int]:
        """Indexes of the responses that were to be judged one by one."""
        count = self.asked.judged_responses if self.asked else 0
        return [response.index for response in self.responses[:count]]

    @property
    def settles(self) -> list[Json]:
        return [{"annotation": str(row.record_id), "version": row.version} for row in self.annotations]


def judged_example(*, example: Example) -> Judged:
    """The example with what adjudication is about. Reads only: who writes holds the example's lock already."""
    adjudication = Adjudication.objects.filter(example=example).select_related("taxonomy").first()
    rows = whole(annotations(project=example.project)).filter(
        assignment__example=example, assignment__state=AssignmentState.SUBMITTED, assignment__slot__isnull=False
    )
    known = [each["annotation"] for each in adjudication.settles] if adjudication else []
    by_name = {str(row.record_id): row for row in rows.select_related("assignment__example", "assignment__taxonomy")}
    ordered = [by_name[name] for name in lettered(by_name, known, example.pk)]
    return Judged(example, list(Response.objects.filter(example=example)), ordered, adjudication)


def lettered(names: Iterable[str], known: Sequence[str], salt: int) -> list[str]:
    """The names in the order of their letters, which says nothing about who or when; those that are known keep theirs
    when others come."""

    def place(name: str) -> tuple[int, str]:
        chance = hashlib.sha256(f"{salt} {name}".encode()).hexdigest()
        return known.index(name) if name in known else len(known), chance

    return sorted(names, key=place)


def adjudication_detail(*, example: Example, user: User, reveal: bool = False) -> Json:
    """Everything the adjudication page needs; who made the judgements, and when, only with `reveal`."""
    judged = judged_example(example=example)
    asked = judged.asked
    named = pseudonyms(project=example.project)
    records = [record_of(row, named[row.assignment.user_id]) for row in judged.annotations]
    detail: Json = {
        "id": example.pk,
        "example": _shown_example(judged),
        "annotations": [
            _shown_annotation(row, record, reveal) for row, record in zip(judged.annotations, records, strict=True)
        ],
        "adjudication": adjudication_to_json(judged.adjudication, user) if judged.adjudication else None,
        "outdated": judged.adjudication is not None and judged.adjudication.settles != judged.settles,
        "gold": Gold.objects.filter(example=example, retired_at=None).exists(),
        "task": None,
        "proposal": None,
    }
    if asked is None or len(records) < LEAST:
        return detail
    taxonomy, desk = taxonomy_of(asked.taxonomy), desk_of(asked)
    return {
        **detail,
        "task": {
            "taxonomy": taxonomy_to_json(taxonomy),
            "desk": task_to_json(desk),
            "require_corrections": example.project.require_corrections and "correction" in desk.asks,
        },
        "proposal": _proposal(example.project, records, taxonomy),
    }


def adjudication_to_json(row: Adjudication, user: User) -> Json:
    """An adjudication as the API tells it to this person."""
    return {
        "version": row.version,
        "state": row.state,
        "mine": row.adjudicator_id == user.pk,
        "judgements": row.judgements,
        "comparisons": row.comparisons,
        "decisions": row.decisions,
        "reopen_reason": row.reopen_reason,
        "saved_at": row.saved_at,
        "settled_at": row.settled_at,
    }


def adjudicated_records(*, project: Project, examples: Collection[int] | None = None) -> Iterator[FeedbackRecord]:
    """What was settled in the project, or of these examples, oldest first, streamed as records.feedback_records.

    Its annotator's weight is the sum of the weights of those whose annotations it is made of, which is what their
    records weigh together.
    """
    rows = Adjudication.objects.filter(project=project, state=AdjudicationState.SETTLED)
    if examples is not None:
        rows = rows.filter(example__in=examples)
    rows = rows.annotate(weight=WEIGHT).select_related("example").prefetch_related("example__responses")
    for row in rows.order_by("example_id").iterator(chunk_size=CHUNK):
        yield FeedbackRecord(
            record_id=str(row.record_id),
            example=example_data(row.example),
            responses=tuple(response_data(each) for each in row.example.responses.all()),
            judgements=tuple(judgement_from_json(body) for body in row.judgements),
            comparisons=tuple(comparison_from_json(body) for body in row.comparisons),
            annotator=Annotator(PSEUDONYM, vars(row)["weight"]),
            versions=Versions(**row.versions),
            asks=tuple(row.asks),
            source="adjudicated",
            submitted_at=iso_time(row.settled_at),
            raw={"adjudication": {"records": [each["annotation"] for each in row.settles], "decisions": row.decisions}},
        )


def _shown_example(judged: Judged) -> Json:
    example = judged.example
    rule = taxonomy_of(judged.asked.taxonomy).segmentation if judged.asked else PAPER_RULE
    return {
        "id": example.external_id,
        "question": example.question,
        "passages": example.passages,
        "reference": example.reference,
        "responses": [shown_response(each.index, each.text, rule) for each in judged.responses],
        "judged": judged.judged,
    }


def _shown_annotation(row: Annotation, record: FeedbackRecord, reveal: bool) -> Json:
    """An annotation without its person and its times, unless these are asked for."""
    who = {
        "pseudonym": record.annotator.pseudonym,
        "weight": record.annotator.weight,
        "started_at": row.started_at,
        "submitted_at": row.submitted_at,
        "active_seconds": row.active_seconds,
    }
    return {
        "id": record.record_id,
        "judgements": to_json(record.judgements),
        "comparisons": to_json(record.comparisons),
        "who": who if reveal else None,
    }


def _proposal(project: Project, records: Sequence[FeedbackRecord], taxonomy: TaxonomyData) -> Json:
    """What the annotations say together (quality.adjudication), with the confidence of each mark."""
    named = pseudonyms(project=project)
    recent = whole(annotations(project=project)).filter(assignment__slot__isnull=False).order_by("-pk")[:LEARNED_FROM]
    known = [in_taxonomy(record_of(row, named[row.assignment.user_id]), taxonomy) for row in recent]
    mine = [in_taxonomy(record, taxonomy) for record in records]
    (found,) = aggregated_records(mine, taxonomy, learn_models([*known, *mine], taxonomy))
    return {
        "judgements": to_json(found.judgements),
        "comparisons": to_json(found.comparisons),
        "confidence": found.raw["adjudication"]["confidence"],
    }


def versions_of(asked: Assignment) -> dict[str, str]:
    """The versions that an annotation under this assignment, or a record of several, was made under."""
    return {
        "taxonomy": asked.taxonomy.version,
        "guideline": asked.guideline_version,
        "segmentation": SEGMENTATION_VERSION,
    }
