"""What people of a study are paid: proposed, approved, cancelled, settled by hand; and messages to them."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.operations import Operation, caller
from annotator.api.payments_schema import PayReportSerializer
from annotator.models import Study
from annotator.selectors.access import ADMINS, RESEARCHERS, access_study
from annotator.selectors.pay import pay_report
from annotator.services.payments import (
    MESSAGE_PEOPLE,
    bonus_propose,
    message_send,
    payments_approve,
    payments_cancel,
    payments_propose,
    payments_settle,
    submissions_approve,
)
from annotator.tasks.payments import hint

AT_ONCE = 5000


def numbers(**options: Any) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), max_length=AT_ONCE, **options
    )


class PaymentIdsSerializer(serializers.Serializer[Any]):
    payments = numbers(allow_empty=False)


class PayRead(Operation):
    """What the study was worth to its people, what they are owed, and all payments."""

    allowed = RESEARCHERS

    @extend_schema(operation_id="pay_read", responses=PayReportSerializer)
    def get(self, request: Request, study_id: int) -> Response:
        return _report(access_study(user=caller(request), study_id=study_id, roles=RESEARCHERS))


class PaymentsPropose(Operation):
    """Propose all that is owed: rewards, failed qualifications, texts of those who stopped, and what is missing from
    the target per hour. What is proposed already becomes what it is by now. Nothing is paid before it is approved."""

    allowed = ADMINS

    @extend_schema(operation_id="payments_propose", request=None, responses=PayReportSerializer)
    def post(self, request: Request, study_id: int) -> Response:
        study = access_study(user=caller(request), study_id=study_id, roles=ADMINS)
        payments_propose(study=study, made_by=caller(request))
        return _report(study)


class BonusPropose(Operation):
    """Propose a bonus for each of these people. With the same `request_id` it is proposed once."""

    allowed = ADMINS

    class InputSerializer(serializers.Serializer[Any]):
        participants = numbers(allow_empty=False)
        amount = serializers.DecimalField(max_digits=10, decimal_places=2, min_value=Decimal("0.01"))
        reason = serializers.CharField(max_length=500)
        request_id = serializers.UUIDField()

    @extend_schema(operation_id="bonus_propose", request=InputSerializer, responses={201: PayReportSerializer})
    def post(self, request: Request, study_id: int) -> Response:
        study = access_study(user=caller(request), study_id=study_id, roles=ADMINS)
        form = BonusPropose.InputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        bonus_propose(study=study, made_by=caller(request), **form.validated_data)
        return _report(study, status.HTTP_201_CREATED)


class PaymentsApprove(Operation):
    """Let payments be made: through the platform, or by hand where there is none."""

    allowed = ADMINS

    @extend_schema(operation_id="payments_approve", request=PaymentIdsSerializer, responses=PayReportSerializer)
    def post(self, request: Request, study_id: int) -> Response:
        study = access_study(user=caller(request), study_id=study_id, roles=ADMINS)
        payments_approve(study=study, made_by=caller(request), ids=_ids(request))
        hint(study.pk)
        return _report(study)


class PaymentsCancel(Operation):
    """Do not make payments that no platform has been given yet."""

    allowed = ADMINS

    @extend_schema(operation_id="payments_cancel", request=PaymentIdsSerializer, responses=PayReportSerializer)
    def post(self, request: Request, study_id: int) -> Response:
        study = access_study(user=caller(request), study_id=study_id, roles=ADMINS)
        payments_cancel(study=study, made_by=caller(request), ids=_ids(request))
        return _report(study)


class PaymentsSettle(Operation):
    """Write down what became of payments: paid by hand where no platform pays, or looked up where one did not tell."""

    allowed = ADMINS

    class InputSerializer(PaymentIdsSerializer):
        paid = serializers.BooleanField()

    @extend_schema(operation_id="payments_settle", request=InputSerializer, responses=PayReportSerializer)
    def post(self, request: Request, study_id: int) -> Response:
        study = access_study(user=caller(request), study_id=study_id, roles=ADMINS)
        form = PaymentsSettle.InputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        payments_settle(study=study, made_by=caller(request), ids=asked["payments"], paid=asked["paid"])
        return _report(study)


class SubmissionsApprove(Operation):
    """Accept the work of people who have completed the study, or of all of them: their reward is due by that."""

    allowed = ADMINS

    class InputSerializer(serializers.Serializer[Any]):
        participants = numbers(allow_empty=False, required=False)

    @extend_schema(operation_id="submissions_approve", request=InputSerializer, responses=PayReportSerializer)
    def post(self, request: Request, study_id: int) -> Response:
        study = access_study(user=caller(request), study_id=study_id, roles=ADMINS)
        form = SubmissionsApprove.InputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        submissions_approve(study=study, made_by=caller(request), **form.validated_data)
        hint(study.pk)
        return _report(study)


class MessageSend(Operation):
    """Write to people of the study through its platform."""

    allowed = ADMINS

    class InputSerializer(serializers.Serializer[Any]):
        participants = serializers.ListField(
            child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
            max_length=MESSAGE_PEOPLE,
            allow_empty=False,
        )
        text = serializers.CharField(max_length=4000)

    class OutputSerializer(serializers.Serializer[Any]):
        sent = serializers.IntegerField(help_text="To how many it went; the platform did not take the others.")

    @extend_schema(operation_id="message_send", request=InputSerializer, responses=OutputSerializer)
    def post(self, request: Request, study_id: int) -> Response:
        study = access_study(user=caller(request), study_id=study_id, roles=ADMINS)
        form = MessageSend.InputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response({"sent": message_send(study=study, made_by=caller(request), **form.validated_data)})


def _ids(request: Request) -> list[int]:
    form = PaymentIdsSerializer(data=request.data)
    form.is_valid(raise_exception=True)
    return list(form.validated_data["payments"])


def _report(study: Study, code: int = status.HTTP_200_OK) -> Response:
    return Response(PayReportSerializer(pay_report(study=study)).data, status=code)
