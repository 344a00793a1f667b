"""Jobs: start, list, follow, cancel."""

from typing import Any
from uuid import UUID

from django.db import transaction
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.errors import ErrorSerializer
from annotator.api.fields import ShortListField
from annotator.api.limits import HEAVY
from annotator.api.operations import Operation, caller
from annotator.models.jobs import Job, JobKind
from annotator.selectors.access import RESEARCHERS, access_job, access_project
from annotator.selectors.jobs import job_list, job_metrics
from annotator.selectors.runs import log_tail, run_folder
from annotator.services.job_specs import JobRequest
from annotator.services.job_states import job_cancel
from annotator.services.jobs import job_create
from annotator.tasks.jobs import hint

SUMMARY = (
    *("id", "kind", "state", "phase", "step", "total", "epoch", "dataset", "dataset_name", "model_version"),
    *("cancel_requested_at", "created_by", "created_at", "started_at", "finished_at", "error"),
)


class JobSerializer(serializers.ModelSerializer[Job]):
    created_by = serializers.CharField(source="created_by.username", default=None, read_only=True, allow_null=True)
    dataset_name = serializers.CharField(source="dataset.name", default=None, read_only=True, allow_null=True)
    model_version = serializers.UUIDField(source="model_version.pk", default=None, read_only=True, allow_null=True)
    error = ErrorSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Job
        fields: tuple[str, ...] = SUMMARY
        read_only_fields: tuple[str, ...] = SUMMARY


class MetricSerializer(serializers.Serializer[Any]):
    step = serializers.IntegerField()
    phase = serializers.CharField()
    values = serializers.DictField(child=serializers.FloatField(allow_null=True))


class ResultSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    metrics = serializers.DictField(child=serializers.FloatField(allow_null=True))
    artifact = serializers.CharField(allow_null=True)
    artifact_sha256 = serializers.CharField(allow_null=True)


class JobDetailSerializer(JobSerializer):
    """`params` is what was asked for and the models that were chosen; `metrics` holds at most 2,000 points."""

    params = serializers.DictField(read_only=True)
    spec = serializers.DictField(read_only=True)
    result = ResultSerializer(read_only=True, allow_null=True)
    metrics = serializers.SerializerMethodField()

    class Meta(JobSerializer.Meta):
        fields = (*SUMMARY, "params", "spec", "result", "attempt", "host", "metrics")
        read_only_fields = fields

    @extend_schema_field(MetricSerializer(many=True))
    def get_metrics(self, job: Job) -> list[dict[str, Any]]:
        return job_metrics(job=job, since_step=self.context.get("since_step", 0))


class LogSerializer(serializers.Serializer[Any]):
    lines = serializers.ListField(child=serializers.CharField())


class JobList(Operation):
    """The newest 200 jobs of a project, newest first."""

    allowed = RESEARCHERS

    @extend_schema(operation_id="job_list", responses=JobSerializer(many=True))
    def get(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=RESEARCHERS)
        return Response(JobSerializer(job_list(project=project)[:200], many=True).data)


class JobCreate(Operation):
    """Queue a job. What is left out, the project decides: its active models, its newest dataset, a new one for
    reward training. The same idempotency key with the same request gives the same job."""

    allowed = RESEARCHERS
    rate = HEAVY

    class InputSerializer(serializers.Serializer[Any]):
        kind = serializers.ChoiceField(choices=JobKind.choices)
        dataset = serializers.UUIDField(required=False, allow_null=True)
        policy = serializers.UUIDField(required=False, allow_null=True)
        reward = serializers.UUIDField(required=False, allow_null=True)
        policies = ShortListField(child=serializers.UUIDField(), required=False, max_length=10)
        judge = serializers.UUIDField(
            required=False, allow_null=True, help_text="A reward model that judges beside the one that rewards."
        )
        perplexity_under = serializers.UUIDField(
            required=False, allow_null=True, help_text="A policy under which the perplexity of responses is told."
        )
        params = serializers.DictField(required=False, help_text="Fields of the spec, where not the default.")
        idempotency_key = serializers.CharField(required=False, max_length=200)

    @extend_schema(operation_id="job_create", request=InputSerializer, responses={201: JobDetailSerializer})
    def post(self, request: Request, project_id: int) -> Response:
        user = caller(request)
        project = access_project(user=user, project_id=project_id, roles=RESEARCHERS)
        form = JobCreate.InputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        asked = dict(form.validated_data)
        key = asked.pop("idempotency_key", None)
        asked |= {"kind": JobKind(asked["kind"]), "policies": tuple(asked.get("policies", ()))}
        job = job_create(project=project, user=user, request=JobRequest(**asked), idempotency_key=key)
        transaction.on_commit(lambda: hint(job.pk))
        return Response(JobDetailSerializer(job).data, status=status.HTTP_201_CREATED)


class JobGet(Operation):
    """A job, with its metrics after a step: at most 2,000 points."""

    allowed = RESEARCHERS

    class QuerySerializer(serializers.Serializer[Any]):
        since_step = serializers.IntegerField(min_value=0, default=0)

    @extend_schema(operation_id="job_get", parameters=[QuerySerializer], responses=JobDetailSerializer)
    def get(self, request: Request, job_id: UUID) -> Response:
        job = access_job(user=caller(request), job_id=job_id)
        query = JobGet.QuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        return Response(JobDetailSerializer(job, context=query.validated_data).data)


class JobLog(Operation):
    """The last lines of the log of the newest attempt."""

    allowed = RESEARCHERS

    class QuerySerializer(serializers.Serializer[Any]):
        tail = serializers.IntegerField(min_value=1, max_value=2000, default=200)

    @extend_schema(operation_id="job_log", parameters=[QuerySerializer], responses=LogSerializer)
    def get(self, request: Request, job_id: UUID) -> Response:
        job = access_job(user=caller(request), job_id=job_id)
        query = JobLog.QuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        return Response({"lines": log_tail(run_folder(job.pk, job.epoch), query.validated_data["tail"])})


class JobCancel(Operation):
    """Cancel a job: a queued one at once, a running one as soon as its trainer has ended."""

    allowed = RESEARCHERS

    @extend_schema(operation_id="job_cancel", request=None, responses=JobDetailSerializer)
    def post(self, request: Request, job_id: UUID) -> Response:
        job = access_job(user=caller(request), job_id=job_id)
        return Response(JobDetailSerializer(job_cancel(job_id=job.pk, actor=caller(request))).data)
