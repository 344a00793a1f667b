"""Who is calling, and the tokens of their programs."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.authentication import OneQueryTokenAuthentication, PasswordAuthentication
from annotator.api.fields import ShortListField
from annotator.api.limits import HEAVY
from annotator.api.operations import Operation, caller
from annotator.api.permissions import NO_TOKEN, SIGNED_IN, check_second_factor, second_factor_shown
from annotator.domain.errors import DomainError
from annotator.domain.scopes import DEFAULT_DAYS, MAX_DAYS, SCOPES
from annotator.models import Role
from annotator.selectors.projects import membership_list
from annotator.selectors.second_factor import has_second_factor
from annotator.selectors.tokens import token_list
from annotator.services.second_factor import second_factor_check
from annotator.services.tokens import token_issue, token_revoke


class Me(Operation):
    """The caller, and the projects they are a member of."""

    allowed = SIGNED_IN
    scopes = frozenset(SCOPES)
    before_second_factor = True

    class OutputSerializer(serializers.Serializer[Any]):
        class MyProjectSerializer(serializers.Serializer[Any]):
            id = serializers.IntegerField(source="project.id")
            slug = serializers.CharField(source="project.slug")
            name = serializers.CharField(source="project.name")
            role = serializers.ChoiceField(choices=Role.choices)
            pseudonym = serializers.CharField()

        id = serializers.IntegerField()
        username = serializers.CharField()
        is_staff = serializers.BooleanField(help_text="Whether they may create projects.")
        projects = MyProjectSerializer(many=True)

    @extend_schema(operation_id="me", responses=OutputSerializer)
    def get(self, request: Request) -> Response:
        user = caller(request)
        return Response(
            Me.OutputSerializer(
                {
                    "id": user.pk,
                    "username": user.username,
                    "is_staff": user.is_staff,
                    "projects": membership_list(user=user),
                }
            ).data
        )


class ApiTokenSerializer(serializers.Serializer[Any]):
    token_key = serializers.CharField(help_text="The first characters of the token, by which it is known here.")
    created = serializers.DateTimeField()
    expiry = serializers.DateTimeField()
    name = serializers.CharField(source="grant.name")
    scopes = serializers.ListField(source="grant.scopes", child=serializers.ChoiceField(choices=SCOPES))


class TokenList(Operation):
    """The caller's tokens."""

    allowed = SIGNED_IN

    @extend_schema(operation_id="token_list", responses=ApiTokenSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(ApiTokenSerializer(token_list(user=caller(request)), many=True).data)


class TokenIssue(Operation):
    """A token for a program, shown this once. A program may also send username and password (HTTP Basic) here, but no
    token: what one is for, and how long, is never stretched by itself.

    `scopes`: `read` (whatever is asked by GET), `annotate` (the work of an annotator) and `manage` (all else that the
    person may do).
    """

    allowed = SIGNED_IN
    scopes = NO_TOKEN
    before_second_factor = True  # it looks itself
    rate = HEAVY
    authentication_classes = [OneQueryTokenAuthentication, SessionAuthentication, PasswordAuthentication]

    class InputSerializer(serializers.Serializer[Any]):
        scopes = ShortListField(child=serializers.ChoiceField(choices=SCOPES), allow_empty=False, max_length=3)
        days = serializers.IntegerField(min_value=1, max_value=MAX_DAYS, default=DEFAULT_DAYS)
        name = serializers.CharField(max_length=100, default="", allow_blank=True)
        otp = serializers.CharField(
            max_length=32, default="", allow_blank=True, help_text="With a password: a code of one's second factor."
        )

    class OutputSerializer(ApiTokenSerializer):
        token = serializers.CharField()

    @extend_schema(operation_id="token_issue", request=InputSerializer, responses={201: OutputSerializer})
    def post(self, request: Request) -> Response:
        form = TokenIssue.InputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        asked = {**form.validated_data, "second_factor": _second_factor(request, form.validated_data["otp"])}
        del asked["otp"]
        row, token = token_issue(user=caller(request), **asked)
        body = {**ApiTokenSerializer(row).data, "token": token}
        return Response(body, status=status.HTTP_201_CREATED)


def _second_factor(request: Request, code: str) -> bool:
    """Whether one has been shown, by the session or with the password. DomainError second_factor_required where the
    password alone is not enough."""
    user = caller(request)
    if second_factor_shown(request):
        return True
    if has_second_factor(user):
        if second_factor_check(user=user, code=code):
            return True
        problem = "is not a code of your second factor, or was used before; wait a little after a wrong one"
        raise DomainError("second_factor_required", f"otp: {problem}", {"otp": problem})
    check_second_factor(request)
    return False


class TokenRevoke(Operation):
    """End one of the caller's tokens."""

    allowed = SIGNED_IN

    @extend_schema(operation_id="token_revoke", responses={204: None})
    def delete(self, request: Request, token_key: str) -> Response:
        token_revoke(user=caller(request), token_key=token_key)
        return Response(status=status.HTTP_204_NO_CONTENT)
