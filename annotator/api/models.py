"""Models: list, register, promote."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.limits import HEAVY
from annotator.api.operations import Operation, caller
from annotator.models.model_versions import ModelKind, ModelVersion
from annotator.selectors.access import ADMINS, RESEARCHERS, access_model_version, access_project
from annotator.selectors.model_versions import model_version_list
from annotator.services.model_versions import model_promote, model_register


class ModelSerializer(serializers.ModelSerializer[ModelVersion]):
    dataset_name = serializers.CharField(source="dataset.name", default=None, read_only=True, allow_null=True)
    metrics = serializers.DictField(child=serializers.FloatField(allow_null=True), read_only=True)

    class Meta:
        model = ModelVersion
        fields = (
            *("id", "name", "kind", "stage", "path", "sha256", "metrics", "dataset", "dataset_name", "job", "parents"),
            *("created_at", "promoted_at"),
        )
        read_only_fields = fields


class ModelList(Operation):
    """Models of a project, newest first."""

    allowed = RESEARCHERS

    @extend_schema(operation_id="model_list", responses=ModelSerializer(many=True))
    def get(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=RESEARCHERS)
        return Response(ModelSerializer(model_version_list(project=project), many=True).data)


class ModelRegister(Operation):
    """Make a model that was made elsewhere known to the project, as a candidate."""

    allowed = ADMINS
    rate = HEAVY

    class InputSerializer(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=200)
        kind = serializers.ChoiceField(choices=ModelKind.choices)
        source = serializers.CharField(  # type: ignore[assignment]  # not the option of a field
            max_length=1000, help_text="A folder of the server, or a hub name (policies)."
        )

    @extend_schema(operation_id="model_register", request=InputSerializer, responses={201: ModelSerializer})
    def post(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=ADMINS)
        form = ModelRegister.InputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        asked = {**form.validated_data, "kind": ModelKind(form.validated_data["kind"])}
        model = model_register(project=project, actor=caller(request), **asked)
        return Response(ModelSerializer(model).data, status=status.HTTP_201_CREATED)


class ModelPromote(Operation):
    """Make a model the active one of its kind, in place of the one before."""

    allowed = ADMINS

    @extend_schema(operation_id="model_promote", request=None, responses=ModelSerializer)
    def post(self, request: Request, model_id: UUID) -> Response:
        model = access_model_version(user=caller(request), model_version_id=model_id, roles=ADMINS)
        return Response(ModelSerializer(model_promote(model_id=model.pk, actor=caller(request))).data)
