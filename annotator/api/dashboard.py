"""A project at a glance."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.agreement_schema import AgreementPointSerializer, AgreementReportSerializer, GoldShareSerializer
from annotator.api.operations import Operation, caller
from annotator.domain.pace import REASONS
from annotator.selectors.access import RESEARCHERS, access_project
from annotator.selectors.agreement import agreement
from annotator.selectors.dashboard import dashboard


class ProjectProgressSerializer(serializers.Serializer[Any]):
    examples = serializers.IntegerField(help_text="That are to be judged.")
    complete = serializers.IntegerField(help_text="Examples with all the judgements that they want.")
    wanted = serializers.IntegerField(help_text="Judgements.")
    done = serializers.IntegerField(help_text="Judgements that count.")
    leased = serializers.IntegerField(help_text="Judgements that somebody is at work on.")
    annotations = serializers.IntegerField(help_text="All that were handed in.")
    uncounted = serializers.IntegerField(help_text="Annotations that fill no place: surplus, and checks of annotators.")
    annotators = serializers.IntegerField(help_text="People who handed something in.")


class PaceSerializer(serializers.Serializer[Any]):
    class PointSerializer(serializers.Serializer[Any]):
        start = serializers.DateTimeField()
        judgements = serializers.IntegerField(help_text="That came in from then on, for one unit of time, and count.")

    unit = serializers.ChoiceField(choices=["hour", "day"], help_text="Hours in the first three days; UTC.")
    points = PointSerializer(many=True, help_text="The oldest first; where nothing came in there is none.")
    expected_at = serializers.DateTimeField(allow_null=True, help_text="When all will be done at the recent pace.")
    earliest_at = serializers.DateTimeField(allow_null=True, help_text="95 % interval.")
    latest_at = serializers.DateTimeField(allow_null=True, help_text="Null where no end is certain.")
    reason = serializers.ChoiceField(
        choices=REASONS, allow_null=True, help_text="Why no end is told."
    )


class CoverageSerializer(serializers.Serializer[Any]):
    judgements = serializers.IntegerField(help_text="That count.")
    examples = serializers.IntegerField(help_text="That have so many.")


class TypeMarksSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    category = serializers.CharField()
    marks = serializers.IntegerField()


class PersonSerializer(serializers.Serializer[Any]):
    pseudonym = serializers.CharField()
    annotations = serializers.IntegerField()
    counted = serializers.IntegerField(help_text="Annotations that fill a place.")
    marks = serializers.IntegerField()
    active_seconds = serializers.FloatField(help_text="Of the annotations that tell theirs.")
    timed = serializers.IntegerField(help_text="How many do.")
    seconds_each = serializers.FloatField(allow_null=True)
    earned = serializers.FloatField()
    first_at = serializers.DateTimeField(help_text="The hour in which the first came in.")
    last_at = serializers.DateTimeField()


class CostSerializer(serializers.Serializer[Any]):
    """Money is null where texts are not paid for one by one; time where no annotation tells it."""

    currency = serializers.CharField(allow_null=True)
    per_text = serializers.FloatField(allow_null=True)
    earned = serializers.FloatField(allow_null=True, help_text="Each text at the price of its day.")
    projected = serializers.FloatField(allow_null=True, help_text="When all is done, at today's price.")
    hourly = serializers.FloatField(allow_null=True, help_text="Earned in an hour of active time.")
    active_seconds = serializers.FloatField()
    timed = serializers.IntegerField(help_text="Annotations that tell their active time.")
    seconds_each = serializers.FloatField(allow_null=True)
    seconds_projected = serializers.FloatField(allow_null=True, help_text="When all is done.")


class DashboardRead(Operation):
    """How far the project is, when it will be done, what was found, who works on it, and what it costs."""

    allowed = RESEARCHERS

    class OutputSerializer(serializers.Serializer[Any]):
        made_at = serializers.DateTimeField()
        report = serializers.IntegerField(allow_null=True, help_text="Number of the newest quality report.")
        progress = ProjectProgressSerializer()
        pace = PaceSerializer()
        coverage = CoverageSerializer(many=True)
        types = TypeMarksSerializer(many=True)
        people = PersonSerializer(many=True)
        cost = CostSerializer()

    @extend_schema(operation_id="dashboard_read", responses=OutputSerializer)
    def get(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=RESEARCHERS)
        return Response(DashboardRead.OutputSerializer(dashboard(project=project)).data)


class AgreementRead(Operation):
    """What the newest quality report says of how people agree, and the reports before it."""

    allowed = RESEARCHERS

    class OutputSerializer(serializers.Serializer[Any]):
        least_shared = serializers.IntegerField(help_text="Examples that two must have judged before it says much.")
        gold = GoldShareSerializer(many=True, help_text="By person, the share of checks against gold that was right.")
        report = AgreementReportSerializer(allow_null=True)
        over_time = AgreementPointSerializer(many=True)

    @extend_schema(operation_id="agreement_read", responses=OutputSerializer)
    def get(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=RESEARCHERS)
        return Response(AgreementRead.OutputSerializer(agreement(project=project)).data)
