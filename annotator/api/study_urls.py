"""Addresses of studies, of the links into them, and of what their providers tell."""

from annotator.api.operations import route
from annotator.api.payments import (
    BonusPropose,
    MessageSend,
    PaymentsApprove,
    PaymentsCancel,
    PaymentsPropose,
    PaymentsSettle,
    PayRead,
    SubmissionsApprove,
)
from annotator.api.studies import (
    EntryLinkList,
    EntryLinkRevoke,
    EntryLinksMake,
    ParticipantList,
    StudyCreate,
    StudyList,
    StudyRead,
    StudyUpdate,
)

urlpatterns = [
    route("projects/<int:project_id>/studies", StudyList, StudyCreate),
    route("studies/<int:study_id>", StudyRead, StudyUpdate),
    route("studies/<int:study_id>/links", EntryLinkList, EntryLinksMake),
    route("studies/<int:study_id>/participants", ParticipantList),
    route("studies/<int:study_id>/pay", PayRead),
    route("studies/<int:study_id>/payments", PaymentsPropose),
    route("studies/<int:study_id>/payments/approve", PaymentsApprove),
    route("studies/<int:study_id>/payments/cancel", PaymentsCancel),
    route("studies/<int:study_id>/payments/settle", PaymentsSettle),
    route("studies/<int:study_id>/bonuses", BonusPropose),
    route("studies/<int:study_id>/approve", SubmissionsApprove),
    route("studies/<int:study_id>/message", MessageSend),
    route("links/<uuid:link_id>", EntryLinkRevoke),
]
