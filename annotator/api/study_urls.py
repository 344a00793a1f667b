"""Addresses of studies, of the links into them, and of what their providers tell."""

from annotator.api.operations import route
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
    route("links/<uuid:link_id>", EntryLinkRevoke),
]
