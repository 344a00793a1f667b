from typing import Any

import pytest
from django.db import IntegrityError

from annotator.domain.errors import DomainError
from annotator.models import (
    Annotation,
    Assignment,
    Example,
    Gold,
    GoldCheck,
    GoldKind,
    GoldOrigin,
    Membership,
    Project,
    Slot,
    Standing,
    StandingChange,
    User,
)
from annotator.selectors.assignments import assignment_detail
from annotator.selectors.guidance import step_of
from annotator.selectors.people import people_list
from annotator.selectors.submitted import submitted_detail
from annotator.services.annotations import annotation_submit
from annotator.services.datasets import dataset_freeze
from annotator.services.gold import gold_checks_run, gold_import, gold_make, gold_retire
from annotator.services.projects import project_update
from annotator.services.standing import standing_change
from tests.annotator.factories import (
    assignment_next,
    expire,
    jsonl,
    judgement,
    lesson,
    make_examples,
    make_user,
    span,
    submission,
)

pytestmark = pytest.mark.django_db(transaction=True)

RIGHT = [judgement(spans=[span("It has two moons")], corrected_text="x")]
WRONG = [judgement()]
ALWAYS = {"gold": {"first_rate": 1, "rate": 1, "least": 3, "share": 0.8}}


def gold(name: str = "g1", **fields: Any) -> dict[str, Any]:
    return lesson("", name, [span("It has two moons")], **fields)["record"]


@pytest.fixture
def checked(project: Project, admin: User) -> Project:
    """A project that hands out gold whenever it can: five examples of it, and four others."""
    project = project_update(project=project, desk={**ALWAYS, "asks": ["marks", "correction"]})
    make_examples(project, 4)
    gold_import(project=project, user=admin, kind=GoldKind.GOLD, file=jsonl(*(gold(f"g{n}") for n in range(5))))
    return project


def work(project: Project, user: User, judgements: list[dict[str, Any]], times: int = 1) -> Assignment:
    for _ in range(times):
        given = assignment_next(project=project, user=user)
        assert given
        assert annotation_submit(assignment=given, **submission(judgements=judgements, comparisons=[])).counted
    return given


def test_gold_is_handed_out_like_any_text_and_fills_no_place(checked: Project, annotator: User) -> None:
    given = assignment_next(project=checked, user=annotator)
    assert given
    assert (given.gold is not None, given.slot, given.state) == (True, None, "active")
    ordinary = project_update(project=checked, desk={"gold": {"first_rate": 0, "rate": 0}})
    other = assignment_next(project=ordinary, user=make_user("otto", checked))
    assert other
    assert other.slot
    shapes = [assignment_detail(assignment_id=each.pk) for each in (given, other)]
    assert _shape(shapes[0]) == _shape(shapes[1])
    assert Slot.objects.filter(state="open").count() == 3
    answer = annotation_submit(assignment=given, **submission(judgements=RIGHT, comparisons=[]))
    assert answer.counted
    assert submitted_detail(user_id=annotator.pk, assignment_id=given.pk)["counted"]
    assert Slot.objects.filter(state="done").count() == 0
    assert annotation_submit(assignment=given, **submission(client_id=str(answer.annotation_id), judgements=RIGHT,
                                                            comparisons=[])).counted


def _shape(value: Any) -> Any:
    """The keys and kinds of what is sent, without what is in it."""
    if isinstance(value, dict):
        return {key: _shape(each) for key, each in value.items()}
    return [_shape(each) for each in value[:1]] if isinstance(value, list) else type(value)


def test_nobody_gets_gold_twice_or_after_the_last_text(checked: Project, annotator: User) -> None:
    seen = []
    while given := assignment_next(project=checked, user=annotator):
        seen.append(given.example_id)
        annotation_submit(assignment=given, **submission(judgements=RIGHT, comparisons=[]))
    assert len(seen) == len(set(seen)) == 9
    # The last text is an ordinary one: gold that is left alone would be known for what it is.
    assert given is None
    newest = Assignment.objects.order_by("pk").last()
    assert newest
    assert newest.slot


def test_the_rates_are_those_of_the_desk(project: Project, admin: User, annotator: User) -> None:
    """Of 60 texts the first 10 hold gold half of the time, the others never."""
    rule = {"first": 10, "first_rate": 0.5, "rate": 0}
    project = project_update(project=project, desk={"asks": ["marks", "correction"], "gold": rule})
    make_examples(project, 30)
    gold_import(project=project, user=admin, kind=GoldKind.GOLD, file=jsonl(*(gold(f"g{n}") for n in range(30))))
    work(project, annotator, RIGHT, 30)
    kinds = [row.gold_id is not None for row in Assignment.objects.order_by("pk")]
    assert 0 < sum(kinds[:10]) < 10
    assert not any(kinds[10:])


def test_an_expired_check_comes_back_to_its_person(checked: Project, annotator: User) -> None:
    given = assignment_next(project=checked, user=annotator)
    assert given
    expire(given)
    again = assignment_next(project=checked, user=annotator)
    assert again
    assert (again.pk, again.gold_id, again.state) == (given.pk, given.gold_id, "active")


