"""Adjudication: what several people said about an example becomes one record."""

import re
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.adjudication_schema import (
    AdjudicationConflictSerializer,
    AdjudicationDetailSerializer,
    AdjudicationSerializer,
    DisputePageSerializer,
    WorkSerializer,
)
from annotator.api.limits import TEXTS_BYTES
from annotator.api.mark_schema import ExactCharField
from annotator.api.operations import Operation, caller
from annotator.domain.errors import DomainError
from annotator.models import Adjudication
from annotator.selectors.access import ADMINS, RESEARCHERS, access_example, access_project
from annotator.selectors.adjudications import adjudication_detail, adjudication_to_json
from annotator.selectors.disputes import disputed_examples, why_none
from annotator.services.adjudications import (
    Work,
    adjudication_make_gold,
    adjudication_reopen,
    adjudication_save,
    adjudication_settle,
    judgements_reveal,
)

IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
    OpenApiParameter.HEADER,
    required=True,
    description='The version it was made from: "0" at first.',
)
ANSWERS = {200: AdjudicationSerializer, 412: AdjudicationConflictSerializer}


class DisputeList(Operation):
    """Examples with two or more judgements that count, the most disputed first."""

    allowed = RESEARCHERS

    class QuerySerializer(serializers.Serializer[Any]):
        state = serializers.ChoiceField(choices=["unsettled", "settled", "all"], default="unsettled")
        type = serializers.CharField(required=False, help_text="Only where somebody marked this type.")
        limit = serializers.IntegerField(min_value=1, max_value=100, default=50)

    @extend_schema(operation_id="dispute_list", parameters=[QuerySerializer], responses=DisputePageSerializer)
    def get(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=RESEARCHERS)
        query = DisputeList.QuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        wanted, type_ = asked["state"], asked.get("type")
        found = list(disputed_examples(project=project, wanted=wanted, type=type_)[: asked["limit"] + 1])
        page = {
            "results": found[: asked["limit"]],
            "more": len(found) > asked["limit"],
            "why_none": None if found else why_none(project=project, wanted=wanted, type=type_),
        }
        return Response(DisputePageSerializer(page).data)


class AdjudicationRead(Operation):
    """An example with its judgements side by side. Whose they are, and when they were made, is told only with
    `reveal`, which is noted."""

    allowed = RESEARCHERS

    class QuerySerializer(serializers.Serializer[Any]):
        reveal = serializers.BooleanField(default=False)

    @extend_schema(
        operation_id="adjudication_read", parameters=[QuerySerializer], responses=AdjudicationDetailSerializer
    )
    def get(self, request: Request, example_id: int) -> Response:
        example = access_example(user=caller(request), example_id=example_id)
        query = AdjudicationRead.QuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        reveal = query.validated_data["reveal"]
        if reveal:
            judgements_reveal(example=example, user=caller(request))
        detail = adjudication_detail(example=example, user=caller(request), reveal=reveal)
        return Response(AdjudicationDetailSerializer(detail).data)


class AdjudicationSave(Operation):
    """Keep what the adjudicator has so far, finished or not."""

    allowed = RESEARCHERS
    body_bytes = TEXTS_BYTES

    @extend_schema(operation_id="adjudication_save", request=WorkSerializer, parameters=[IF_MATCH], responses=ANSWERS)
    def put(self, request: Request, example_id: int) -> Response:
        example = access_example(user=caller(request), example_id=example_id)
        row = adjudication_save(example=example, user=caller(request), version=version_of(request), work=_work(request))
        return _answer(row, request)


class AdjudicationSettle(Operation):
    """Make this the record of the example; it must be all that an annotator would have had to say."""

    allowed = RESEARCHERS
    body_bytes = TEXTS_BYTES

    @extend_schema(operation_id="adjudication_settle", request=WorkSerializer, parameters=[IF_MATCH], responses=ANSWERS)
    def post(self, request: Request, example_id: int) -> Response:
        example = access_example(user=caller(request), example_id=example_id)
        version, work = version_of(request), _work(request)
        row = adjudication_settle(example=example, user=caller(request), version=version, work=work)
        return _answer(row, request)


class AdjudicationReopen(Operation):
    """Let work on a settled record go on. Until it is settled again it is in no new dataset."""

    allowed = RESEARCHERS

    class InputSerializer(serializers.Serializer[Any]):
        reason = ExactCharField(max_length=500, default="")

    @extend_schema(
        operation_id="adjudication_reopen", request=InputSerializer, parameters=[IF_MATCH], responses=ANSWERS
    )
    def post(self, request: Request, example_id: int) -> Response:
        example = access_example(user=caller(request), example_id=example_id)
        form = AdjudicationReopen.InputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        row = adjudication_reopen(
            example=example, user=caller(request), version=version_of(request), **form.validated_data
        )
        return _answer(row, request)


class AdjudicationGold(Operation):
    """Make the settled record the known answer to the example, by which annotators are measured from then on."""

    allowed = ADMINS

    @extend_schema(operation_id="adjudication_gold", request=None, responses={204: None})
    def post(self, request: Request, example_id: int) -> Response:
        example = access_example(user=caller(request), example_id=example_id, roles=ADMINS)
        adjudication_make_gold(example=example, user=caller(request))
        return Response(status=204)


def version_of(request: Request) -> int:
    """The number in If-Match; DomainError version_required."""
    found = re.fullmatch(r'"(\d{1,9})"', request.headers.get("If-Match", ""))
    if found is None:
        problem = 'names the version that was changed, as "3", and "0" where nothing is stored'
        raise DomainError("version_required", f"If-Match: {problem}", {"If-Match": problem})
    return int(found[1])


def _work(request: Request) -> Work:
    form = WorkSerializer(data=request.data)
    form.is_valid(raise_exception=True)
    return Work(**form.validated_data)


def _answer(row: Adjudication, request: Request) -> Response:
    body = AdjudicationSerializer(adjudication_to_json(row, caller(request))).data
    return Response(body, headers={"ETag": f'"{row.version}"'})
