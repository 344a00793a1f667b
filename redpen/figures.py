"""How good the judgements are, and how far a project is, as the server figures it. What is undefined is None."""

from typing import TypedDict

from redpen.types import Role


class Figure(TypedDict):
    """`low` and `high`: of its 95 % interval. `reason`: why there is no value."""

    value: float | None
    low: float | None
    high: float | None
    count: int


class Covers(TypedDict):
    """What a report is about: annotations, examples that two people share, and how many of them were sampled."""

    annotations: int
    annotators: int
    examples: int
    shared: int
    sampled_annotations: int
    sampled_shared: int


class Agreement(TypedDict):
    """Figures by measure; of categories and types by key, then by measure."""

    overall: dict[str, Figure]
    categories: dict[str, dict[str, Figure]]
    types: dict[str, dict[str, Figure]]
    comparisons: dict[str, Figure]


class Reliability(TypedDict):
    annotator: str
    category: str
    units: int
    sensitivity: float | None
    specificity: float | None
    competence: float | None


class DisputedExample(TypedDict):
    example: int
    external_id: str
    judges: int
    f1: float
    disputed: int


class ReportFigures(TypedDict):
    """`weights`: of annotators, by pseudonym."""

    covers: Covers
    agreement: Agreement
    reliability: list[Reliability]
    weights: dict[str, float]
    disputes: list[DisputedExample]


class QualityReport(TypedDict):
    number: int
    made_at: str
    annotations: int
    taxonomy: str
    figures: ReportFigures


class Checks(TypedDict):
    right: int
    checks: int
    low: float | None
    high: float | None


class PersonQuality(TypedDict):
    id: int
    pseudonym: str
    role: Role
    annotations: int
    gold: Checks
    attention: Checks
    weight: float | None
    standing: str


class People(TypedDict):
    """`report`: the number of the quality report that weights come from."""

    report: int | None
    people: list[PersonQuality]


class DashboardProgress(TypedDict):
    """`wanted` and `done`: judgements; `complete`: examples that have all of theirs."""

    examples: int
    complete: int
    wanted: int
    done: int
    leased: int
    annotations: int
    annotators: int


class Point(TypedDict):
    start: str
    judgements: int


class Pace(TypedDict):
    """Judgements per hour or day, and when all will be done if that goes on."""

    unit: str
    points: list[Point]
    expected_at: str | None
    earliest_at: str | None
    latest_at: str | None


class Person(TypedDict):
    pseudonym: str
    annotations: int
    counted: int
    marks: int
    seconds_each: float | None


class Cost(TypedDict):
    currency: str | None
    earned: float | None
    projected: float | None
    hourly: float | None


class Dashboard(TypedDict):
    """`report`: the number of the quality report that goes with it."""

    made_at: str
    report: int | None
    progress: DashboardProgress
    pace: Pace
    people: list[Person]
    cost: Cost