def test_checks_are_scored_apart_from_the_submit_and_once(checked: Project, annotator: User) -> None:
    work(checked, annotator, RIGHT)
    work(checked, annotator, WRONG)
    assert not GoldCheck.objects.exists()
    assert [check.right for check in gold_checks_run()] == [True, False]
    assert gold_checks_run() == []
    (person,) = (each for each in people_list(project=checked)["people"] if each["annotations"])
    # Wilson's interval of 1 in 2.
    assert person["gold"] == {"right": 1, "checks": 2, "low": pytest.approx(0.0945, abs=1e-3),
                              "high": pytest.approx(0.9055, abs=1e-3)}
    assert person["attention"]["checks"] == 0


def test_who_surely_fails_is_paused_and_told_and_an_admin_decides(
    checked: Project, annotator: User, admin: User
) -> None:
    """0 of 2 checks is too few to tell; of 0 of 3 the upper end is 0.56, under 0.8."""
    work(checked, annotator, WRONG, 2)
    gold_checks_run()
    assert step_of(project=checked, user=annotator) == "work"
    held = assignment_next(project=checked, user=annotator)
    assert held
    annotation_submit(assignment=held, **submission(judgements=WRONG, comparisons=[]))
    ahead = assignment_next(project=checked, user=annotator)
    assert ahead
    gold_checks_run()
    assert step_of(project=checked, user=annotator) == "paused"
    with pytest.raises(DomainError, match="being looked at"):
        assignment_next(project=checked, user=annotator)
    change = StandingChange.objects.get()
    assert (change.made_by, change.standing) == (None, Standing.PAUSED)
    found = {"kind": "gold", "share": 0.8, "right": 0, "checks": 3, "low": 0}
    assert change.evidence == {**found, "high": pytest.approx(0.5615, abs=1e-3)}
    # What they hold may still be handed in, and counts for pay.
    annotation_submit(assignment=ahead, **submission(judgements=WRONG, comparisons=[]))
    assert Membership.objects.get(user=annotator).submitted == 4
    standing_change(project=checked, user=annotator, standing=Standing.WORKING, reason="Gold was wrong.", made_by=admin)
    gold_checks_run()
    assert step_of(project=checked, user=annotator) == "work"
    standing_change(project=checked, user=annotator, standing=Standing.ENDED, reason="By themselves.", made_by=admin)
    with pytest.raises(DomainError, match="has ended"):
        assignment_next(project=checked, user=annotator)
    with pytest.raises(DomainError, match="already"):
        standing_change(project=checked, user=annotator, standing=Standing.ENDED, reason="Again.", made_by=admin)
    with pytest.raises(IntegrityError, match="never changes"):
        StandingChange.objects.update(reason="Another.")


def test_datasets_leave_checks_out_unless_they_are_asked_for(checked: Project, annotator: User) -> None:
    work(checked, annotator, RIGHT)
    with pytest.raises(DomainError, match="no annotations"):
        dataset_freeze(project=checked, user=None, name="none")
    dataset = dataset_freeze(project=checked, user=None, name="d", gold=True)
    assert (dataset.manifest["counts"]["records"], dataset.manifest["query"]["gold_checks"]) == (1, "included")


def test_gold_is_replaced_never_changed(project: Project, admin: User) -> None:
    (example,) = make_examples(project, 1)
    fields = {"example": example, "origin": GoldOrigin.ADJUDICATION, "made_by": admin}
    clean = {"response": 0, "spans": [], "missing": [], "corrected_text": None}
    marked = {**clean, "spans": [span("It has two moons")]}
    first = gold_make(judgements=[clean], **fields)
    assert gold_make(judgements=[clean], **fields) == first
    second = gold_make(judgements=[marked], **fields)
    assert [row.pk for row in Gold.objects.filter(retired_at=None)] == [second.pk]
    with pytest.raises(IntegrityError, match="never changes"):
        Gold.objects.filter(pk=second.pk).update(judgements=[])
    gold_retire(gold=second)
    assert not Gold.objects.filter(retired_at=None).exists()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({**gold(), "judgements": []}, "line 1: judgements: are empty"),
        (lesson("", "g", [span("It has two moons", "wrong")])["record"], "line 1: .*'wrong'"),
        (gold("e0"), "line 1: example.id: 'e0' is in the project with other texts"),
        ([], "line 1: record: is not an object"),
    ],
)
def test_a_file_of_gold_is_taken_whole_or_not_at_all(project: Project, admin: User, body: Any, message: str) -> None:
    make_examples(project, 1)
    with pytest.raises(DomainError, match=message):
        gold_import(project=project, user=admin, kind=GoldKind.GOLD, file=jsonl(body))
    assert (Gold.objects.count(), Example.objects.count()) == (0, 1)


def test_gold_that_asks_nothing_is_none(project: Project, admin: User) -> None:
    (example,) = make_examples(project, 1)
    second = {"response": 1, "spans": [], "missing": [], "corrected_text": None}
    with pytest.raises(DomainError, match="nothing that this project asks for"):
        gold_make(example=example, judgements=[second], origin=GoldOrigin.ADJUDICATION, made_by=admin)


def test_a_check_against_gold_holds_no_place(checked: Project, annotator: User) -> None:
    given = assignment_next(project=checked, user=annotator)
    assert given
    with pytest.raises(IntegrityError, match="assignment_gold_fills_no_slot"):
        Assignment.objects.filter(pk=given.pk).update(slot=Slot.objects.first())
    assert Annotation.objects.count() == 0
