"""Assignments: the next one, and what its person does with it until it is submitted."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.desk_schema import DocumentSerializer, TaskSerializer
from annotator.api.errors import DraftConflictSerializer
from annotator.api.limits import TEXTS_BYTES
from annotator.api.mark_schema import ExactCharField, PassageSerializer, body_of, checked
from annotator.api.operations import Operation, caller
from annotator.api.permissions import OWN_READING, OWN_WORK
from annotator.api.taxonomy_schema import TaxonomySerializer
from annotator.models import AssignmentState, Flag
from annotator.selectors.access import MEMBERS, access_assignment, access_project
from annotator.selectors.assignments import assignment_detail
from annotator.selectors.sheets import access_sheet
from annotator.services.annotations import sheet_submit
from annotator.services.assignments import assignment_heartbeat, assignment_next, assignment_release
from annotator.services.drafts import draft_save
from annotator.services.flags import flag_set


def span_pairs() -> serializers.ListField:
    return serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2)
    )


class AssignmentSerializer(serializers.Serializer[Any]):
    """Everything the annotate page needs."""

    class ProjectSummarySerializer(serializers.Serializer[Any]):
        id = serializers.IntegerField()
        slug = serializers.CharField()
        name = serializers.CharField()

    class AssignedExampleSerializer(serializers.Serializer[Any]):
        class AssignedResponseSerializer(serializers.Serializer[Any]):
            class SegmentsSerializer(serializers.Serializer[Any]):
                sub_sentence = span_pairs()
                sentence = span_pairs()

            index = serializers.IntegerField()
            text = serializers.CharField()
            sha256 = serializers.CharField()
            length = serializers.IntegerField(help_text="Code points.")
            segments = SegmentsSerializer(help_text="[start, end) in code points.")

        id = serializers.CharField()
        question = serializers.CharField()
        passages = PassageSerializer(many=True)
        reference = serializers.CharField(allow_null=True)
        responses = AssignedResponseSerializer(many=True)
        judged = serializers.ListField(
            child=serializers.IntegerField(), help_text="Indexes of the responses to be judged, each exactly once."
        )

    class DraftSerializer(serializers.Serializer[Any]):
        revision = serializers.IntegerField()
        body = serializers.DictField(child=serializers.JSONField())

    class ProgressSerializer(serializers.Serializer[Any]):
        """Of the caller, in this project."""

        submitted = serializers.IntegerField()
        open = serializers.IntegerField(help_text="Places still open in the project; counted up to 100.")
        active_seconds = serializers.FloatField()
        earned = serializers.FloatField(allow_null=True, help_text="Null where texts are not paid for one by one.")

    id = serializers.IntegerField()
    project = ProjectSummarySerializer()
    state = serializers.ChoiceField(choices=AssignmentState.choices)
    leased_until = serializers.DateTimeField(allow_null=True)
    example = AssignedExampleSerializer()
    require_corrections = serializers.BooleanField()
    desk = TaskSerializer()
    taxonomy = TaxonomySerializer()
    guideline = DocumentSerializer()
    draft = DraftSerializer(allow_null=True)
    display_order = serializers.ListField(child=serializers.IntegerField(), allow_null=True)
    progress = ProgressSerializer()


class AssignmentNext(Operation):
    """The caller's current example, or the next one; 204 if nothing is left for them.

    With `after`, one to go on with after that: fetched ahead, and held beside it.
    """

    allowed = MEMBERS
    scopes = OWN_WORK

    class InputSerializer(serializers.Serializer[Any]):
        after = serializers.IntegerField(
            min_value=1, max_value=2**63 - 1, allow_null=True, default=None, help_text="Any assignment but this one."
        )

    @extend_schema(
        operation_id="assignment_next",
        request=InputSerializer,
        responses={200: AssignmentSerializer, 204: OpenApiResponse(description="Nothing is left for the caller.")},
    )
    def post(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=MEMBERS)
        after = None
        if request.data:
            form = AssignmentNext.InputSerializer(data=request.data)
            form.is_valid(raise_exception=True)
            after = form.validated_data["after"]
        given = assignment_next(project=project, user=caller(request), after=after)
        return Response(given) if given else Response(status=status.HTTP_204_NO_CONTENT)


class AssignmentRead(Operation):
    """An assignment of the caller's own."""

    allowed = MEMBERS
    scopes = OWN_READING

    @extend_schema(operation_id="assignment_read", responses=AssignmentSerializer)
    def get(self, request: Request, assignment_id: int) -> Response:
        assignment = access_assignment(user=caller(request), assignment_id=assignment_id)
        return Response(assignment_detail(assignment_id=assignment.pk))


