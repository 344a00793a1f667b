"""The way to the work: where the caller stands, and what they agree to."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.assignments import AssignmentSerializer
from annotator.api.desk_schema import DocumentSerializer, PaySerializer, QuestionSerializer
from annotator.api.operations import Operation, caller
from annotator.api.permissions import OWN_READING, OWN_WORK
from annotator.api.taxonomy_schema import TaxonomySerializer
from annotator.models import Document, PartState
from annotator.selectors.access import MEMBERS, access_project
from annotator.selectors.guidance import STEPS, desk_detail
from annotator.services.guidance import agreement_add, survey_reply


class FiguresSerializer(serializers.Serializer[Any]):
    """How close marks come to gold, each from 0 to 1."""

    span_f1 = serializers.FloatField(help_text="2 Σ IoU / (spans given + spans of gold), whatever their types.")
    type_accuracy = serializers.FloatField(help_text="Of the spans that match, those of gold's type.")
    missing_f1 = serializers.FloatField(help_text="Of the sentences pointed at as missing.")


class DeskRead(Operation):
    """What the caller has to do next in the project, and what to know before that."""

    allowed = MEMBERS
    scopes = OWN_READING

    class OutputSerializer(serializers.Serializer[Any]):
        class GuidelineStandingSerializer(DocumentSerializer):
            agreed_version = serializers.CharField(
                allow_null=True, help_text="The newest that the caller has agreed to."
            )

        class TutorialStandingSerializer(serializers.Serializer[Any]):
            count = serializers.IntegerField()
            done = serializers.IntegerField()

        class QualificationStandingSerializer(TutorialStandingSerializer):
            """`done`: in the present attempt."""

            class QualificationResultSerializer(FiguresSerializer):
                passed = serializers.BooleanField()

            attempts_left = serializers.IntegerField(help_text="The present one included.")
            thresholds = FiguresSerializer()
            result = QualificationResultSerializer(allow_null=True, help_text="Of the last attempt that was finished.")

        class StudyStandingSerializer(serializers.Serializer[Any]):
            name = serializers.CharField()
            state = serializers.ChoiceField(choices=PartState.choices, help_text="Of the caller's part in it.")
            texts = serializers.IntegerField(help_text="How many texts the caller is to submit.")
            done = serializers.IntegerField(help_text="How many of them they have.")
            minutes = serializers.IntegerField(help_text="How long it is said to take.")
            reward = serializers.FloatField()
            currency = serializers.CharField(help_text="ISO 4217.")
            seconds = serializers.FloatField(help_text="How long it has taken, breaks left out.")

        project = AssignmentSerializer.ProjectSummarySerializer()
        step = serializers.ChoiceField(choices=list(STEPS))
        consent = DocumentSerializer(allow_null=True)
        survey = QuestionSerializer(many=True, help_text="What the caller is asked about themselves.")
        content_warning = serializers.CharField()
        guideline = GuidelineStandingSerializer()
        tutorial = TutorialStandingSerializer()
        qualification = QualificationStandingSerializer()
        pay = PaySerializer(allow_null=True, help_text="For one text; null in a study, which pays for all together.")
        study = StudyStandingSerializer(allow_null=True, help_text="That the caller is here for.")
        submitted = serializers.IntegerField(help_text="By the caller.")
        active_seconds = serializers.FloatField()
        earned = serializers.FloatField(allow_null=True, help_text="Null where texts are not paid for one by one.")
        taxonomy = TaxonomySerializer()

    @extend_schema(operation_id="desk_read", responses=OutputSerializer)
    def get(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=MEMBERS)
        detail = desk_detail(project=project, user=caller(request))
        return Response(DeskRead.OutputSerializer(detail).data)


class AgreementAdd(Operation):
    """Agree to the consent form or the guideline; 409 if that version is not the current one."""

    allowed = MEMBERS
    scopes = OWN_WORK

    class InputSerializer(serializers.Serializer[Any]):
        document = serializers.ChoiceField(choices=Document.choices)
        version = serializers.CharField(max_length=64, trim_whitespace=False)

    @extend_schema(operation_id="agreement_add", request=InputSerializer, responses={204: None})
    def post(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=MEMBERS)
        form = AgreementAdd.InputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        agreement_add(project=project, user=caller(request), **form.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)


class SurveyReply(Operation):
    """Answer the project's questions about oneself; {} where one would rather not say. A later reply replaces it."""

    allowed = MEMBERS
    scopes = OWN_WORK

    class InputSerializer(serializers.Serializer[Any]):
        answers = serializers.DictField(child=serializers.JSONField())

    @extend_schema(operation_id="survey_reply", request=InputSerializer, responses={204: None})
    def post(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=MEMBERS)
        form = SurveyReply.InputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        survey_reply(project=project, user=caller(request), answers=form.validated_data["answers"])
        return Response(status=status.HTTP_204_NO_CONTENT)
