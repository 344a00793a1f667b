"""Projects: the ones the caller is in, their settings, and how far they are."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.desk_schema import DeskSerializer
from annotator.api.limits import TEXTS_BYTES
from annotator.api.operations import Operation, caller
from annotator.api.permissions import OWN_READING, SIGNED_IN, SITE_OWNERS
from annotator.api.taxonomy_schema import TaxonomySerializer
from annotator.domain.desk import desk_to_json
from annotator.domain.taxonomy import taxonomy_to_json
from annotator.models import Membership, Project, Role
from annotator.selectors.access import ADMINS, MEMBERS, access_membership, access_project
from annotator.selectors.projects import desk_of, membership_list, project_progress, taxonomy_current, taxonomy_of
from annotator.selectors.queue import queue_arranged
from annotator.services.projects import project_create, project_update
from annotator.tasks.queue import hint as queue_hint


class ProjectSerializer(serializers.ModelSerializer[Project]):
    job_defaults = serializers.DictField(
        child=serializers.DictField(), required=False, help_text="{job kind: {field of its spec: value}}"
    )
    desk: serializers.Field[Any, Any, Any, Any] = serializers.SerializerMethodField()
    queue_arranged = serializers.SerializerMethodField(
        help_text="The share of the examples that stand in the queue where overlap and strategy want them. Below 1 "
        "for a while after one of these was changed in a large project."
    )

    class Meta:
        model = Project
        fields: tuple[str, ...] = (
            *("id", "slug", "name", "overlap", "judged_responses", "require_corrections", "lease_minutes"),
            *("strategy", "queue_arranged"),
            *("guideline_version", "guideline", "base_policy", "base_reward", "job_defaults", "desk"),
            *("retrain_after_annotations", "retrain_every_hours", "created_at"),
        )
        extra_kwargs = {"overlap": {"max_value": 100}, "judged_responses": {"max_value": 100}}

    def get_queue_arranged(self, project: Project) -> float:
        return queue_arranged(project=project)

    @extend_schema_field(DeskSerializer)
    def get_desk(self, project: Project) -> dict[str, Any]:
        return desk_to_json(desk_of(project))


class ProjectInputSerializer(ProjectSerializer):
    taxonomy = serializers.DictField(
        child=serializers.JSONField(), required=False, help_text="A new taxonomy; one that changed needs a new version."
    )
    desk = serializers.DictField(
        required=False,
        help_text="New settings of the desk, in place of all the old ones; what is absent is the default.",
    )

    class Meta(ProjectSerializer.Meta):
        fields = (*ProjectSerializer.Meta.fields, "taxonomy")


class ProjectDetailSerializer(ProjectSerializer):
    """`role`: the caller's. `taxonomy`: its current version."""

    role = serializers.ChoiceField(choices=Role.choices)
    taxonomy = TaxonomySerializer()

    class Meta(ProjectSerializer.Meta):
        fields = (*ProjectSerializer.Meta.fields, "role", "taxonomy")


def _detail(membership: Membership) -> dict[str, Any]:
    project = membership.project
    taxonomy = taxonomy_to_json(taxonomy_of(taxonomy_current(project=project)))
    return {**ProjectSerializer(project).data, "role": membership.role, "taxonomy": taxonomy}


class ProjectList(Operation):
    """The projects that the caller is a member of, by name."""

    allowed = SIGNED_IN
    scopes = OWN_READING

    class OutputSerializer(ProjectSerializer):
        role = serializers.ChoiceField(choices=Role.choices)

        class Meta(ProjectSerializer.Meta):
            fields = (*ProjectSerializer.Meta.fields, "role")

    @extend_schema(operation_id="project_list", responses=OutputSerializer(many=True))
    def get(self, request: Request) -> Response:
        memberships = membership_list(user=caller(request))
        return Response([{**ProjectSerializer(row.project).data, "role": row.role} for row in memberships])


class ProjectCreate(Operation):
    """A new project; the caller becomes its first admin. Without a taxonomy it gets the paper's."""

    allowed = SITE_OWNERS
    body_bytes = TEXTS_BYTES

    @extend_schema(
        operation_id="project_create", request=ProjectInputSerializer, responses={201: ProjectDetailSerializer}
    )
    def post(self, request: Request) -> Response:
        form = ProjectInputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        project = project_create(owner=caller(request), **form.validated_data)
        body = _detail(access_membership(user=caller(request), project_id=project.pk))
        return Response(body, status=status.HTTP_201_CREATED)


class ProjectRead(Operation):
    """A project with its settings and its current taxonomy."""

    allowed = MEMBERS
    scopes = OWN_READING

    @extend_schema(operation_id="project_read", responses=ProjectDetailSerializer)
    def get(self, request: Request, project_id: int) -> Response:
        return Response(_detail(access_membership(user=caller(request), project_id=project_id, roles=MEMBERS)))


class ProjectUpdate(Operation):
    """Change settings. A greater overlap opens places on every example; a smaller one closes open places.

    `strategy`: breadth_first, depth_first, uncertainty_first (of the reward models) or disagreement_first (of the
    annotators). Whoever holds an example keeps it.
    """

    allowed = ADMINS
    body_bytes = TEXTS_BYTES

    @extend_schema(operation_id="project_update", request=ProjectInputSerializer, responses=ProjectDetailSerializer)
    def patch(self, request: Request, project_id: int) -> Response:
        membership = access_membership(user=caller(request), project_id=project_id, roles=ADMINS)
        form = ProjectInputSerializer(membership.project, data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        membership.project = project_update(
            project=membership.project, actor=caller(request), **form.validated_data
        )
        if membership.project.arranged_to is not None:
            queue_hint(membership.project.pk)
        return Response(_detail(membership))


class ProjectProgress(Operation):
    """How far the project is, and what the caller has done."""

    allowed = MEMBERS
    scopes = OWN_READING

    class OutputSerializer(serializers.Serializer[Any]):
        class SlotsSerializer(serializers.Serializer[Any]):
            open = serializers.IntegerField()
            leased = serializers.IntegerField()
            done = serializers.IntegerField()

        class TypeCountSerializer(serializers.Serializer[Any]):
            key = serializers.CharField()
            name = serializers.CharField()
            category = serializers.CharField()
            count = serializers.IntegerField()

        class DayCountSerializer(serializers.Serializer[Any]):
            date = serializers.DateField()
            count = serializers.IntegerField()

        class MineSerializer(serializers.Serializer[Any]):
            submitted = serializers.IntegerField()

        examples = serializers.IntegerField()
        slots = SlotsSerializer()
        annotations = serializers.IntegerField()
        annotators = serializers.IntegerField()
        types = TypeCountSerializer(many=True)
        by_day = DayCountSerializer(many=True)
        mine = MineSerializer()

    @extend_schema(operation_id="project_progress", responses=OutputSerializer)
    def get(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=MEMBERS)
        progress = project_progress(project=project, user=caller(request))
        return Response(ProjectProgress.OutputSerializer(progress).data)
