import copy
from collections.abc import Callable
from typing import Any

import pytest

from annotator.domain.desk import (
    Consent,
    Desk,
    GoldRule,
    Pay,
    Qualification,
    check_desk,
    desk_from_json,
    desk_to_json,
    task_to_json,
)
from annotator.domain.errors import DomainError
from annotator.domain.questions import Answered, Clean, Marked, Option, Question
from annotator.domain.taxonomy import PAPER_TAXONOMY

OPTIONS = (Option("dry", "Dry"), Option("kind", "Kind"))
DESK = Desk(
    asks=("marks", "comparison"),
    comparison="either",
    needs="optional",
    overlap="forbid",
    propose_spans=True,
    questions=(
        Question(key="clarity", text="How clear is it?", kind="rating", points=7, low="Muddy", high="Clear"),
        Question(key="tone", text="Which tone?", kind="choice", options=OPTIONS, multiple=True, when=Clean(True)),
        Question(key="why", text="Why?", kind="text", required=False, when=Answered("clarity", (1, 2))),
        Question(key="source", text="Whence?", kind="text", when=Marked(("irrelevant", "missing_answer"))),
    ),
    consent=Consent("2", "You agree."),
    survey=(
        Question(key="age", text="How old are you?", kind="choice", options=OPTIONS, required=False),
        Question(key="more", text="Go on.", kind="text", when=Answered("age", ("dry",))),
    ),
    content_warning="Spiders.",
    pay=Pay("USD", 0.35),
    qualification=Qualification(0.5, 0.6, 0.7, 3),
    gold=GoldRule(5, 0.5, 0.25, 2, 0.9),
)


def test_json_and_back() -> None:
    assert desk_from_json(desk_to_json(DESK)) == DESK
    check_desk(DESK, PAPER_TAXONOMY)


def test_what_is_absent_is_the_default() -> None:
    assert desk_from_json({}) == Desk()
    assert desk_to_json(Desk()) == {
        "asks": ["marks", "correction", "comparison"],
        "comparison": "board",
        "needs": "required",
        "overlap": "warn",
        "propose_spans": False,
        "propose_edits": False,
        "questions": [],
        "consent": None,
        "survey": [],
        "content_warning": "",
        "pay": None,
        "qualification": {"span_f1": 0.6, "type_accuracy": 0.75, "missing_f1": 0.5, "attempts": 2},
        "gold": {"first": 20, "first_rate": 0.1, "rate": 0.05, "least": 10, "share": 0.6},
    }
    question = {"key": "q", "text": "Q?", "kind": "rating"}
    assert desk_to_json(desk_from_json({"questions": [question]}))["questions"] == [
        {
            **question,
            "required": True,
            "points": 5,
            "low": "",
            "high": "",
            "options": [],
            "multiple": False,
            "when": None,
        }
    ]
    assert desk_from_json({"qualification": {"attempts": 1}}).qualification == Qualification(attempts=1)


def test_a_task_is_the_part_that_an_assignment_is_about() -> None:
    task = task_to_json(DESK)
    read = desk_from_json(task)
    assert (read.asks, read.questions, read.consent, read.pay) == (DESK.asks, DESK.questions, None, None)
    assert task_to_json(read) == task


def test_what_is_asked_comes_in_one_order() -> None:
    assert desk_from_json({"asks": ["comparison", "marks"]}).asks == ("marks", "comparison")


def test_whole_numbers_written_as_floats_are_whole_numbers() -> None:
    rating = {"key": "q", "text": "Q?", "kind": "rating", "points": 3.0}
    follow = {"key": "r", "text": "R?", "kind": "text", "when": {"answer": "q", "is": [2.0]}}
    desk = desk_from_json({"questions": [rating, follow], "qualification": {"attempts": 2.0}})
    assert desk.questions[0].values == (1, 2, 3)
    assert str(desk.questions[1].when) == str(Answered("q", (2,)))
    assert type(desk.qualification.attempts) is int


@pytest.mark.parametrize(
    ("asks", "questions", "judges"),
    [
        (["marks"], [], True),
        (["correction"], [], True),
        (["comparison"], [], False),
        (["comparison"], [{"key": "q", "text": "Q?", "kind": "text"}], True),
        ([], [{"key": "q", "text": "Q?", "kind": "text"}], True),
    ],
)
def test_whether_responses_are_judged_one_by_one(asks: list[str], questions: list[Any], judges: bool) -> None:
    assert desk_from_json({"asks": asks, "questions": questions}).judges is judges


