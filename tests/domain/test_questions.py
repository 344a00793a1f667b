from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.desk import desk_from_json
from annotator.domain.errors import DomainError
from annotator.domain.questions import (
    TEXT_LIMIT,
    Answered,
    Clean,
    Marked,
    Option,
    Question,
    When,
    asked_questions,
    check_answers,
)
from annotator.domain.records import Judgement, MissingMark, SpanMark
from tests.domain.golden import golden

OPTIONS = (Option("dry", "Dry"), Option("kind", "Kind"))
RATING = Question(key="clarity", text="?", kind="rating", points=3)
TONE = Question(key="tone", text="?", kind="choice", options=OPTIONS)
TONES = Question(key="tones", text="?", kind="choice", options=OPTIONS, multiple=True)
WHY = Question(key="why", text="?", kind="text")
SPAN = SpanMark(0, 1, "a", "irrelevant")
MISSING = MissingMark("missing_answer")


def judgement(spans: tuple[SpanMark, ...] = (), missing: tuple[MissingMark, ...] = (), **answers: Any) -> Judgement:
    return Judgement(0, spans, missing, answers=answers)


@pytest.mark.parametrize(
    ("when", "given", "asked"),
    [
        (None, judgement(), True),
        (Marked(("irrelevant",)), judgement(), False),
        (Marked(("irrelevant",)), judgement((SPAN,)), True),
        (Marked(("rude", "missing_answer")), judgement((SPAN,)), False),
        (Marked(("rude", "missing_answer")), judgement((), (MISSING,)), True),
        (Clean(True), judgement(), True),
        (Clean(True), judgement((SPAN,)), False),
        (Clean(True), judgement((), (MISSING,)), False),
        (Clean(False), judgement(), False),
        (Clean(False), judgement((SPAN,)), True),
        (Answered("clarity", (1, 2)), judgement(), False),
        (Answered("clarity", (1, 2)), judgement(clarity=2), True),
        (Answered("clarity", (1, 2)), judgement(clarity=3), False),
        (Answered("tones", ("dry",)), judgement(tones=["kind", "dry"]), True),
        (Answered("tones", ("dry",)), judgement(tones=["kind"]), False),
    ],
)
def test_when_a_question_is_asked(when: When | None, given: Judgement, asked: bool) -> None:
    question = Question(key="last", text="?", kind="text", when=when)
    assert (question in asked_questions((RATING, TONES, question), given)) is asked


def test_an_answer_to_what_is_not_asked_leads_nowhere() -> None:
    """Of a chain of questions the second is not asked, so its stale answer does not bring up the third."""
    second = Question(key="tone", text="?", kind="choice", options=OPTIONS, when=Answered("clarity", (1,)))
    third = Question(key="why", text="?", kind="text", when=Answered("tone", ("dry",)))
    chain = (RATING, second, third)
    assert asked_questions(chain, judgement(clarity=1, tone="dry")) == list(chain)
    assert asked_questions(chain, judgement(clarity=2, tone="dry")) == [RATING]


@pytest.mark.parametrize(
    ("question", "answer"),
    [(RATING, 1), (RATING, 3), (TONE, "dry"), (TONES, ["kind"]), (TONES, ["kind", "dry"]), (WHY, " because ")],
)
def test_answers_that_fit(question: Question, answer: Any) -> None:
    check_answers([question], judgement(**{question.key: answer}))


@pytest.mark.parametrize(
    ("question", "answer", "said"),
    [
        (RATING, 0, "0 is none of 1, 2, 3"),
        (RATING, 4, "4 is none of 1, 2, 3"),
        (RATING, "2", "'2' is none of 1, 2, 3"),
        (RATING, ["2"], "wanted is a single value"),
        (TONE, "rude", "'rude' is none of dry, kind"),
        (TONE, ["dry"], "wanted is a single value"),
        (TONES, "dry", "wanted is a list of different options"),
        (TONES, [], "wanted is a list of different options"),
        (TONES, ["dry", "dry"], "wanted is a list of different options"),
        (TONES, ["dry", "rude"], "'rude' is none of dry, kind"),
        (WHY, "  ", "is no text"),
        (WHY, 3, "is no text"),
        (WHY, "x" * (TEXT_LIMIT + 1), f"the most is {TEXT_LIMIT}"),
    ],
)
def test_an_answer_that_does_not_fit_is_named(question: Question, answer: Any, said: str) -> None:
    error = _refused([question], judgement(**{question.key: answer}))
    assert said in error.fields[f"judgements.0.answers.{question.key}"]


