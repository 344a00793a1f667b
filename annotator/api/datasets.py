"""Datasets: freeze, upload, list, download."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.limits import FILE_BYTES, HEAVY
from annotator.api.operations import Operation, caller
from annotator.api.permissions import SIGNED_IN
from annotator.domain.formats.registry import FORMATS
from annotator.models import Dataset
from annotator.selectors.access import RESEARCHERS, access_dataset, access_project
from annotator.selectors.aggregation import CONTENTS, WEIGHTS
from annotator.selectors.dataset_diff import dataset_diff
from annotator.selectors.datasets import SPLIT_FILES, dataset_bytes, dataset_list, dataset_losses, split_bytes
from annotator.services.audit import audited
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
    revises = serializers.CharField(
        source="revises.name", default=None, allow_null=True, help_text="The dataset that it takes the place of."
    )
    erased_at = serializers.DateTimeField(
        allow_null=True, help_text="When its files went, because somebody's data had to go; a revision took its place."
    )

    class Meta:
        model = Dataset
        fields: tuple[str, ...] = ("id", "name", "kind", "note", "sha256", "counts", "created_by", "created_at")
        fields += ("revises", "erased_at")
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
    rate = HEAVY

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
    rate = HEAVY
    body_bytes = FILE_BYTES
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
    """The dataset as one file of a format; datasets of examples have "jsonl" alone."""

    allowed = RESEARCHERS
    rate = HEAVY

    class QuerySerializer(serializers.Serializer[Any]):
        format = serializers.ChoiceField(choices=list(FORMATS), default="jsonl")

    @extend_schema(
        operation_id="dataset_download",
        parameters=[OpenApiParameter("format", str, enum=list(FORMATS), default="jsonl")],
        responses={
            # JSON is no string of bytes to whoever holds an answer against this schema.
            (200, content_type): OpenApiTypes.ANY if content_type == "application/json" else OpenApiTypes.BINARY
            for content_type in dict.fromkeys(each.content_type for each in FORMATS.values())
        },
    )
    def get(self, request: Request, dataset_id: UUID) -> StreamingHttpResponse:
        dataset = access_dataset(user=caller(request), dataset_id=dataset_id, roles=RESEARCHERS)
        form = DatasetDownload.QuerySerializer(data=request.query_params)
        form.is_valid(raise_exception=True)
        format = FORMATS[form.validated_data["format"]]
        pieces = dataset_bytes(dataset=dataset, format=format.key)
        _told(request, dataset, f"{format.key}, whole")
        return _file(pieces, format.content_type, f"{dataset.pk}.{format.ending}")


class DatasetFile(Operation):
    """The feedback of one split, as `datasets.load_dataset` reads it: train.parquet, train.jsonl, dev.parquet, …

        load_dataset("parquet", data_files={"train": ".../files/train.parquet"},
                     storage_options={"client_kwargs": {"headers": {"Authorization": "Token …"}}})
    """

    allowed = RESEARCHERS
    rate = HEAVY

    @extend_schema(
        operation_id="dataset_file",
        parameters=[OpenApiParameter("file_name", str, OpenApiParameter.PATH, enum=list(SPLIT_FILES))],
        responses={
            (200, FORMATS["parquet"].content_type): OpenApiTypes.BINARY,
            (200, FORMATS["jsonl"].content_type): OpenApiTypes.BINARY,
        },
    )
    def get(self, request: Request, dataset_id: UUID, file_name: str) -> StreamingHttpResponse:
        dataset = access_dataset(user=caller(request), dataset_id=dataset_id, roles=RESEARCHERS)
        pieces = split_bytes(dataset=dataset, file=file_name)
        _told(request, dataset, file_name)
        return _file(pieces, FORMATS[SPLIT_FILES[file_name][1]].content_type, file_name)


class DatasetLosses(Operation):
    """What a format cannot hold of the dataset, counted, by the path of what is lost in a feedback record."""

    allowed = RESEARCHERS
    rate = HEAVY

    class OutputSerializer(serializers.Serializer[Any]):
        path = serializers.CharField(help_text='Such as "judgements.spans.evidence".')
        count = serializers.IntegerField(help_text="Values of it that are not in the file.")

    @extend_schema(
        operation_id="dataset_losses",
        parameters=[OpenApiParameter("format", str, enum=list(FORMATS), default="jsonl")],
        responses=OutputSerializer(many=True),
    )
    def get(self, request: Request, dataset_id: UUID) -> Response:
        dataset = access_dataset(user=caller(request), dataset_id=dataset_id, roles=RESEARCHERS)
        form = DatasetDownload.QuerySerializer(data=request.query_params)
        form.is_valid(raise_exception=True)
        return Response(dataset_losses(dataset=dataset, format=form.validated_data["format"]))


class DatasetDiff(Operation):
    """What changed in a dataset since another one of its project."""

    allowed = RESEARCHERS
    rate = HEAVY

    class QuerySerializer(serializers.Serializer[Any]):
        since = serializers.UUIDField()

    class OutputSerializer(serializers.Serializer[Any]):
        class ChangesSerializer(serializers.Serializer[Any]):
            class ChangeSerializer(serializers.Serializer[Any]):
                class ItemSerializer(serializers.Serializer[Any]):
                    id = serializers.CharField()
                    example = serializers.CharField()
                    question = serializers.CharField()

                count = serializers.IntegerField()
                items = ItemSerializer(many=True, help_text="The first of them.")

            added = ChangeSerializer()
            removed = ChangeSerializer()
            changed = ChangeSerializer()

        class CountSerializer(serializers.Serializer[Any]):
            group = serializers.CharField(help_text="totals, spans, missing, comparisons or splits.")
            key = serializers.CharField()
            old = serializers.IntegerField()
            new = serializers.IntegerField()

        examples = ChangesSerializer()
        records = ChangesSerializer()
        counts = CountSerializer(many=True)

    @extend_schema(
        operation_id="dataset_diff",
        parameters=[OpenApiParameter("since", OpenApiTypes.UUID, required=True)],
        responses=OutputSerializer,
    )
    def get(self, request: Request, dataset_id: UUID) -> Response:
        dataset = access_dataset(user=caller(request), dataset_id=dataset_id, roles=RESEARCHERS)
        form = DatasetDiff.QuerySerializer(data=request.query_params)
        form.is_valid(raise_exception=True)
        old = access_dataset(user=caller(request), dataset_id=form.validated_data["since"], roles=RESEARCHERS)
        return Response(dataset_diff(old=old, new=dataset))


class FormatList(Operation):
    """The formats in which datasets are written and files are imported."""

    allowed = SIGNED_IN

    class OutputSerializer(serializers.Serializer[Any]):
        key = serializers.CharField()
        name = serializers.CharField()
        sentence = serializers.CharField(help_text="What it is for.")
        ending = serializers.CharField()
        foreign = serializers.BooleanField(help_text="Its labels may have to be mapped to error types.")
        quoted = serializers.BooleanField(help_text="Its spans tell by their quotes what their offsets count.")

    @extend_schema(operation_id="format_list", responses=OutputSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(FormatList.OutputSerializer(list(FORMATS.values()), many=True).data)


def _told(request: Request, dataset: Dataset, what: str) -> None:
    """Who took people's work out of here is written down before the first byte leaves."""
    target, detail = f"dataset {dataset.pk}", {"file": what}
    audited(
        actor=caller(request), action="dataset.download", project=dataset.project, target=target, detail=detail
    )


def _file(pieces: Iterator[bytes], content_type: str, name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(pieces, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
