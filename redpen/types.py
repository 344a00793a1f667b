"""What the server answers, as far as this package names it; a test holds every name and type against the schema.

Times are ISO 8601 with an offset. Answers may hold more than is named here.
"""

from typing import Any, Literal, TypedDict

Role = Literal["annotator", "researcher", "admin"]
Scope = Literal["read", "annotate", "manage"]
JobKind = Literal["sft", "reward", "ppo", "sample", "evaluate"]
JobState = Literal["queued", "running", "succeeded", "failed", "cancelled"]
ModelKind = Literal["policy", "reward"]
ModelStage = Literal["candidate", "active", "archived"]
Content = Literal["raw", "aggregated"]
Weights = Literal["stored", "estimated", "equal"]
Offsets = Literal["code-points", "utf-16"]
Json = dict[str, Any]


class MyProject(TypedDict):
    id: int
    slug: str
    name: str
    role: Role
    pseudonym: str


class Me(TypedDict):
    id: int
    username: str
    is_staff: bool
    projects: list[MyProject]


class Project(TypedDict):
    id: int
    slug: str
    name: str
    overlap: int
    judged_responses: int
    guideline_version: str
    guideline: str
    created_at: str
    role: Role


class ProjectDetail(Project):
    """`taxonomy`: error categories and types, in the form of taxonomy.schema.json."""

    taxonomy: Json
    desk: Json


class Slots(TypedDict):
    open: int
    leased: int
    done: int


class TypeCount(TypedDict):
    key: str
    name: str
    category: str
    count: int


class DayCount(TypedDict):
    date: str
    count: int


class Progress(TypedDict):
    examples: int
    slots: Slots
    annotations: int
    annotators: int
    types: list[TypeCount]
    by_day: list[DayCount]


class Imported(TypedDict):
    """How many were new."""

    examples: int
    annotations: int
    spans: int
    missing: int
    comparisons: int


class Format(TypedDict):
    """`key`: what `format` is to be. `ending`: of its files' names."""

    key: str
    name: str
    sentence: str
    ending: str


class Mark(TypedDict):
    type: str
    quote: str


class Shown(TypedDict):
    place: str
    prompt: str
    responses: list[str]
    marks: list[Mark]


class Label(TypedDict):
    """`type`: the error type that it would become; None if none is known."""

    label: str
    count: int
    type: str | None


class Problem(TypedDict):
    place: str
    message: str


class Preview(TypedDict):
    """The first entries of a file as they would be read, its labels, and what is wrong with it."""

    entries: int
    shown: list[Shown]
    labels: list[Label]
    problems: list[Problem]


class Loss(TypedDict):
    """What a format cannot hold: the field of a record, and how many of them."""

    path: str
    count: int


class Change(TypedDict):
    count: int


class Changes(TypedDict):
    added: Change
    removed: Change
    changed: Change


class CountChange(TypedDict):
    group: str
    key: str
    old: int
    new: int


class Difference(TypedDict):
    examples: Changes
    records: Changes
    counts: list[CountChange]


class Counts(TypedDict):
    examples: int
    records: int
    spans: dict[str, int]
    missing: dict[str, int]
    comparisons: dict[str, int]
    splits: dict[str, int]


class Dataset(TypedDict):
    id: str
    name: str
    kind: str
    note: str
    sha256: str
    counts: Counts
    created_by: str | None
    created_at: str


class DatasetDetail(Dataset):
    manifest: Json


class AssignedResponse(TypedDict):
    """`length` and all offsets are in code points of `text`."""

    index: int
    text: str
    sha256: str
    length: int
    segments: dict[str, list[list[int]]]


class Passage(TypedDict):
    title: str
    sentences: list[str]


class AssignedExample(TypedDict):
    """`judged`: the indexes of the responses to be judged, each exactly once."""

    id: str
    question: str
    passages: list[Passage]
    reference: str | None
    responses: list[AssignedResponse]
    judged: list[int]


class Assignment(TypedDict):
    id: int
    state: str
    leased_until: str | None
    example: AssignedExample
    desk: Json
    taxonomy: Json
    display_order: list[int] | None


class Submitted(TypedDict):
    """`counted`: it fills one of the example's places. `replayed`: an earlier request had stored it."""

    annotation_id: str
    counted: bool
    replayed: bool


class ErrorBody(TypedDict):
    code: str
    message: str
    fields: dict[str, str]


class Metric(TypedDict):
    step: int
    phase: str
    values: dict[str, float | None]


class JobResult(TypedDict):
    kind: str
    metrics: dict[str, float | None]
    artifact: str | None


class Job(TypedDict):
    id: str
    kind: JobKind
    state: JobState
    phase: str
    step: int
    total: int | None
    epoch: int
    dataset: str | None
    model_version: str | None
    created_at: str
    finished_at: str | None
    error: ErrorBody | None


class JobDetail(Job):
    params: Json
    spec: Json
    result: JobResult | None
    metrics: list[Metric]


class Model(TypedDict):
    id: str
    name: str
    kind: ModelKind
    stage: ModelStage
    sha256: str
    metrics: dict[str, float | None]
    dataset: str | None
    job: str | None
    parents: list[str]
    created_at: str


class SampledResponse(TypedDict):
    index: int
    text: str
    policy: str
    rewards: dict[str, list[float]]
    scores: dict[str, list[float]]


class Sample(TypedDict):
    id: int
    job: str
    question: str
    reference: str | None
    responses: list[SampledResponse]
