"""What a person has submitted: read again, and corrected."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.adjudication_schema import RecordedJudgementSerializer
from annotator.api.adjudications import IF_MATCH, version_of
from annotator.api.errors import ErrorSerializer
from annotator.api.limits import TEXTS_BYTES
from annotator.api.mark_schema import ComparisonSerializer, body_of, checked
from annotator.api.operations import Operation, caller
from annotator.api.permissions import OWN_READING, OWN_WORK
from annotator.selectors.access import MEMBERS
from annotator.selectors.sheets import access_sheet
from annotator.selectors.submitted import submitted_detail
from annotator.services.edits import annotation_edit


class SaidSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="For If-Match.")
    judgements = RecordedJudgementSerializer(many=True)
    comparisons = ComparisonSerializer(many=True)


class EditConflictSerializer(ErrorSerializer):
    """Beside the error both versions, so that the page can show the one against the other."""

    stored = SaidSerializer()
    sent = SaidSerializer()


class AnnotationRead(Operation):
    """What the caller submitted under an assignment of their own, as it is by now; its version is the ETag, too."""

    allowed = MEMBERS
    scopes = OWN_READING

    class OutputSerializer(SaidSerializer):
        annotation_id = serializers.UUIDField()
        counted = serializers.BooleanField(help_text="Whether it fills one of the example's places.")
        active_seconds = serializers.FloatField(allow_null=True)
        submitted_at = serializers.DateTimeField(allow_null=True)

    @extend_schema(operation_id="annotation_read", responses=OutputSerializer)
    def get(self, request: Request, assignment_id: int) -> Response:
        found = submitted_detail(user_id=caller(request).pk, assignment_id=assignment_id)
        return Response(found, headers={"ETag": f'"{found["version"]}"'})


class AnnotationEdit(Operation):
    """Replace what the caller submitted, all of it, if it still is at the version of If-Match.

    Send it again until an answer comes: it is done once. Possible until an adjudicator has settled the example.
    """

    allowed = MEMBERS
    scopes = OWN_WORK
    body_bytes = TEXTS_BYTES

    class OutputSerializer(serializers.Serializer[Any]):
        annotation_id = serializers.UUIDField()
        version = serializers.IntegerField()
        counted = serializers.BooleanField()
        replayed = serializers.BooleanField(help_text="Whether it was done by an earlier request.")

    @extend_schema(
        operation_id="annotation_edit",
        request=body_of("edit"),
        parameters=[IF_MATCH],
        responses={200: OutputSerializer, 412: EditConflictSerializer},
    )
    def put(self, request: Request, assignment_id: int) -> Response:
        sheet = access_sheet(user_id=caller(request).pk, assignment_id=assignment_id)
        version, body = version_of(request), checked(request.data, "edit")
        edited = annotation_edit(
            sheet=sheet,
            version=version,
            judgements=body["judgements"],
            comparisons=body.get("comparisons", []),
            active_seconds=body.get("active_seconds"),
        )
        return Response(asdict(edited), headers={"ETag": f'"{edited.version}"'})