def test_only_what_is_asked_is_answered_and_all_that_is_required() -> None:
    optional = Question(key="note", text="?", kind="text", required=False)
    hidden = Question(key="source", text="?", kind="text", when=Marked(("irrelevant",)))
    questions = [RATING, WHY, optional, hidden]
    check_answers(questions, judgement(clarity=1, why="So."))
    error = _refused(questions, judgement(source="a book", mood=1))
    assert {path.removeprefix("judgements.0.answers."): problem for path, problem in error.fields.items()} == {
        "clarity": "is missing; this question wants an answer",
        "why": "is missing; this question wants an answer",
        "source": "is given, but its question is not asked here",
        "mood": "is given, but there is no question 'mood'",
    }
    assert "source" in "".join(_refused(questions, judgement((SPAN,), clarity=1, why="So.")).fields)


QUESTIONS = (
    RATING,
    TONES,
    Question(key="tone", text="?", kind="choice", options=OPTIONS, when=Answered("clarity", (1,)), required=False),
    Question(key="why", text="?", kind="text", when=Answered("tone", ("dry",))),
    Question(key="source", text="?", kind="text", when=Clean(False), required=False),
)
GOOD: dict[str, Sequence[Any]] = {
    "clarity": (1, 2, 3),
    "tones": (["dry"], ["kind"], ["dry", "kind"], ["kind", "dry"]),
    "tone": ("dry", "kind"),
    "why": ("So.",),
    "source": ("A book.",),
}
ANSWERS = {
    "clarity": st.integers(0, 4),
    "tones": st.lists(st.sampled_from(["dry", "kind", "rude"]), max_size=3),
    "tone": st.sampled_from(["dry", "kind"]),
    "why": st.sampled_from(["", "So."]),
    "source": st.just("A book."),
    "mood": st.just("Good."),
}


@given(st.fixed_dictionaries({}, optional=ANSWERS), st.booleans())
def test_taken_is_what_answers_all_that_is_asked_and_no_more(answers: dict[str, Any], marked: bool) -> None:
    given = judgement((SPAN,) if marked else (), **answers)
    asked = asked_questions(QUESTIONS, given)
    required = {question.key for question in asked if question.required}
    fits = required <= answers.keys() <= {question.key for question in asked} and all(
        answers[question.key] in GOOD[question.key] for question in asked if question.key in answers
    )
    if fits:
        check_answers(QUESTIONS, given)
    else:
        _refused(list(QUESTIONS), given)


def _refused(questions: list[Question], given: Judgement) -> DomainError:
    with pytest.raises(DomainError) as caught:
        check_answers(questions, given, "judgements.0")
    assert caught.value.code == "invalid_answer"
    return caught.value


@pytest.mark.parametrize("case", golden("questions"), ids=lambda case: case["name"])
def test_golden_questions(case: Any) -> None:
    """The page asks the same questions, sends the answers that count, and knows which are still to be given."""
    questions = desk_from_json({"questions": case["questions"]}).questions
    spans = tuple(SpanMark(at, at + 1, "a", type) for at, type in enumerate(case["marked"]))
    missing = tuple(MissingMark(type) for type in case["missing"])
    assert [each.key for each in asked_questions(questions, Judgement(0, spans, missing, None, case["answers"]))] == (
        case["asked"]
    )
    sent = Judgement(0, spans, missing, None, case["given"])
    if case["open"]:
        fields = _refused(list(questions), sent).fields
        assert {path.removeprefix("judgements.0.answers.") for path in fields} == set(case["open"])
        assert all("is missing" in problem for problem in fields.values())
    else:
        check_answers(questions, sent)
