"""Adjudicating: what is kept and refused, who wins, and what datasets get of it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, connections, transaction

from annotator.domain.errors import DomainError
from annotator.domain.feedback import check_record, record_from_json, record_to_json
from annotator.domain.taxonomy import PAPER_TAXONOMY
from annotator.models import Adjudication, AdjudicationReveal, Annotation, Example, Project, User
from annotator.selectors.adjudications import adjudicated_records, adjudication_detail, lettered
from annotator.selectors.disputes import disputed_examples
from annotator.services.adjudications import (
    AdjudicationConflict,
    adjudication_reopen,
    adjudication_save,
    adjudication_settle,
    judgements_reveal,
)
from annotator.services.projects import project_update
from tests.annotator.adjudicating import MARKS, annotate, judged_twice, work
from tests.annotator.factories import TEXT, judgement, make_examples, make_user, span

pytestmark = pytest.mark.django_db


@pytest.fixture
def example(project: Project) -> Example:
    return judged_twice(project)


def code_of(call: Any, **arguments: Any) -> str:
    with pytest.raises(DomainError) as caught:
        call(**arguments)
    return caught.value.code


def test_judgements_stand_side_by_side_without_names_and_times(example: Example, researcher: User) -> None:
    detail = adjudication_detail(example=example, user=researcher)
    assert [each["who"] for each in detail["annotations"]] == [None, None]
    shown = str(detail)
    for row in Annotation.objects.select_related("assignment__user"):
        assert row.submitted_at
        assert row.submitted_at.isoformat() not in shown
        assert row.assignment.user.memberships.get().pseudonym not in shown
    assert AdjudicationReveal.objects.count() == 0


def test_the_order_of_the_letters_tells_nothing_and_stays() -> None:
    """Of 100 pairs, each in the order of time, some are turned and some are not."""
    firsts = set()
    for number in range(100):
        pair = [str(UUID(int=number)), str(UUID(int=number + 1000))]
        found = lettered(pair, [], 7)
        assert sorted(found) == sorted(pair)
        assert lettered(pair[::-1], [], 7) == found
        late = str(UUID(int=number + 2000))
        assert lettered([late, *pair], found, 7) == [*found, late]
        firsts.add(found[0] == pair[0])
    assert firsts == {True, False}


def test_whoever_asks_for_names_is_noted(example: Example, researcher: User) -> None:
    judgements_reveal(example=example, user=researcher)
    detail = adjudication_detail(example=example, user=researcher, reveal=True)
    assert {each["who"]["active_seconds"] for each in detail["annotations"]} == {12.5}
    reveal = AdjudicationReveal.objects.get()
    assert (reveal.user, reveal.example) == (researcher, example)
    with pytest.raises(IntegrityError), transaction.atomic():
        AdjudicationReveal.objects.update(user=make_user("eve"))
    with pytest.raises(IntegrityError), transaction.atomic():
        reveal.delete()


def test_the_proposal_is_what_they_agree_on(example: Example, researcher: User) -> None:
    """Both mark "It has two moons," word by word, one of them the words after it too."""
    proposal = adjudication_detail(example=example, user=researcher)["proposal"]
    (judged,) = proposal["judgements"]
    assert judged["spans"][0]["type"] == "repetitive"
    assert all(TEXT[mark["start"] : mark["end"]] == mark["quote"] for mark in judged["spans"])
    assert len(proposal["confidence"]["0"]["spans"]) == len(judged["spans"])
    assert proposal["comparisons"] == [{"first": 0, "second": 1, "preferred": "tie", "strength": None}]


def test_from_draft_to_record_and_back(example: Example, researcher: User, admin: User) -> None:
    unfinished = work(judgements=[judgement(spans=[span("moons", "repetitive")])], comparisons=[])
    draft = adjudication_save(example=example, user=researcher, version=0, work=unfinished)
    assert (draft.state, draft.version, draft.adjudicator) == ("draft", 1, researcher)
    assert code_of(adjudication_settle, example=example, user=researcher, version=1, work=unfinished) == "invalid_mark"
    settled = adjudication_settle(example=example, user=admin, version=1, work=work())
    assert (settled.state, settled.version, settled.adjudicator) == ("settled", 2, admin)
    assert settled.settled_at
    assert settled.versions["taxonomy"] == PAPER_TAXONOMY.version
    assert {each["annotation"] for each in settled.settles} == {
        str(name) for name in Annotation.objects.values_list("record_id", flat=True)
    }
    assert code_of(adjudication_save, example=example, user=admin, version=2, work=work()) == "adjudication_settled"
    opened = adjudication_reopen(example=example, user=researcher, version=2, reason="the guideline changed")
    assert (opened.state, opened.version, opened.settled_at) == ("reopened", 3, None)
    assert opened.reopen_reason == "the guideline changed"
    assert code_of(adjudication_reopen, example=example, user=researcher, version=3, reason="") == "not_settled"
    again = adjudication_settle(example=example, user=researcher, version=3, work=work())
    assert (again.state, again.record_id) == ("settled", settled.record_id)


def test_who_changes_what_somebody_has_changed_is_told_of_both(
    example: Example, researcher: User, admin: User
) -> None:
    adjudication_save(example=example, user=researcher, version=0, work=work())
    other = work(judgements=[judgement()])
    with pytest.raises(AdjudicationConflict) as caught:
        adjudication_save(example=example, user=admin, version=0, work=other)
    assert caught.value.code == "version_conflict"
    assert (caught.value.stored["version"], caught.value.stored["mine"]) == (1, False)
    assert len(caught.value.stored["judgements"][0]["spans"]) == 1
    assert (caught.value.sent["version"], caught.value.sent["judgements"][0]["spans"]) == (0, [])
    # The same from the same person, whose answer was lost, is no conflict.
    assert adjudication_save(example=example, user=researcher, version=0, work=work()).version == 1
    assert adjudication_settle(example=example, user=admin, version=1, work=work()).version == 2
    assert adjudication_settle(example=example, user=admin, version=1, work=work()).version == 2


@pytest.mark.django_db(transaction=True)
def test_at_once_one_wins(project: Project, researcher: User) -> None:
    example = judged_twice(project)

    def save(number: int) -> str:
        try:
            mine = work(judgements=[judgement(corrected_text=f"version {number}", spans=[*MARKS])])
            adjudication_save(example=example, user=researcher, version=0, work=mine)
            return "won"
        except AdjudicationConflict as conflict:
            return f"lost to {conflict.stored['judgements'][0]['corrected_text']}"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as threads:
        ends = list(threads.map(save, range(6)))
    stored = Adjudication.objects.get()
    assert sorted(ends, reverse=True) == ["won", *[f"lost to {stored.judgements[0]['corrected_text']}"] * 5]
    assert stored.version == 1


def test_one_judgement_settles_nothing(project: Project, annotator: User, researcher: User) -> None:
    (example,) = make_examples(project)
    annotate(project, annotator)
    detail = adjudication_detail(example=example, user=researcher)
    assert (len(detail["annotations"]), detail["task"], detail["proposal"]) == (1, None, None)
    code = code_of(adjudication_save, example=example, user=researcher, version=0, work=work())
    assert code == "insufficient_overlap"


def test_surplus_does_not_count(example: Example, researcher: User) -> None:
    assignment = example.assignments.order_by("pk")[0]
    assignment.slot = None
    assignment.save()
    code = code_of(adjudication_save, example=example, user=researcher, version=0, work=work())
    assert code == "insufficient_overlap"
    assert not disputed_examples(project=example.project).exists()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"judgements": []}, "judgements_incomplete"),
        ({"judgements": [judgement(spans=[{**span("moons"), "quote": "moon"}])]}, "quote_mismatch"),
        ({"judgements": [judgement(spans=[span("moons", "no such type")])]}, "invalid_mark"),
        ({"comparisons": [{"first": 0, "second": 2, "preferred": "tie"}]}, "invalid_comparison"),
    ],
)
def test_what_is_wrong_is_refused_even_in_a_draft(example: Example, researcher: User, fields: Any, code: str) -> None:
    assert code_of(adjudication_save, example=example, user=researcher, version=0, work=work(**fields)) == code
    assert not Adjudication.objects.exists()


def test_each_decision_is_about_a_mark_that_somebody_made(example: Example, researcher: User) -> None:
    row = next(each for each in Annotation.objects.all() if each.judgements.get().spans.count() == 2)
    decision = {"annotation": str(row.record_id), "response": 0, "part": "spans", "index": 1}
    decision |= {"decision": "reject", "reason": "no_error"}
    stored = adjudication_save(example=example, user=researcher, version=0, work=work(decisions=[decision]))
    assert stored.decisions == [decision]
    for wrong in ([{**decision, "index": 2}], [decision, decision], [{**decision, "annotation": str(uuid4())}]):
        code = code_of(adjudication_save, example=example, user=researcher, version=1, work=work(decisions=wrong))
        assert code == "unknown_mark"


def test_a_settled_record_is_a_feedback_record(example: Example, researcher: User) -> None:
    adjudication_save(example=example, user=researcher, version=0, work=work())
    assert list(adjudicated_records(project=example.project)) == []
    Annotation.objects.update(weight=1.25)
    settled = adjudication_settle(example=example, user=researcher, version=1, work=work())
    (record,) = adjudicated_records(project=example.project)
    assert record_from_json(record_to_json(record)) == record
    check_record(record, PAPER_TAXONOMY)
    assert (record.source, record.annotator.pseudonym, record.annotator.weight) == ("adjudicated", "adjudicated", 2.5)
    assert (record.record_id, record.example.id) == (str(settled.record_id), example.external_id)
    assert [(mark.start, mark.end, mark.type) for mark in record.judgements[0].spans] == [
        (MARKS[0]["start"], MARKS[0]["end"], "repetitive")
    ]
    assert sorted(record.raw["adjudication"]["records"]) == sorted(
        str(name) for name in Annotation.objects.values_list("record_id", flat=True)
    )


def test_what_came_later_is_told(project: Project, example: Example, researcher: User) -> None:
    adjudication_settle(example=example, user=researcher, version=0, work=work())
    before = adjudication_detail(example=example, user=researcher)
    assert before["outdated"] is False
    project_update(project=project, overlap=3)
    project.refresh_from_db()
    annotate(project, make_user("late", project))
    detail = adjudication_detail(example=example, user=researcher)
    assert detail["outdated"] is True
    # Letters that are known stay.
    assert [each["id"] for each in detail["annotations"]][:2] == [each["id"] for each in before["annotations"]]


def test_the_queue_by_state_and_type(project: Project, researcher: User) -> None:
    calm, disputed = judged_twice(project, (), ()), judged_twice(project)
    assert list(disputed_examples(project=project)) == [disputed, calm]
    assert list(disputed_examples(project=project, type="irrelevant")) == [disputed]
    assert list(disputed_examples(project=project, type="incoherent")) == []
    adjudication_settle(example=disputed, user=researcher, version=0, work=work())
    assert list(disputed_examples(project=project)) == [calm]
    assert list(disputed_examples(project=project, wanted="settled")) == [disputed]
    assert list(disputed_examples(project=project, wanted="all")) == [disputed, calm]


def broken(rule: str, sql: str, *values: Any) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
    assert caught.value.__cause__.diag.constraint_name == rule  # type: ignore[union-attr]


def test_the_database_keeps_the_rules_too(project: Project, example: Example, researcher: User) -> None:
    update = "UPDATE annotator_adjudication SET version = version + 1, "
    adjudication_save(example=example, user=researcher, version=0, work=work())
    broken("adjudication_version_grows", "UPDATE annotator_adjudication SET comparisons = '[]'")
    broken("adjudication_unmoving", update + "record_id = gen_random_uuid()")
    broken("adjudication_of_several", update + "state = 'settled', settled_at = now(), settles = '[]'")
    broken("adjudication_settled_at_a_time", update + "state = 'settled'")
    broken("adjudication_state_known", update + "state = 'lost'")
    for start, end, quote in ((0, 3, "Our"), (0, 0, ""), (4, 400, "has"), (9, 3, "")):
        mark = f'[{{"response": 0, "spans": [{{"start": {start}, "end": {end}, "quote": "{quote}"}}]}}]'
        broken("adjudication_quote_of_text", update + "judgements = %s", mark)
    adjudication_settle(example=example, user=researcher, version=1, work=work())
    broken("adjudication_settled", update + "adjudicator_id = adjudicator_id")
    broken("adjudication_settled", update + "state = 'reopened', settled_at = NULL, comparisons = '[]'")
