"""Gold: known answers, listed, imported and retired. Never anything for those who are checked by it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.limits import FILE_BYTES, HEAVY
from annotator.api.operations import Operation, caller
from annotator.models import Gold, GoldKind
from annotator.selectors.access import ADMINS, RESEARCHERS, access_project
from annotator.selectors.gold import gold_list, gold_one
from annotator.services.gold import gold_import, gold_retire


class GoldSerializer(serializers.ModelSerializer[Gold]):
    example = serializers.IntegerField(source="example_id")
    external_id = serializers.CharField(source="example.external_id")
    question = serializers.CharField(source="example.question")
    made_by = serializers.CharField(source="made_by.username", default=None, allow_null=True)
    taxonomy = serializers.CharField(source="taxonomy.version")
    checked = serializers.IntegerField(help_text="People who were measured by it.")
    right = serializers.IntegerField(help_text="Of these, who agreed with it.")

    class Meta:
        model = Gold
        fields = (
            *("id", "example", "external_id", "question", "kind", "origin", "taxonomy", "made_by"),
            *("checked", "right", "created_at", "retired_at"),
        )
        read_only_fields = fields


class GoldList(Operation):
    """The project's gold, what is in use first."""

    allowed = RESEARCHERS

    @extend_schema(operation_id="gold_list", responses=GoldSerializer(many=True))
    def get(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=RESEARCHERS)
        return Response(GoldSerializer(gold_list(project=project), many=True).data)


class GoldImport(Operation):
    """Make gold of a file, one JSON line for each: the example, responses, judgements and comparisons of a feedback
    record. All of it, or none and an error that names the line."""

    allowed = ADMINS
    body_bytes = FILE_BYTES
    rate = HEAVY
    parser_classes = [MultiPartParser]

    class InputSerializer(serializers.Serializer[Any]):
        file = serializers.FileField()
        kind = serializers.ChoiceField(choices=GoldKind.choices, default=GoldKind.GOLD)

    class OutputSerializer(serializers.Serializer[Any]):
        gold = serializers.IntegerField(help_text="Lines of the file.")

    @extend_schema(operation_id="gold_import", request=InputSerializer, responses=OutputSerializer)
    def post(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=ADMINS)
        form = GoldImport.InputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        asked = {**form.validated_data, "kind": GoldKind(form.validated_data["kind"])}
        return Response({"gold": gold_import(project=project, user=caller(request), **asked)})


class GoldRetire(Operation):
    """Hand this gold out no more. What it has told about people stays."""

    allowed = ADMINS

    @extend_schema(operation_id="gold_retire", request=None, responses={204: None})
    def post(self, request: Request, project_id: int, gold_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=ADMINS)
        gold_retire(gold=gold_one(project=project, gold_id=gold_id), actor=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
