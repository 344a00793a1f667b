"""The audit log, for those who answer for a project or for the site."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.operations import Operation, caller
from annotator.api.permissions import SITE_OWNERS
from annotator.domain.audit import ACTIONS
from annotator.models import Project
from annotator.selectors.access import ADMINS, access_project
from annotator.selectors.audit import audit_entries

ACTION_LIST = sorted(ACTIONS)


class AuditEntrySerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField(help_text="From 1, without a gap over the whole site.")
    at = serializers.DateTimeField()
    actor = serializers.CharField(
        source="actor.username", default=None, allow_null=True, help_text="Null for the system, the shell, a provider."
    )
    project = serializers.IntegerField(source="project_id", allow_null=True)
    action = serializers.CharField()
    target = serializers.CharField()
    detail = serializers.DictField(child=serializers.JSONField())
    previous = serializers.CharField(help_text="The hash of the entry before.")
    hash = serializers.CharField()


class AuditPageSerializer(serializers.Serializer[Any]):
    results = AuditEntrySerializer(many=True)
    next = serializers.IntegerField(allow_null=True, help_text="`before` of the next page; null on the last one.")


class AuditQuerySerializer(serializers.Serializer[Any]):
    action = serializers.ChoiceField(choices=ACTION_LIST, required=False)
    before = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=200, default=50)


class AuditList(Operation):
    """What admins, researchers and providers did in the project, the newest first."""

    allowed = ADMINS

    @extend_schema(operation_id="audit_list", parameters=[AuditQuerySerializer], responses=AuditPageSerializer)
    def get(self, request: Request, project_id: int) -> Response:
        return _page(request, access_project(user=caller(request), project_id=project_id, roles=ADMINS))


class AuditSiteList(Operation):
    """The whole log: every project's, and what is no project's."""

    allowed = SITE_OWNERS

    @extend_schema(operation_id="audit_site_list", parameters=[AuditQuerySerializer], responses=AuditPageSerializer)
    def get(self, request: Request) -> Response:
        return _page(request, None)


def _page(request: Request, project: Project | None) -> Response:
    query = AuditQuerySerializer(data=request.query_params)
    query.is_valid(raise_exception=True)
    asked = query.validated_data
    limit = asked.pop("limit")
    found = audit_entries(project=project, limit=limit + 1, **asked)
    page = {"results": found[:limit], "next": found[limit - 1].number if len(found) > limit else None}
    return Response(AuditPageSerializer(page).data)
