"""Tallies against plain counting, after whatever was done to the tables, in any order."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet, Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.models import (
    Annotation,
    Assignment,
    CoverageChange,
    CoverageTally,
    Example,
    MarkTally,
    MissingMark,
    Project,
    Slot,
    Span,
    User,
    WorkTally,
)
from annotator.selectors.tallies import coverage
from annotator.services.annotations import annotation_submit
from annotator.services.projects import project_update
from annotator.services.tallies import tallies_fold, tallies_rebuild
from tests.annotator.factories import assignment_next, expire, judgement, make_examples, make_user, span, submission

pytestmark = pytest.mark.django_db

Counts = dict[Any, Any]
# By whose annotation, wherever it hangs.
MARKS_OF = "judgement__annotation"


def counted(project: Project) -> Counts:
    """All that the tallies keep, counted row by row in Python."""
    work: Counter[Any] = Counter()
    for row in Annotation.objects.filter(project=project).select_related("assignment"):
        key = row.assignment.user_id, row.created_at.replace(minute=0, second=0, microsecond=0)
        work[*key, "annotations"] += 1
        work[*key, "counted"] += row.assignment.slot_id is not None
        work[*key, "timed"] += row.active_seconds is not None
        work[*key, "milliseconds"] += round((row.active_seconds or 0) * 1000)
    marks = Counter(
        mark
        for model in (Span, MissingMark)
        for mark in model.objects.filter(judgement__annotation__project=project).values_list(
            "judgement__annotation__assignment__user", "type"
        )
    )
    slots: dict[int, list[str]] = {}
    for example, state in Slot.objects.filter(project=project).values_list("example", "state"):
        slots.setdefault(example, []).append(state)
    covered = Counter((len(states), states.count("done")) for states in slots.values())
    return {"work": _some(work), "marks": _some(marks), "coverage": _some(covered)}


def kept(project: Project) -> Counts:
    """The same, as the tallies have it."""
    columns = "annotations", "counted", "timed", "milliseconds"
    work = {
        (row["user"], row["hour"], column): row[column]
        for row in WorkTally.objects.filter(project=project).values("user", "hour").annotate(
            **{column: Sum(column) for column in columns}
        )
        for column in columns
    }
    rows: QuerySet[Any, Any] = MarkTally.objects.filter(project=project).values_list("user", "type")
    marks = {(user, kind): marks for user, kind, marks in rows.annotate(Sum("marks"))}
    return {"work": _some(work), "marks": _some(marks), "coverage": coverage(project=project)}


def _some(counts: Counts) -> Counts:
    return {key: value for key, value in counts.items() if value}


def same(project: Project) -> None:
    assert kept(project) == counted(project)


def work(project: Project, person: User, **fields: Any) -> Annotation:
    assignment = assignment_next(project=project, user=person)
    assert assignment
    body = submission(**fields)
    annotation_submit(assignment=assignment, **body)
    return Annotation.objects.get(record_id=body["client_id"])


def run(sql: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def missing(note: str = "") -> dict[str, Any]:
    return {"type": "missing_answer", "evidence": [{"passage": 1, "sentence": 1}], "note": note}


def test_a_submit_is_counted_and_a_late_one_is_surplus(project: Project, annotator: User) -> None:
    make_examples(project, 3)
    assert coverage(project=project) == {(1, 0): 3}
    marked = [judgement(spans=[span("two moons"), span("ring", "incoherent")], missing=[missing()])]
    work(project, annotator, judgements=marked, active_seconds=1.2345)
    work(project, annotator, judgements=[judgement()], active_seconds=None)
    same(project)
    assert kept(project)["marks"] == {
        (annotator.pk, "incoherent"): 1, (annotator.pk, "irrelevant"): 1, (annotator.pk, "missing_answer"): 1
    }  # fmt: skip
    assert coverage(project=project) == {(1, 1): 2, (1, 0): 1}
    late = assignment_next(project=project, user=annotator)
    assert late
    expire(late)
    work(project, make_user("bob", project))
    annotation_submit(assignment=late, **submission())
    same(project)
    totals = WorkTally.objects.filter(user=annotator).aggregate(Sum("annotations"), Sum("counted"), Sum("timed"))
    assert totals == {"annotations__sum": 3, "counted__sum": 2, "timed__sum": 2}


STEPS: dict[str, Callable[..., Any]] = {
    "edit": lambda row: Annotation.objects.filter(pk=row.pk).update(active_seconds=7.25),
    "untime": lambda row: Annotation.objects.filter(pk=row.pk).update(active_seconds=None),
    "move in time": lambda row: run(
        "UPDATE annotator_annotation SET created_at = created_at - interval '90 minutes' WHERE id = %s", row.pk
    ),
    "rename marks": lambda row: Span.objects.filter(judgement__annotation=row).update(type="incoherent"),
    "drop marks": lambda row: Span.objects.filter(judgement__annotation=row).delete(),
    "add a mark": lambda row: Span.objects.create(
        judgement=row.judgements.get(), start=0, end=3, quote="Oru", type="repetitive"
    ),
    "make surplus": lambda row: Assignment.objects.filter(pk=row.assignment_id).update(slot=None),
    "to another": lambda row: Assignment.objects.filter(pk=row.assignment_id).update(
        user=make_user(f"u{User.objects.count()}", row.project)
    ),
    "reopen": lambda row: Slot.objects.filter(example=row.assignment.example_id).update(state="open"),
    "delete": lambda row: row.delete(),
    "delete upside down": lambda row: (
        run("DELETE FROM annotator_annotation WHERE id = %s", row.pk),
        run("DELETE FROM annotator_missingmark USING annotator_judgement j WHERE j.id = judgement_id"
            " AND annotation_id = %s", row.pk),
        run("DELETE FROM annotator_span USING annotator_judgement j WHERE j.id = judgement_id"
            " AND annotation_id = %s", row.pk),
        run("DELETE FROM annotator_judgement WHERE annotation_id = %s", row.pk),
        run("DELETE FROM annotator_comparison WHERE annotation_id = %s", row.pk),
    ),
    "delete from the middle": lambda row: (
        run("DELETE FROM annotator_judgement WHERE annotation_id = %s", row.pk),
        run("DELETE FROM annotator_span WHERE NOT EXISTS (SELECT FROM annotator_judgement WHERE id = judgement_id)"),
        run("DELETE FROM annotator_missingmark"
            " WHERE NOT EXISTS (SELECT FROM annotator_judgement WHERE id = judgement_id)"),
    ),
    "delete the assignment": lambda row: (
        run("DELETE FROM annotator_assignment WHERE id = %s", row.assignment_id),
        row.delete(),
    ),
}  # fmt: skip


@given(
    st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 3), st.booleans()), min_size=1, max_size=6),
    st.integers(1, 3),
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_done_the_tallies_are_what_one_counts(
    project: Project, annotator: User, steps: list[tuple[str, int, bool]], overlap: int
) -> None:
    with transaction.atomic():
        project = project_update(project=project, overlap=overlap)
        make_examples(project, 2)
        marked = [judgement(spans=[span("two moons"), span("ring")], missing=[missing("a"), missing("b")])]
        other = make_user("bob", project)
        rows = [work(project, person, judgements=marked) for person in (annotator, other)[:overlap] for _ in range(2)]
        same(project)
        for name, which, fold in steps:
            found = Annotation.objects.filter(pk=rows[which % len(rows)].pk).select_related("assignment").first()
            if found and found.judgements.exists():
                STEPS[name](found)
            same(project)
            if fold:
                before = kept(project)
                tallies_fold()
                assert kept(project) == before
                assert not CoverageChange.objects.exists()
        project_update(project=project, overlap=3)
        make_examples(project, 1)
        same(project)
        before = kept(project)
        tallies_rebuild(project=project)
        assert kept(project) == before
        transaction.set_rollback(True)


def test_folding_leaves_a_row_for_each_key(project: Project, annotator: User) -> None:
    project = project_update(project=project, overlap=2)
    make_examples(project, 4)
    rows = [work(project, annotator) for _ in range(4)]
    tallies_fold()
    assert (WorkTally.objects.count(), MarkTally.objects.count(), CoverageTally.objects.count()) == (1, 1, 1)
    for row in rows:
        row.delete()
    Assignment.objects.all().delete()
    Slot.objects.all().delete()
    Example.objects.all().delete()
    tallies_fold()
    assert not any(model.objects.exists() for model in (WorkTally, MarkTally, CoverageTally, CoverageChange))
