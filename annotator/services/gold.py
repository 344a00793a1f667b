"""Gold: known answers, made by adjudication or an import, handed out unseen among ordinary texts."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import IO, Any

from django.db import transaction
from django.db.models.functions import Now

from annotator.domain.errors import DomainError
from annotator.domain.feedback import comparison_from_json, judgement_from_json, to_json
from annotator.domain.formats.files import at, lines_read
from annotator.domain.gold import gold_from_json, gold_tally, prefers_alike, reaches
from annotator.domain.records import FeedbackRecord
from annotator.models import Annotation, Example, Gold, GoldCheck, GoldKind, GoldOrigin, Project, User
from annotator.selectors.gold import unchecked_annotations
from annotator.selectors.projects import desk_of, taxonomy_current, taxonomy_of
from annotator.selectors.records import annotation_record, example_data, response_data
from annotator.services.audit import audited
from annotator.services.examples import NewExample, NewResponse, examples_add
from annotator.services.standing import pause_if_failing

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
    _check_asked(example.project, record)
    answer = {"kind": kind, "judgements": to_json(record.judgements), "comparisons": to_json(record.comparisons)}
    before = Gold.objects.filter(example=example, retired_at=None).first()
    if before:
        if all(getattr(before, name) == value for name, value in answer.items()):
            return before
        _retire(before)
    return Gold.objects.create(
        project=example.project, example=example, origin=origin, taxonomy=taxonomy, made_by=made_by, **answer
    )


def _check_asked(project: Project, record: FeedbackRecord) -> None:
    """An answer of which nothing is asked in the project would be got right by everybody."""
    desk = desk_of(project)
    judged = project.judged_responses if desk.judges else 0
    if not any(each.response < judged for each in record.judgements) and not (
        record.comparisons and "comparison" in desk.asks
    ):
        problem = f"are about nothing that this project asks for, which is the first {judged} responses"
        raise DomainError("invalid_record", f"judgements: {problem}", {"judgements": problem})


@transaction.atomic
def gold_retire(*, gold: Gold, actor: User | None = None) -> None:
    """Hand this answer out no more; what it has told about people stays. A second time changes nothing."""
    _retire(gold)
    audited(actor=actor, action="gold.retire", project=gold.project, target=f"gold {gold.pk}")


def _retire(gold: Gold) -> None:
    Gold.objects.filter(pk=gold.pk, retired_at=None).update(retired_at=Now())


@transaction.atomic
def gold_import(*, project: Project, user: User, kind: GoldKind, file: IO[bytes]) -> int:
    """Make gold of a file, one JSON line for each; how many lines there were.

    A line is written as domain.gold says. An example that the project does not have is added without places, so that
    nobody meets it but as gold; one that it has must be the same. All lines or none: DomainError as gold_make and
    invalid_json, example_differs, each naming the line.
    """
    taxonomy, count = taxonomy_of(taxonomy_current(project=project)), 0
    for number, body in lines_read(file):
        with at("line", number):
            record = gold_from_json(body, taxonomy)
            example = _example(project, record)
            gold_make(
                example=example,
                judgements=to_json(record.judgements),
                comparisons=to_json(record.comparisons),
                origin=GoldOrigin.IMPORT,
                made_by=user,
                kind=kind,
            )
        count += 1
    detail = {"kind": kind.value, "lines": count}
    audited(actor=user, action="gold.import", project=project, target="gold", detail=detail)
    return count


def gold_checks_run() -> list[GoldCheck]:
    """Compare with gold what was said about it and not yet compared, and pause whose work asks for a look; the checks.

    It is done apart from the submit, whose time would else tell which texts are gold.
    """
    return [check for row in unchecked_annotations() if (check := _check(row)) is not None]


@transaction.atomic
def _check(row: Annotation) -> GoldCheck | None:
    project, gold = row.project, row.assignment.gold
    assert gold is not None
    said = annotation_record(annotation=row)
    tally = gold_tally(said.judgements, [judgement_from_json(body) for body in gold.judgements])
    alike = prefers_alike(said.comparisons, [comparison_from_json(body) for body in gold.comparisons])
    check, made = GoldCheck.objects.get_or_create(
        annotation=row,
        defaults={
            "gold": gold,
            "kind": gold.kind,
            "project": project,
            "user": row.assignment.user,
            "right": alike and reaches(tally, desk_of(project).qualification),
            "tally": asdict(tally),
        },
    )
    if not made:
        return None
    pause_if_failing(project=project, user=row.assignment.user)
    return check


def _example(project: Project, record: FeedbackRecord) -> Example:
    """The example of this record, added if the project has none of its id."""
    found = Example.objects.filter(project=project, external_id=record.example.id).prefetch_related("responses").first()
    if found is None:
        responses = [NewResponse(each.text, each.policy_version) for each in record.responses]
        (key,) = examples_add(project=project, items=[NewExample(record.example, responses)], judged=False)
        found = Example.objects.get(pk=key)
    elif [each.text for each in found.responses.all()] != [each.text for each in record.responses]:
        problem = f"{record.example.id!r} is in the project with other texts"
        raise DomainError("example_differs", f"example.id: {problem}", {"example.id": problem})
    return found