def _set(*path: str | int, value: Any) -> Callable[[Any], None]:
    def change(body: Any) -> None:
        for step in path[:-1]:
            body = body[step]
        body[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        (_set("colour", value="red"), "", "'colour' was unexpected"),
        (_set("asks", value=["praise"]), "asks.0", '"praise" is not one of'),
        (_set("comparison", value="duel"), "comparison", '"duel" is not one of'),
        (_set("needs", value=None), "needs", "null is not one of"),
        (_set("propose_edits", value="yes"), "propose_edits", 'is not of type "boolean"'),
        (_set("consent", value={"version": "1"}), "consent", "not valid under any"),
        (_set("pay", value={"currency": "dollars", "per_text": 1}), "pay", "not valid under any"),
        (_set("pay", value={"currency": "USD", "per_text": -1}), "pay", "not valid under any"),
        (_set("qualification", "span_f1", value=1.5), "qualification.span_f1", "1.5 is greater than the maximum of 1"),
        (_set("qualification", "attempts", value=0), "qualification.attempts", "0 is less than the minimum of 1"),
        (_set("questions", 0, "key", value="How clear"), "questions.0.key", "does not match"),
        (_set("questions", 0, "kind", value="guess"), "questions.0.kind", '"guess" is not one of'),
        (_set("questions", 0, "points", value=12), "questions.0.points", "12 is greater than the maximum of 11"),
        (_set("questions", 0, "when", value={"clean": 1}), "questions.0.when", "not valid under any"),
        (_set("questions", 1, "key", value="clarity"), "questions.key", "'clarity' is given 2 times"),
        (_set("questions", 1, "options", value=[]), "questions.1.options", "a choice needs options"),
        (_set("questions", 0, "options", value=[{"key": "a", "name": "A"}]), "questions.0.options", "no other kind"),
        (_set("questions", 0, "multiple", value=True), "questions.0.multiple", "a rating has one answer"),
        (_set("questions", 1, "options", 1, "key", value="dry"), "questions.1.options.key", "'dry' is given 2 times"),
        (_set("questions", 2, "when", "answer", value="source"), "questions.2.when", "'source' is no earlier rating"),
        (_set("questions", 2, "when", "answer", value="why"), "questions.2.when", "'why' is no earlier rating"),
        (_set("questions", 2, "when", "is", value=[8]), "questions.2.when", "8 is no answer of 'clarity' (1, 2, 3"),
        (_set("questions", 2, "when", "is", value=["1"]), "questions.2.when", "'1' is no answer of 'clarity'"),
        (_set("asks", value=["comparison"]), "questions.1.when", "no marks are asked for"),
        (lambda body: body.update(asks=[], questions=[]), "asks", "nothing is asked of annotators"),
        (
            _set("survey", 0, "when", value={"clean": True}),
            "survey.0.when",
            "a survey is about the person",
        ),
        (_set("survey", 1, "key", value="age"), "survey.key", "'age' is given 2 times"),
    ],
)
def test_a_wrong_desk_is_named(change: Callable[[Any], None], field: str, said: str) -> None:
    body = copy.deepcopy(desk_to_json(DESK))
    change(body)
    with pytest.raises(DomainError) as caught:
        desk_from_json(body)
    assert caught.value.code == "invalid_desk"
    assert said in caught.value.fields[field]


@pytest.mark.parametrize("body", [None, [], "desk"])
def test_what_is_no_desk(body: Any) -> None:
    with pytest.raises(DomainError) as caught:
        desk_from_json(body)
    assert caught.value.code == "invalid_desk"


def test_questions_name_types_of_the_taxonomy() -> None:
    question = Question(key="q", text="Q?", kind="text", when=Marked(("irrelevant", "rude")))
    with pytest.raises(DomainError) as caught:
        check_desk(Desk(questions=(question,)), PAPER_TAXONOMY)
    assert caught.value.code == "invalid_desk"
    assert "'rude' is not in taxonomy 'paper-1'" in caught.value.fields["questions.0.when.marked"]
