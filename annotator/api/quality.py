"""Quality reports, the people behind the judgements, and whether their work goes on."""

import logging
from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from kombu.exceptions import OperationalError
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.guidance import FiguresSerializer
from annotator.api.limits import HEAVY
from annotator.api.operations import Operation, caller
from annotator.api.quality_schema import (
    CoversSerializer,
    FigureSerializer,
    QualityReportSerializer,
    ReliabilitySerializer,
)
from annotator.domain.errors import DomainError
from annotator.models import Role, Standing
from annotator.selectors.access import ADMINS, RESEARCHERS, access_project, not_found
from annotator.selectors.people import member_of, people_list
from annotator.selectors.quality import report_latest, report_numbered, reports_over_time
from annotator.services.standing import standing_change
from annotator.tasks.quality import make_report

logger = logging.getLogger(__name__)


class ReportRead(Operation):
    """The newest quality report, or the one of that number; 204 if none was made yet."""

    allowed = RESEARCHERS

    class QuerySerializer(serializers.Serializer[Any]):
        number = serializers.IntegerField(min_value=1, max_value=2**31 - 1, required=False)

    @extend_schema(
        operation_id="quality_report_read",
        parameters=[OpenApiParameter("number", int)],
        responses={200: QualityReportSerializer, 204: OpenApiResponse(description="There is none yet.")},
    )
    def get(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=RESEARCHERS)
        form = ReportRead.QuerySerializer(data=request.query_params)
        form.is_valid(raise_exception=True)
        number = form.validated_data.get("number")
        report = report_numbered(project, number) if number else report_latest(project)
        if report is None and number:
            raise not_found("report", number)
        if report is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        return Response(QualityReportSerializer(report).data)


class ReportList(Operation):
    """How agreement went: every report in short, the first one first."""

    allowed = RESEARCHERS

    class OutputSerializer(serializers.Serializer[Any]):
        number = serializers.IntegerField()
        made_at = serializers.DateTimeField()
        annotations = serializers.IntegerField()
        covers = CoversSerializer()
        overall = serializers.DictField(child=FigureSerializer())
        categories = serializers.DictField(child=serializers.DictField(child=FigureSerializer()))
        comparisons = serializers.DictField(child=FigureSerializer())

    @extend_schema(operation_id="quality_report_list", responses=OutputSerializer(many=True))
    def get(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=RESEARCHERS)
        return Response(ReportList.OutputSerializer(reports_over_time(project), many=True).data)


class ReportMake(Operation):
    """Have a new report made. It is there in less than a minute, as the report that follows `after`."""

    allowed = RESEARCHERS
    rate = HEAVY

    class OutputSerializer(serializers.Serializer[Any]):
        after = serializers.IntegerField(help_text="The number of the newest report, 0 if there is none.")

    @extend_schema(operation_id="quality_report_make", request=None, responses={202: OutputSerializer})
    def post(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=RESEARCHERS)
        newest = report_latest(project)
        try:
            make_report.apply_async((project.pk,), retry_policy={"max_retries": 1})
        except OperationalError as error:
            logger.warning("no report of project %s could be asked for: %s", project.pk, error)
            problem = "No report could be asked for, because Redis does not answer. Try again."
            raise DomainError("queue_unavailable", problem) from error
        return Response({"after": newest.number if newest else 0}, status=status.HTTP_202_ACCEPTED)


class PersonQualitySerializer(serializers.Serializer[Any]):
    class ChecksSerializer(serializers.Serializer[Any]):
        right = serializers.IntegerField()
        checks = serializers.IntegerField()
        low = serializers.FloatField(allow_null=True, help_text="Of the share that is right: Wilson's 95 % interval.")
        high = serializers.FloatField(allow_null=True)

    class QualifiedSerializer(FiguresSerializer):
        passed = serializers.BooleanField()

    id = serializers.IntegerField()
    pseudonym = serializers.CharField()
    role = serializers.ChoiceField(choices=Role.choices)
    annotations = serializers.IntegerField()
    seconds_each = serializers.FloatField(allow_null=True)
    earned = serializers.FloatField(allow_null=True)
    gold = ChecksSerializer()
    attention = ChecksSerializer()
    qualification = QualifiedSerializer(allow_null=True)
    reliability = ReliabilitySerializer(many=True)
    weight = serializers.FloatField(allow_null=True)
    standing = serializers.ChoiceField(choices=Standing.choices)
    reason = serializers.CharField(help_text="Of the last change of standing.")


class PeopleList(Operation):
    """The people of the project, who did most first, and how well they judge."""

    allowed = RESEARCHERS

    class OutputSerializer(serializers.Serializer[Any]):
        report = serializers.IntegerField(allow_null=True, help_text="That reliability and weights are from.")
        currency = serializers.CharField(allow_null=True)
        people = PersonQualitySerializer(many=True)

    @extend_schema(operation_id="people_list", responses=OutputSerializer)
    def get(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=RESEARCHERS)
        return Response(PeopleList.OutputSerializer(people_list(project=project)).data)


class StandingSet(Operation):
    """Let a person's work in the project go on, pause it, or end it. What they have done is kept and paid."""

    allowed = ADMINS

    class InputSerializer(serializers.Serializer[Any]):
        standing = serializers.ChoiceField(choices=Standing.choices)
        reason = serializers.CharField(max_length=2000)

    @extend_schema(operation_id="standing_set", request=InputSerializer, responses={204: None})
    def post(self, request: Request, project_id: int, member_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=ADMINS)
        member = member_of(project=project, member_id=member_id)
        form = StandingSet.InputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        asked = {**form.validated_data, "standing": Standing(form.validated_data["standing"])}
        standing_change(project=project, user=member.user, made_by=caller(request), **asked)
        return Response(status=status.HTTP_204_NO_CONTENT)
