"""Import by upload."""

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO, Any

import orjson
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.limits import FILE_BYTES, HEAVY
from annotator.api.operations import Operation, caller
from annotator.domain.formats.registry import FORMATS
from annotator.domain.formats.shapes import OFFSETS
from annotator.selectors.access import RESEARCHERS, access_project
from annotator.services.fetch import download
from annotator.services.imports import examples_import, import_preview


class LabelsField(serializers.CharField):
    """A JSON object of texts, as one field of a form."""

    def to_internal_value(self, data: Any) -> Any:
        try:
            labels = orjson.loads(super().to_internal_value(data))
        except orjson.JSONDecodeError as error:
            raise serializers.ValidationError(f"is not JSON: {error}") from error
        if not isinstance(labels, dict) or not all(isinstance(kind, str) for kind in labels.values()):
            raise serializers.ValidationError('is no object such as {"Wrong": "inconsistent_fact"}')
        return labels


class ExamplesImport(Operation):
    """Add the examples and annotations of a file; all of them, or none and an error that names the line.

    The file is uploaded, or fetched from a public https:// address.
    """

    allowed = RESEARCHERS
    body_bytes = FILE_BYTES
    rate = HEAVY
    parser_classes = [MultiPartParser]

    class InputSerializer(serializers.Serializer[Any]):
        file = serializers.FileField(required=False)
        url = serializers.CharField(
            required=False, max_length=2000, help_text="Where the file is to be fetched from, in place of `file`."
        )
        format = serializers.ChoiceField(choices=list(FORMATS))
        labels = LabelsField(required=False, help_text="Labels of the file as error types, in JSON: {label: key}.")
        offsets = serializers.ChoiceField(
            choices=OFFSETS,
            default=OFFSETS[0],
            help_text="What offsets count, in a format whose spans have no quotes that tell.",
        )

        def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
            if ("file" in attrs) == ("url" in attrs):
                raise serializers.ValidationError({"file": "Give either a file or the address of one."})
            return attrs

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
        with _opened(form.validated_data) as asked:
            return Response(examples_import(project=project, actor=caller(request), **asked))


class ImportPreview(Operation):
    """What an import would find in the beginning of a file; nothing is stored."""

    allowed = RESEARCHERS
    body_bytes = FILE_BYTES
    rate = HEAVY
    parser_classes = [MultiPartParser]

    class InputSerializer(ExamplesImport.InputSerializer):
        pass

    class OutputSerializer(serializers.Serializer[Any]):
        class ShownSerializer(serializers.Serializer[Any]):
            class MarkSerializer(serializers.Serializer[Any]):
                type = serializers.CharField()
                quote = serializers.CharField()

            place = serializers.CharField(help_text='Such as "line 3".')
            prompt = serializers.CharField()
            responses = serializers.ListField(child=serializers.CharField())
            marks = MarkSerializer(many=True)

        class LabelSerializer(serializers.Serializer[Any]):
            label = serializers.CharField()  # type: ignore[assignment]
            count = serializers.IntegerField()
            type = serializers.CharField(
                allow_null=True, help_text="The error type that it is, or that its name proposes."
            )

        class ProblemSerializer(serializers.Serializer[Any]):
            place = serializers.CharField()
            message = serializers.CharField()

        entries = serializers.IntegerField(help_text="How many were read.")
        shown = ShownSerializer(many=True)
        labels = LabelSerializer(many=True)
        problems = ProblemSerializer(many=True)

    @extend_schema(operation_id="import_preview", request=InputSerializer, responses=OutputSerializer)
    def post(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=RESEARCHERS)
        form = ImportPreview.InputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        with _opened(form.validated_data) as asked:
            return Response(import_preview(project=project, **asked))


@contextmanager
def _opened(asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What was asked for, with the file in place of the address that it is at."""
    if "url" not in asked:
        yield asked
        return
    file: IO[bytes]
    with TemporaryFile() as file:
        download(asked["url"], file, most_bytes=FILE_BYTES)
        yield {**{name: value for name, value in asked.items() if name != "url"}, "file": file}
