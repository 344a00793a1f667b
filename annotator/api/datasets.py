"""Datasets: freeze, upload, list, download."""

from typing import Any
from uuid import UUID

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.operations import Operation, caller
from annotator.models import Dataset
from annotator.selectors.access import RESEARCHERS, access_dataset, access_project
from annotator.selectors.aggregation import CONTENTS, WEIGHTS
from annotator.selectors.datasets import DOWNLOAD_FORMATS, dataset_bytes, dataset_list
from annotator.services.datasets import dataset_freeze, dataset_upload


class DatasetSerializer(serializers.ModelSerializer[Dataset]):
    class CountsSerializer(serializers.Serializer[Any]):
        examples = serializers.IntegerField()
        records = serializers.IntegerField()
        spans = serializers.DictField(child=serializers.IntegerField())
        missing = serializers.DictField(child=serializers.IntegerField())
        comparisons = serializers.DictField(child=serializers.IntegerField())
        splits = serializers.DictField(child=serializers.IntegerField())

    created_by = serializers.CharField(source="created_by.username", default=None, allow_null=True)
    counts = CountsSerializer(source="manifest.counts")

    class Meta:
        model = Dataset
        fields: tuple[str, ...] = ("id", "name", "kind", "note", "sha256", "counts", "created_by", "created_at")
        read_only_fields = fields


class DatasetDetailSerializer(DatasetSerializer):
    """`manifest`: the whole of manifest.json, whose bytes `sha256` is the hash of."""

    manifest = serializers.DictField(child=serializers.JSONField())

    class Meta(DatasetSerializer.Meta):
        fields = (*DatasetSerializer.Meta.fields, "manifest")


class DatasetList(Operation):
    """The project's datasets, newest first."""

    allowed = RESEARCHERS

    @extend_schema(operation_id="dataset_list", responses=DatasetSerializer(many=True))
    def get(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=RESEARCHERS)
        return Response(DatasetSerializer(dataset_list(project=project), many=True).data)


class DatasetFreeze(Operation):
    """Freeze every annotation of the project, as of now, under a new name."""

    allowed = RESEARCHERS

    class InputSerializer(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=200)
        note = serializers.CharField(allow_blank=True, default="")
        content = serializers.ChoiceField(
            choices=CONTENTS, default="raw", help_text="Every annotation, or one record per example made of all of its."
        )
        weights = serializers.ChoiceField(
            choices=WEIGHTS,
            default="stored",
            help_text="What an annotator's word counts: what each annotation came with, that times the weight in the "
            "latest quality report, or the same for all.",
        )
        gold = serializers.BooleanField(
            default=False, help_text="Whether checks against gold are among the annotations."
        )

    @extend_schema(operation_id="dataset_freeze", request=InputSerializer, responses={201: DatasetDetailSerializer})
    def post(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=RESEARCHERS)
        form = DatasetFreeze.InputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        dataset = dataset_freeze(project=project, user=caller(request), **form.validated_data)
        return Response(DatasetDetailSerializer(dataset).data, status=status.HTTP_201_CREATED)


class DatasetUpload(Operation):
    """A dataset of prompts (and references, for SFT) from a JSONL file of examples."""

    allowed = RESEARCHERS
    parser_classes = [MultiPartParser]

    class InputSerializer(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=200)
        note = serializers.CharField(allow_blank=True, default="")
        file = serializers.FileField()

    @extend_schema(operation_id="dataset_upload", request=InputSerializer, responses={201: DatasetDetailSerializer})
    def post(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=RESEARCHERS)
        form = DatasetUpload.InputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        dataset = dataset_upload(project=project, user=caller(request), **form.validated_data)
        return Response(DatasetDetailSerializer(dataset).data, status=status.HTTP_201_CREATED)


class DatasetRead(Operation):
    """A dataset with its manifest."""

    allowed = RESEARCHERS

    @extend_schema(operation_id="dataset_read", responses=DatasetDetailSerializer)
    def get(self, request: Request, dataset_id: UUID) -> Response:
        dataset = access_dataset(user=caller(request), dataset_id=dataset_id, roles=RESEARCHERS)
        return Response(DatasetDetailSerializer(dataset).data)


class DatasetDownload(Operation):
    """The dataset as one file: feedback records (or examples) as JSONL, or feedback as qa-feedback JSON."""

    allowed = RESEARCHERS

    class QuerySerializer(serializers.Serializer[Any]):
        format = serializers.ChoiceField(choices=DOWNLOAD_FORMATS, default="jsonl")

    @extend_schema(
        operation_id="dataset_download",
        parameters=[OpenApiParameter("format", str, enum=DOWNLOAD_FORMATS, default="jsonl")],
        responses={
            (200, "application/x-ndjson"): OpenApiTypes.BINARY,
            (200, "application/json"): {"type": "array", "items": {"type": "object"}},
        },
    )
    def get(self, request: Request, dataset_id: UUID) -> StreamingHttpResponse:
        dataset = access_dataset(user=caller(request), dataset_id=dataset_id, roles=RESEARCHERS)
        form = DatasetDownload.QuerySerializer(data=request.query_params)
        form.is_valid(raise_exception=True)
        format = form.validated_data["format"]
        content_type, ending = ("application/x-ndjson", "jsonl") if format == "jsonl" else ("application/json", "json")
        answer = StreamingHttpResponse(dataset_bytes(dataset=dataset, format=format), content_type=content_type)
        answer["Content-Disposition"] = f'attachment; filename="{dataset.pk}.{ending}"'
        return answer
