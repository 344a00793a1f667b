"""What is kept about a person, and how it goes."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.operations import Operation, caller
from annotator.api.permissions import ADMINS, NO_TOKEN, SIGNED_IN
from annotator.domain.errors import DomainError
from annotator.models import Membership, User
from annotator.selectors.access import access_project
from annotator.selectors.people import member_of
from annotator.selectors.personal_data import personal_data
from annotator.services.erasure import person_erase, work_withdraw


class ConfirmedSerializer(serializers.Serializer[Any]):
    """What cannot be taken back is asked for by name."""

    confirm = serializers.CharField(help_text="Whose data goes: their pseudonym here, or one's own user name.")


class MyData(Operation):
    """Everything that is kept about the caller."""

    allowed = SIGNED_IN

    @extend_schema(operation_id="my_data", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        answer = Response(personal_data(user=caller(request)))
        answer["Content-Disposition"] = 'attachment; filename="my-data.json"'
        return answer


class MeErase(Operation):
    """Forget who the caller is. What they did stays in its projects, under a pseudonym that leads to nobody."""

    allowed = SIGNED_IN
    scopes = NO_TOKEN

    @extend_schema(operation_id="me_erase", request=ConfirmedSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        user = caller(request)
        _check_confirmed(request, user.username)
        person_erase(user=User.objects.get(pk=user.pk), made_by=None)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PersonWithdraw(Operation):
    """Take everything that a person did out of the project, as they asked for. Datasets that held it are revised."""

    allowed = ADMINS

    class OutputSerializer(serializers.Serializer[Any]):
        annotations = serializers.IntegerField(help_text="How many there were.")

    @extend_schema(operation_id="person_withdraw", request=ConfirmedSerializer, responses=OutputSerializer)
    def post(self, request: Request, project_id: int, member_id: int) -> Response:
        member = _member(request, project_id, member_id)
        return Response({"annotations": work_withdraw(membership=member, made_by=caller(request))})


class PersonErase(Operation):
    """Forget who a person is, as they asked for. What they did stays, under a pseudonym that leads to nobody.

    Somebody who is in other projects too can be erased by themselves or by the owner of the site.
    """

    allowed = ADMINS

    @extend_schema(operation_id="person_erase", request=ConfirmedSerializer, responses={204: None})
    def post(self, request: Request, project_id: int, member_id: int) -> Response:
        member = _member(request, project_id, member_id)
        elsewhere = Membership.objects.filter(user=member.user).exclude(pk=member.pk).exists()
        if (elsewhere or member.user.is_staff) and not caller(request).is_staff:
            message = "This person is in other projects too. They can erase themselves, or the owner of the site can."
            raise DomainError("person_elsewhere", message)
        person_erase(user=member.user, made_by=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _member(request: Request, project_id: int, member_id: int) -> Membership:
    project = access_project(user=caller(request), project_id=project_id, roles=ADMINS)
    member = member_of(project=project, member_id=member_id)
    _check_confirmed(request, member.pseudonym)
    return member


def _check_confirmed(request: Request, name: str) -> None:
    form = ConfirmedSerializer(data=request.data)
    form.is_valid(raise_exception=True)
    if form.validated_data["confirm"] != name:
        problem = f"is {form.validated_data['confirm']!r}, which is not the name of whose data is to go"
        raise DomainError("not_confirmed", f"confirm: {problem}", {"confirm": problem})
