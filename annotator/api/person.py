"""One person of a project, and what people say about themselves."""

from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.desk_schema import QuestionSerializer
from annotator.api.guidance import FiguresSerializer
from annotator.api.operations import Operation, caller
from annotator.api.quality import PersonQualitySerializer
from annotator.domain.desk import question_to_json
from annotator.models import GoldKind, PartState, PaymentKind, PaymentState, Standing
from annotator.selectors.access import RESEARCHERS, access_project
from annotator.selectors.people import member_of
from annotator.selectors.person import person_detail
from annotator.selectors.projects import desk_of
from annotator.selectors.survey import survey_lines, survey_replies
from annotator.services.audit import audited

FORMATS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}
ANSWERS = "By the question's key; {}: they would rather not say."


class PersonDetailSerializer(PersonQualitySerializer):
    class DaySerializer(serializers.Serializer[Any]):
        date = serializers.DateField()
        annotations = serializers.IntegerField()
        timed = serializers.IntegerField(help_text="Of these, the ones that tell their active time.")
        seconds = serializers.FloatField(help_text="That active time.")

    class CheckSerializer(serializers.Serializer[Any]):
        at = serializers.DateTimeField()
        kind = serializers.ChoiceField(choices=GoldKind.choices)
        right = serializers.BooleanField()
        example = serializers.IntegerField()

    class StandingChangeSerializer(serializers.Serializer[Any]):
        at = serializers.DateTimeField()
        standing = serializers.ChoiceField(choices=Standing.choices)
        reason = serializers.CharField()
        by = serializers.CharField(allow_null=True, help_text="Null where the gold rule did it.")

    class SittingSerializer(FiguresSerializer):
        sitting = serializers.IntegerField()
        at = serializers.DateTimeField()
        passed = serializers.BooleanField()

    class PersonStudySerializer(serializers.Serializer[Any]):
        class PersonPaymentSerializer(serializers.Serializer[Any]):
            id = serializers.IntegerField()
            kind = serializers.ChoiceField(choices=PaymentKind.choices)
            amount = serializers.FloatField()
            state = serializers.ChoiceField(choices=PaymentState.choices)
            reason = serializers.CharField()
            at = serializers.DateTimeField()

        id = serializers.IntegerField()
        name = serializers.CharField()
        state = serializers.ChoiceField(choices=PartState.choices)
        entered_at = serializers.DateTimeField()
        finished_at = serializers.DateTimeField(allow_null=True)
        texts = serializers.IntegerField()
        done = serializers.IntegerField()
        wall_seconds = serializers.FloatField(help_text="From entry to end, breaks left out.")
        active_seconds = serializers.FloatField(help_text="Of these, at work, lessons included.")
        currency = serializers.CharField()
        payments = PersonPaymentSerializer(many=True)

    class PersonSurveySerializer(serializers.Serializer[Any]):
        answers = serializers.DictField(child=serializers.JSONField(), help_text=ANSWERS)
        created_at = serializers.DateTimeField()

    report = serializers.IntegerField(allow_null=True, help_text="That reliability and weight are from.")
    currency = serializers.CharField(allow_null=True)
    since = serializers.DateTimeField()
    text_limit = serializers.IntegerField(allow_null=True, help_text="At how many texts their work here is done.")
    work = DaySerializer(many=True, help_text="By day (UTC).")
    checks = CheckSerializer(many=True, help_text="Against gold: the newest, the oldest of them first.")
    changes = StandingChangeSerializer(many=True, help_text="Newest first.")
    sittings = SittingSerializer(many=True, help_text="Of the qualification.")
    studies = PersonStudySerializer(many=True, help_text="Newest first.")
    survey = PersonSurveySerializer(allow_null=True)


class PersonRead(Operation):
    """A person's record: work, checks, standing, qualification, studies with payments, and what they say of
    themselves."""

    allowed = RESEARCHERS

    @extend_schema(operation_id="person_read", responses=PersonDetailSerializer)
    def get(self, request: Request, project_id: int, member_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=RESEARCHERS)
        member = member_of(project=project, member_id=member_id)
        return Response(PersonDetailSerializer(person_detail(project=project, member=member)).data)


class SurveyRead(Operation):
    """What people of the project say about themselves, by pseudonym."""

    allowed = RESEARCHERS

    class OutputSerializer(serializers.Serializer[Any]):
        class ReplySerializer(serializers.Serializer[Any]):
            member = serializers.IntegerField()
            pseudonym = serializers.CharField()
            answers = serializers.DictField(child=serializers.JSONField(), help_text=ANSWERS)
            at = serializers.DateTimeField()

        questions = QuestionSerializer(many=True, help_text="As they are asked now.")
        replies = ReplySerializer(many=True)

    @extend_schema(operation_id="survey_read", responses=OutputSerializer)
    def get(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=RESEARCHERS)
        questions = [question_to_json(question) for question in desk_of(project).survey]
        body = {"questions": questions, "replies": survey_replies(project=project)}
        return Response(SurveyRead.OutputSerializer(body).data)


class SurveyDownload(Operation):
    """The same as a file, one line a person, whose `annotator` is the one of feedback records."""

    allowed = RESEARCHERS

    class QuerySerializer(serializers.Serializer[Any]):
        format = serializers.ChoiceField(choices=list(FORMATS), default="jsonl")

    @extend_schema(
        operation_id="survey_download",
        parameters=[OpenApiParameter("format", str, enum=list(FORMATS), default="jsonl")],
        responses={(200, content_type): OpenApiTypes.BINARY for content_type in FORMATS.values()},
    )
    def get(self, request: Request, project_id: int) -> StreamingHttpResponse:
        project = access_project(user=caller(request), project_id=project_id, roles=RESEARCHERS)
        form = SurveyDownload.QuerySerializer(data=request.query_params)
        form.is_valid(raise_exception=True)
        chosen = form.validated_data["format"]
        audited(
            actor=caller(request), action="survey.download", project=project, target="survey", detail={"format": chosen}
        )
        response = StreamingHttpResponse(survey_lines(project=project, form=chosen), content_type=FORMATS[chosen])
        response["Content-Disposition"] = f'attachment; filename="survey-{project.pk}.{chosen}"'
        return response