class DraftSave(Operation):
    """Keep what the browser has so far. `revision` is the one it builds on, 0 at first; the answer has the next."""

    allowed = MEMBERS
    scopes = OWN_WORK
    body_bytes = TEXTS_BYTES

    class InputSerializer(serializers.Serializer[Any]):
        revision = serializers.IntegerField(min_value=0, max_value=2**31 - 2)
        body = serializers.DictField()

    class OutputSerializer(serializers.Serializer[Any]):
        revision = serializers.IntegerField()

    @extend_schema(
        operation_id="draft_save",
        request=InputSerializer,
        responses={200: OutputSerializer, 409: DraftConflictSerializer},
    )
    def put(self, request: Request, assignment_id: int) -> Response:
        assignment = access_assignment(user=caller(request), assignment_id=assignment_id)
        form = DraftSave.InputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        revision = draft_save(assignment=assignment, **form.validated_data)
        return Response({"revision": revision})


class AssignmentHeartbeat(Operation):
    """Renew the lease while somebody is working."""

    allowed = MEMBERS
    scopes = OWN_WORK

    class OutputSerializer(serializers.Serializer[Any]):
        leased_until = serializers.DateTimeField()

    @extend_schema(operation_id="assignment_heartbeat", request=None, responses=OutputSerializer)
    def post(self, request: Request, assignment_id: int) -> Response:
        assignment = access_assignment(user=caller(request), assignment_id=assignment_id)
        return Response({"leased_until": assignment_heartbeat(assignment=assignment)})


class AssignmentRelease(Operation):
    """Give the example back unjudged."""

    allowed = MEMBERS
    scopes = OWN_WORK

    class InputSerializer(serializers.Serializer[Any]):
        reason = ExactCharField(max_length=500, default="")

    @extend_schema(operation_id="assignment_release", request=InputSerializer, responses={204: None})
    def post(self, request: Request, assignment_id: int) -> Response:
        assignment = access_assignment(user=caller(request), assignment_id=assignment_id)
        form = AssignmentRelease.InputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        assignment_release(assignment=assignment, reason=form.validated_data["reason"])
        return Response(status=status.HTTP_204_NO_CONTENT)


class AssignmentFlag(Operation):
    """Report that something is wrong with the example; work on it goes on. Once per reason: a later note replaces the
    earlier one."""

    allowed = MEMBERS
    scopes = OWN_WORK

    class InputSerializer(serializers.Serializer[Any]):
        reason = serializers.ChoiceField(choices=Flag.Reason.choices)
        note = ExactCharField(max_length=5000, default="")

    @extend_schema(operation_id="assignment_flag", request=InputSerializer, responses={204: None})
    def post(self, request: Request, assignment_id: int) -> Response:
        assignment = access_assignment(user=caller(request), assignment_id=assignment_id)
        form = AssignmentFlag.InputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        flag_set(assignment=assignment, **form.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)


class AssignmentSubmit(Operation):
    """Submit the judgement. Send it again under the same `client_id` until an answer comes: it is stored once.

    If the lease has ended and somebody else has the place, it is kept as surplus, which `counted` tells.
    """

    allowed = MEMBERS
    scopes = OWN_WORK
    body_bytes = TEXTS_BYTES

    class OutputSerializer(serializers.Serializer[Any]):
        annotation_id = serializers.UUIDField()
        counted = serializers.BooleanField(help_text="Whether it fills one of the example's places.")
        replayed = serializers.BooleanField(help_text="Whether it was stored by an earlier request.")

    @extend_schema(operation_id="assignment_submit", request=body_of("submission"), responses=OutputSerializer)
    def post(self, request: Request, assignment_id: int) -> Response:
        sheet = access_sheet(user_id=caller(request).pk, assignment_id=assignment_id)
        body = checked(request.data, "submission")
        submitted = sheet_submit(
            sheet=sheet,
            client_id=UUID(body["client_id"]),
            judgements=body["judgements"],
            comparisons=body.get("comparisons", []),
            active_seconds=body.get("active_seconds"),
            log=body.get("log", ()),
        )
        return Response(
            {
                "annotation_id": submitted.annotation_id,
                "counted": submitted.counted,
                "replayed": submitted.replayed,
            }
        )
