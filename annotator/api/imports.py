"""Import by upload."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.operations import Operation, caller
from annotator.selectors.access import RESEARCHERS, access_project
from annotator.services.imports import FORMATS, examples_import


class ExamplesImport(Operation):
    """Add the examples and annotations of a file; all of them, or none and an error that names the line."""

    allowed = RESEARCHERS
    parser_classes = [MultiPartParser]

    class InputSerializer(serializers.Serializer[Any]):
        file = serializers.FileField()
        format = serializers.ChoiceField(choices=FORMATS)

    class OutputSerializer(serializers.Serializer[Any]):
        examples = serializers.IntegerField(help_text="How many were new.")
        annotations = serializers.IntegerField()
        spans = serializers.IntegerField()
        missing = serializers.IntegerField()
        comparisons = serializers.IntegerField()

    @extend_schema(operation_id="examples_import", request=InputSerializer, responses=OutputSerializer)
    def post(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=RESEARCHERS)
        form = ExamplesImport.InputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(examples_import(project=project, **form.validated_data))
