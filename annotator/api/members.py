"""Who is in a project and as what, and invitations to it."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.operations import Operation, caller
from annotator.models import Invitation, Membership, Role, Standing
from annotator.selectors.access import ADMINS, access_project
from annotator.selectors.members import invitation_in, invitation_list, member_list
from annotator.selectors.people import member_of
from annotator.services.invitations import invitation_make, invitation_revoke
from annotator.services.members import member_add, member_remove, member_role

INVITATION_DAYS = 30


class MemberSerializer(serializers.ModelSerializer[Membership]):
    username = serializers.CharField(source="user.username")
    role = serializers.ChoiceField(choices=Role.choices)
    standing = serializers.ChoiceField(choices=Standing.choices)
    is_active = serializers.BooleanField(source="user.is_active", help_text="Whether they can sign in.")

    class Meta:
        model = Membership
        fields = ("id", "username", "role", "standing", "is_active", "created_at")
        read_only_fields = fields


class RoleSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=Role.choices)


class MemberList(Operation):
    """The members of the project, by name."""

    allowed = ADMINS

    @extend_schema(operation_id="member_list", responses=MemberSerializer(many=True))
    def get(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=ADMINS)
        return Response(MemberSerializer(member_list(project=project), many=True).data)


class MemberAdd(Operation):
    """Take in somebody who has an account, by its name."""

    allowed = ADMINS

    class InputSerializer(RoleSerializer):
        username = serializers.CharField(max_length=150)

    @extend_schema(operation_id="member_add", request=InputSerializer, responses={201: MemberSerializer})
    def post(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=ADMINS)
        form = MemberAdd.InputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        member = member_add(project=project, made_by=caller(request), **form.validated_data)
        return Response(MemberSerializer(member).data, status=status.HTTP_201_CREATED)


class MemberRole(Operation):
    """Give a member another role. The last admin keeps theirs."""

    allowed = ADMINS

    @extend_schema(operation_id="member_role", request=RoleSerializer, responses=MemberSerializer)
    def put(self, request: Request, project_id: int, member_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=ADMINS)
        member = member_of(project=project, member_id=member_id)
        form = RoleSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        member = member_role(member=member, made_by=caller(request), **form.validated_data)
        return Response(MemberSerializer(member).data)


class MemberRemove(Operation):
    """Take a member out. What they did stays, and their name does not come off it; the last admin cannot go."""

    allowed = ADMINS

    @extend_schema(operation_id="member_remove", responses={204: None})
    def delete(self, request: Request, project_id: int, member_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=ADMINS)
        member_remove(member=member_of(project=project, member_id=member_id), made_by=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    role = serializers.ChoiceField(choices=Role.choices)
    created_by = serializers.CharField(source="created_by.username")

    class Meta:
        model = Invitation
        fields: tuple[str, ...] = ("id", "role", "created_by", "created_at", "expires_at")
        read_only_fields = fields


class InvitationList(Operation):
    """Invitations that still let somebody in; never what they open with."""

    allowed = ADMINS

    @extend_schema(operation_id="invitation_list", responses=InvitationSerializer(many=True))
    def get(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=ADMINS)
        return Response(InvitationSerializer(invitation_list(project=project), many=True).data)


class InvitationMake(Operation):
    """A link that makes one person a member, once. Its address is shown this once."""

    allowed = ADMINS

    class InputSerializer(RoleSerializer):
        days = serializers.IntegerField(min_value=1, max_value=INVITATION_DAYS, default=7)

    class OutputSerializer(InvitationSerializer):
        address = serializers.CharField()

        class Meta(InvitationSerializer.Meta):
            fields = (*InvitationSerializer.Meta.fields, "address")

    @extend_schema(operation_id="invitation_make", request=InputSerializer, responses={201: OutputSerializer})
    def post(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=ADMINS)
        form = InvitationMake.InputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        row, token = invitation_make(project=project, made_by=caller(request), **form.validated_data)
        address = request.build_absolute_uri(reverse("invitation", args=[token]))
        body = {**InvitationSerializer(row).data, "address": address}
        return Response(body, status=status.HTTP_201_CREATED)


class InvitationRevoke(Operation):
    """Let nobody in by it any more."""

    allowed = ADMINS

    @extend_schema(operation_id="invitation_revoke", responses={204: None})
    def delete(self, request: Request, project_id: int, invitation_id: UUID) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=ADMINS)
        row = invitation_in(project=project, invitation_id=invitation_id)
        invitation_revoke(invitation=row, made_by=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
