"""Every table of the store: what it holds, and which rows it refuses."""

from annotator.models.adjudications import Adjudication, AdjudicationReveal, AdjudicationState
from annotator.models.annotations import Annotation, AnnotationLog, Comparison, Judgement, MissingMark, Source, Span
from annotator.models.assignments import Assignment, AssignmentState, Draft, Flag, Slot, SlotState
from annotator.models.audit import AuditEntry
from annotator.models.datasets import Dataset, DatasetKind
from annotator.models.examples import Example, Response, Unmeasured
from annotator.models.guidance import Agreement, Document, Lesson, LessonAttempt, LessonPart, Qualification, SurveyReply
from annotator.models.history import History
from annotator.models.identities import SsoIdentity
from annotator.models.invitations import Invitation
from annotator.models.jobs import Job, JobKind, JobMetric, JobState
from annotator.models.model_versions import ModelKind, ModelStage, ModelVersion
from annotator.models.payments import Payment, PaymentKind, PaymentState
from annotator.models.people import Membership, Role, Standing, User
from annotator.models.projects import Project, Taxonomy
from annotator.models.quality import Gold, GoldCheck, GoldKind, GoldOrigin, QualityReport, StandingChange
from annotator.models.second_factor import RecoveryCode
from annotator.models.sessions import Session
from annotator.models.studies import (
    EntryLink,
    IdentityProof,
    Participation,
    PartState,
    PlatformIdentity,
    Provider,
    ProviderEvent,
    Study,
    StudyState,
)
from annotator.models.tallies import CoverageChange, CoverageTally, MarkTally, WorkTally
from annotator.models.tokens import TokenGrant

__all__ = [
    "Adjudication",
    "AdjudicationReveal",
    "AdjudicationState",
    "Agreement",
    "Annotation",
    "AnnotationLog",
    "Assignment",
    "AssignmentState",
    "AuditEntry",
    "Comparison",
    "CoverageChange",
    "CoverageTally",
    "Dataset",
    "DatasetKind",
    "Document",
    "Draft",
    "EntryLink",
    "Example",
    "Flag",
    "Gold",
    "GoldCheck",
    "GoldKind",
    "GoldOrigin",
    "History",
    "IdentityProof",
    "Invitation",
    "Job",
    "JobKind",
    "JobMetric",
    "JobState",
    "Judgement",
    "Lesson",
    "LessonAttempt",
    "LessonPart",
    "MarkTally",
    "Membership",
    "MissingMark",
    "ModelKind",
    "ModelStage",
    "ModelVersion",
    "PartState",
    "Participation",
    "Payment",
    "PaymentKind",
    "PaymentState",
    "PlatformIdentity",
    "Project",
    "Provider",
    "ProviderEvent",
    "Qualification",
    "QualityReport",
    "RecoveryCode",
    "Response",
    "Role",
    "Session",
    "Slot",
    "SlotState",
    "Source",
    "Span",
    "SsoIdentity",
    "Standing",
    "StandingChange",
    "Study",
    "StudyState",
    "SurveyReply",
    "Taxonomy",
    "TokenGrant",
    "Unmeasured",
    "User",
    "WorkTally",
]
