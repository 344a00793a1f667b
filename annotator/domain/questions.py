"""Questions about a response: which of them a judgement is asked, and which answers they take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, assert_never

from annotator.domain.errors import DomainError
from annotator.domain.records import Answer, Judgement

TEXT_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class Marked:
    """Asked if any of these error types is marked."""

    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clean:
    """Asked if nothing is marked; if not `clean`, if something is."""

    clean: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """Asked if an earlier question was asked and has one of these answers (of several choices, any)."""

    question: str
    values: tuple[int | str, ...]


When = Marked | Clean | Answered


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers of a choice."""

    key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A rating from 1 to `points`, whose ends `low` and `high` name; a choice of one or, if `multiple`, several
    options; or free text. With a `when` it is asked only where that holds."""

    key: str
    text: str
    kind: Literal["rating", "choice", "text"]
    required: bool = True
    points: int = 5
    low: str = ""
    high: str = ""
    options: tuple[Option, ...] = ()
    multiple: bool = False
    when: When | None = None

    @property
    def values(self) -> tuple[int | str, ...]:
        """What an answer can be, or be made of; () for free text."""
        match self.kind:
            case "rating":
                return tuple(range(1, self.points + 1))
            case "choice":
                return tuple(option.key for option in self.options)
        return ()


def asked_questions(questions: Sequence[Question], judgement: Judgement) -> list[Question]:
    """The questions whose condition holds, given the judgement's marks and its answers to earlier questions."""
    types = {mark.type for mark in judgement.spans} | {mark.type for mark in judgement.missing}
    given: dict[str, Answer] = {}
    asked = []
    for question in questions:
        if question.when is None or _holds(question.when, types, given):
            asked.append(question)
            if question.key in judgement.answers:
                given[question.key] = judgement.answers[question.key]
    return asked


def check_answers(questions: Sequence[Question], judgement: Judgement, path: str = "judgement") -> None:
    """DomainError invalid_answer naming each answer that is missing, that its question does not take, or that
    nothing asked for."""
    asked = {question.key: question for question in asked_questions(questions, judgement)}
    fields = {}
    for key, question in asked.items():
        if key in judgement.answers:
            problem = _problem(question, judgement.answers[key])
        else:
            problem = "is missing; this question wants an answer" if question.required else None
        if problem:
            fields[f"{path}.answers.{key}"] = problem
    for key in judgement.answers.keys() - asked.keys():
        known = any(question.key == key for question in questions)
        reason = "its question is not asked here" if known else f"there is no question {key!r}"
        fields[f"{path}.answers.{key}"] = f"is given, but {reason}"
    if fields:
        field, problem = next(iter(fields.items()))
        raise DomainError("invalid_answer", f"{field}: {problem}", fields)


def _holds(when: When, types: set[str], given: Mapping[str, Answer]) -> bool:
    match when:
        case Marked(wanted):
            return not types.isdisjoint(wanted)
        case Clean(clean):
            return clean is not bool(types)
        case Answered(key, values):
            answer = given.get(key)
            return any(each in values for each in (answer if isinstance(answer, list) else [answer]))
    assert_never(when)


def _problem(question: Question, answer: Answer) -> str | None:
    if question.kind == "text":
        if not isinstance(answer, str) or not answer.strip():
            return "is no text; leave it out where there is nothing to say"
        return f"has {len(answer)} characters; the most is {TEXT_LIMIT}" if len(answer) > TEXT_LIMIT else None
    chosen = answer if isinstance(answer, list) else [answer]
    if isinstance(answer, list) is not question.multiple or not chosen or len(set(chosen)) < len(chosen):
        wanted = "a list of different options, not empty" if question.multiple else "a single value"
        return f"is {answer!r}; wanted is {wanted}"
    unknown = [each for each in chosen if each not in question.values]
    return f"{unknown[0]!r} is none of {', '.join(map(str, question.values))}" if unknown else None
