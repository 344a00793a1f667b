"""Addresses of what comes before the work."""

from annotator.api.guidance import AgreementAdd, DeskRead, SurveyReply
from annotator.api.lessons import AttemptSubmit, LessonList, LessonNext, LessonsReplace
from annotator.api.operations import route
from annotator.api.person import SurveyDownload, SurveyRead

urlpatterns = [
    route("projects/<int:project_id>/desk", DeskRead),
    route("projects/<int:project_id>/agreements", AgreementAdd),
    route("projects/<int:project_id>/survey", SurveyReply, SurveyRead),
    route("projects/<int:project_id>/survey/download", SurveyDownload),
    route("projects/<int:project_id>/lessons", LessonList, LessonsReplace),
    route("projects/<int:project_id>/lessons/next", LessonNext),
    route("lessons/<int:lesson_id>/attempts", AttemptSubmit),
]
