"""Accounts, for the owner of the site."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.operations import Operation, caller
from annotator.api.permissions import SITE_OWNERS
from annotator.models import User
from annotator.selectors.members import account_list, account_of
from annotator.services.accounts import account_close, account_sign_out
from annotator.services.second_factor import second_factor_reset


class AccountSerializer(serializers.ModelSerializer[User]):
    projects = serializers.IntegerField(source="projects_count")
    sessions = serializers.IntegerField(source="sessions_count", help_text="Browsers that they are signed in with.")
    tokens = serializers.IntegerField(source="tokens_count", help_text="Of their programs, that still hold.")
    second_factor = serializers.BooleanField(help_text="Whether they have set one up.")

    class Meta:
        model = User
        fields = (
            *("id", "username", "is_active", "is_staff", "is_simulated", "last_login", "projects", "sessions"),
            *("tokens", "second_factor"),
        )
        read_only_fields = fields


class AccountList(Operation):
    """Accounts by name, at most 200 at a time; those of people who came in by a study are not among them."""

    allowed = SITE_OWNERS

    class QuerySerializer(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=150, default="", help_text="A part of it.")
        after = serializers.CharField(max_length=150, default="", help_text="The last name of the page before.")

    @extend_schema(
        operation_id="account_list", parameters=[QuerySerializer], responses=AccountSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        query = AccountList.QuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        return Response(AccountSerializer(account_list(**query.validated_data), many=True).data)


class SecondFactorReset(Operation):
    """Take the second factor off an account whose person has lost it; its sessions and tokens end."""

    allowed = SITE_OWNERS

    @extend_schema(operation_id="second_factor_reset", responses={204: None})
    def delete(self, request: Request, account_id: int) -> Response:
        second_factor_reset(user=account_of(account_id=account_id), made_by=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class AccountUpdate(Operation):
    """Close an account, which ends its sessions and tokens, or open it again."""

    allowed = SITE_OWNERS

    class InputSerializer(serializers.Serializer[Any]):
        is_active = serializers.BooleanField()

    @extend_schema(operation_id="account_update", request=InputSerializer, responses={204: None})
    def put(self, request: Request, account_id: int) -> Response:
        user = account_of(account_id=account_id)
        form = AccountUpdate.InputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        account_close(user=user, closed=not form.validated_data["is_active"], made_by=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class AccountSignOut(Operation):
    """End every session of the person, and the tokens of their programs."""

    allowed = SITE_OWNERS

    @extend_schema(operation_id="account_sign_out", request=None, responses={204: None})
    def post(self, request: Request, account_id: int) -> Response:
        account_sign_out(user=account_of(account_id=account_id), made_by=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
