"""What a project asks of its annotators, and how: the settings of the annotation desk.

`desk.schema.json` is the contract of their JSON form; what is absent there is the default here.
"""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any, Literal

from annotator.domain.errors import DomainError
from annotator.domain.questions import Answered, Clean, Marked, Option, Question, When
from annotator.domain.records import ASKS, Ask
from annotator.domain.schemas import check_schema
from annotator.domain.taxonomy import Taxonomy

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Consent:
    """What people agree to before they work."""

    version: str
    body: str


@dataclass(frozen=True, slots=True)
class Pay:
    """What one submitted text earns; the currency by its code of ISO 4217."""

    currency: str
    per_text: float


@dataclass(frozen=True, slots=True)
class Qualification:
    """What the judgements of a qualification must reach, and how often one may try."""

    span_f1: float = 0.6
    type_accuracy: float = 0.75
    missing_f1: float = 0.5
    attempts: int = 2


@dataclass(frozen=True, slots=True)
class GoldRule:
    """How often a text is one whose answer is known: the share of a person's first `first` texts, and of all later
    ones. Their work is paused when, after `least` such texts, the share of those that they got right is surely under
    `share`."""

    first: int = 20
    first_rate: float = 0.1
    rate: float = 0.05
    least: int = 10
    share: float = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Settings of a project's annotation desk.

    asks: what annotators are asked for beside the questions. comparison: how responses are compared.
    needs: whether a mark must have the antecedent or the evidence that its type needs. overlap: what becomes of
    overlapping spans of different types. propose_*: whether a span is proposed from an edit, and an edit from a span.
    survey: what people are asked about themselves, once.
    """

    asks: tuple[Ask, ...] = ASKS
    comparison: Literal["board", "pairs", "either"] = "board"
    needs: Literal["required", "optional"] = "required"
    overlap: Literal["allow", "warn", "forbid"] = "warn"
    propose_spans: bool = False
    propose_edits: bool = False
    questions: tuple[Question, ...] = ()
    consent: Consent | None = None
    survey: tuple[Question, ...] = ()
    content_warning: str = ""
    pay: Pay | None = None
    qualification: Qualification = Qualification()
    gold: GoldRule = GoldRule()

    @property
    def judges(self) -> bool:
        """Whether responses are judged one by one, and not only compared."""
        return bool({"marks", "correction"} & set(self.asks)) or bool(self.questions)


WHOLE = ("points", "attempts", "first", "least")

# What an annotator's page needs to know, and what a submit is checked against.
TASK_FIELDS = ("asks", "comparison", "needs", "overlap", "propose_spans", "propose_edits", "questions")


def desk_to_json(desk: Desk) -> Json:
    """Plain JSON data, with every field, that desk_from_json reads back to an equal desk."""
    questions, survey = ([question_to_json(each) for each in group] for group in (desk.questions, desk.survey))
    return {**asdict(desk), "asks": list(desk.asks), "questions": questions, "survey": survey}


def question_to_json(question: Question) -> Json:
    """A question as the pages read it."""
    options = [asdict(option) for option in question.options]
    return {**asdict(question), "options": options, "when": _when_to_json(question.when)}


def task_to_json(desk: Desk) -> Json:
    """The part of the JSON form that a single assignment is about."""
    body = desk_to_json(desk)
    return {name: body[name] for name in TASK_FIELDS}


def desk_from_json(body: Any) -> Desk:
    """Read a desk; DomainError invalid_desk naming each field that is wrong.

    Error types that questions name are only checked against a taxonomy, by check_desk.
    """
    check_schema(body, "desk", "invalid_desk")
    given = dict(body)
    for name, kind in (("consent", Consent), ("pay", Pay), ("qualification", Qualification), ("gold", GoldRule)):
        if given.get(name) is not None:
            given[name] = kind(**_whole(given[name]))
    given["asks"] = tuple(ask for ask in ASKS if ask in body.get("asks", ASKS))
    for name in ("questions", "survey"):
        given[name] = tuple(_question(question) for question in body.get(name, ()))
    desk = Desk(**given)
    _refuse(_contradictions(desk))
    return desk


def check_desk(desk: Desk, taxonomy: Taxonomy) -> None:
    """DomainError invalid_desk if a question depends on an error type that the taxonomy does not have."""
    known = {kind.key for kind in taxonomy.types()}
    fields = {}
    for index, question in enumerate(desk.questions):
        if isinstance(question.when, Marked) and (unknown := sorted(set(question.when.types) - known)):
            problem = f"{unknown[0]!r} is not in taxonomy {taxonomy.version!r} ({', '.join(sorted(known))})"
            fields[f"questions.{index}.when.marked"] = problem
    _refuse(fields)


def _whole(body: Json) -> Json:
    """The same with whole numbers as int: JSON Schema takes 3.0 for an integer."""
    return {name: int(value) if name in WHOLE else value for name, value in body.items()}


def _question(body: Json) -> Question:
    options = tuple(Option(**option) for option in body.get("options", ()))
    return Question(**{**_whole(body), "options": options, "when": _when(body.get("when"))})


def _when(body: Json | None) -> When | None:
    match body:
        case {"marked": types}:
            return Marked(tuple(types))
        case {"clean": clean}:
            return Clean(clean)
        case {"answer": question, "is": values}:
            return Answered(question, tuple(int(value) if isinstance(value, float) else value for value in values))
    return None


def _when_to_json(when: When | None) -> Json | None:
    match when:
        case Marked(types):
            return {"marked": list(types)}
        case Clean(clean):
            return {"clean": clean}
        case Answered(question, values):
            return {"answer": question, "is": list(values)}
    return None


def _contradictions(desk: Desk) -> dict[str, str]:
    """What no schema can say: a desk without a task, keys given twice, conditions that can never be told."""
    fields: dict[str, str] = {}
    if not desk.asks and not desk.questions:
        fields["asks"] = "is empty, and there are no questions: nothing is asked of annotators"
    fields |= _contradictions_of("questions", desk.questions, desk)
    return fields | _contradictions_of("survey", desk.survey, desk)


def _contradictions_of(name: str, questions: tuple[Question, ...], desk: Desk) -> dict[str, str]:
    fields: dict[str, str] = {}
    for key, times in Counter(question.key for question in questions).items():
        if times > 1:
            fields[f"{name}.key"] = f"{key!r} is given {times} times; once is allowed"
    earlier: dict[str, Question] = {}
    for index, question in enumerate(questions):
        path = f"{name}.{index}"
        if bool(question.options) != (question.kind == "choice"):
            fields[f"{path}.options"] = "a choice needs options, and no other kind of question has any"
        if question.multiple and question.kind != "choice":
            fields[f"{path}.multiple"] = f"is true, but a {question.kind} has one answer"
        for key, times in Counter(option.key for option in question.options).items():
            if times > 1:
                fields[f"{path}.options.key"] = f"{key!r} is given {times} times; once is allowed"
        if name == "survey" and isinstance(question.when, Marked | Clean):
            fields[f"{path}.when"] = "depends on what is marked, but a survey is about the person"
        elif problem := _problem_of_condition(question.when, desk, earlier):
            fields[f"{path}.when"] = problem
        earlier[question.key] = question
    return fields


def _problem_of_condition(when: When | None, desk: Desk, earlier: dict[str, Question]) -> str | None:
    match when:
        case Marked() | Clean() if "marks" not in desk.asks:
            return "depends on what is marked, but no marks are asked for"
        case Answered(key, values):
            asked = earlier.get(key)
            if asked is None or asked.kind == "text":
                return f"{key!r} is no earlier rating or choice"
            possible = asked.values
            unknown = [value for value in values if value not in possible]
            if unknown:
                return f"{unknown[0]!r} is no answer of {key!r} ({', '.join(map(str, possible))})"
    return None


def _refuse(fields: dict[str, str]) -> None:
    if fields:
        path, problem = next(iter(fields.items()))
        raise DomainError("invalid_desk", f"{path}: {problem}", fields)
