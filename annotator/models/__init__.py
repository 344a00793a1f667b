"""Every table of the store: what it holds, and which rows it refuses."""

from annotator.models.annotations import Annotation, Comparison, Judgement, MissingMark, Source, Span
from annotator.models.assignments import Assignment, AssignmentState, Draft, Slot, SlotState
from annotator.models.datasets import Dataset, DatasetKind
from annotator.models.examples import Example, Response
from annotator.models.jobs import Job, JobKind, JobMetric, JobState
from annotator.models.model_versions import ModelKind, ModelStage, ModelVersion
from annotator.models.people import Membership, Role, User
from annotator.models.projects import Project, Taxonomy

__all__ = [
    "Annotation",
    "Assignment",
    "AssignmentState",
    "Comparison",
    "Dataset",
    "DatasetKind",
    "Draft",
    "Example",
    "Job",
    "JobKind",
    "JobMetric",
    "JobState",
    "Judgement",
    "Membership",
    "MissingMark",
    "ModelKind",
    "ModelStage",
    "ModelVersion",
    "Project",
    "Response",
    "Role",
    "Slot",
    "SlotState",
    "Source",
    "Span",
    "Taxonomy",
    "User",
]
