"""For researchers: how an annotation came about, and what annotators reported."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.operations import Operation, caller
from annotator.models import Flag
from annotator.selectors.access import RESEARCHERS, access_project
from annotator.selectors.behaviour import annotation_log, flag_list
from annotator.selectors.history import annotation_history


class AnnotationLogRead(Operation):
    """What the annotator did on the way to an annotation, as their page told it."""

    allowed = RESEARCHERS

    class OutputSerializer(serializers.Serializer[Any]):
        log = serializers.ListField(child=serializers.DictField())

    @extend_schema(operation_id="annotation_log_read", responses=OutputSerializer)
    def get(self, request: Request, project_id: int, record_id: UUID) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=RESEARCHERS)
        return Response({"log": annotation_log(project=project, record_id=record_id)})


class AnnotationHistory(Operation):
    """What became of an annotation and its marks since it was submitted, oldest first."""

    allowed = RESEARCHERS

    class OutputSerializer(serializers.Serializer[Any]):
        at = serializers.DateTimeField()
        by = serializers.CharField(allow_null=True, help_text="Pseudonym; null where no person of the project did it.")
        transaction = serializers.IntegerField(help_text="The same for all that was done at once.")
        kind = serializers.ChoiceField(choices=["annotation", "judgement", "span", "missing", "comparison"])
        operation = serializers.ChoiceField(choices=["insert", "update", "delete"])
        row = serializers.IntegerField()
        values = serializers.DictField(
            child=serializers.JSONField(), help_text="All of what was added; of what was changed, the new."
        )

    @extend_schema(operation_id="annotation_history", responses=OutputSerializer(many=True))
    def get(self, request: Request, project_id: int, record_id: UUID) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=RESEARCHERS)
        return Response(annotation_history(project=project, record_id=record_id))


class FlagList(Operation):
    """What annotators reported about examples, newest first."""

    allowed = RESEARCHERS

    class OutputSerializer(serializers.Serializer[Any]):
        example = serializers.CharField(source="assignment.example.external_id")
        annotator = serializers.CharField(help_text="Pseudonym.")
        reason = serializers.ChoiceField(choices=Flag.Reason.choices)
        note = serializers.CharField()
        created_at = serializers.DateTimeField()

    @extend_schema(operation_id="flag_list", responses=OutputSerializer(many=True))
    def get(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=RESEARCHERS)
        return Response(FlagList.OutputSerializer(flag_list(project=project), many=True).data)
