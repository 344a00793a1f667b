"""Lessons: taking them, and putting the course of a project together."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.assignments import AssignmentSerializer
from annotator.api.desk_schema import DocumentSerializer, TaskSerializer
from annotator.api.guidance import FiguresSerializer
from annotator.api.limits import COURSE_BYTES, HEAVY, TEXTS_BYTES
from annotator.api.mark_schema import EvidenceSerializer, body_of, checked
from annotator.api.operations import Operation, caller
from annotator.api.permissions import OWN_WORK
from annotator.api.taxonomy_schema import TaxonomySerializer
from annotator.domain.scoring import VERDICTS
from annotator.models import LessonPart
from annotator.selectors.access import ADMINS, MEMBERS, RESEARCHERS, access_lesson, access_project
from annotator.selectors.guidance import attempt_detail, lesson_detail, lessons_of
from annotator.services.lessons import attempt_submit, lesson_next, lessons_replace

# More than anybody would take before the work.
MOST_LESSONS = 1000


class LessonNext(Operation):
    """The caller's next lesson of the part, without its gold marks; 204 if all are done."""

    allowed = MEMBERS
    scopes = OWN_WORK

    class InputSerializer(serializers.Serializer[Any]):
        part = serializers.ChoiceField(choices=LessonPart.choices)

    class OutputSerializer(serializers.Serializer[Any]):
        id = serializers.IntegerField()
        part = serializers.ChoiceField(choices=LessonPart.choices)
        number = serializers.IntegerField(help_text="From 1 to `count`.")
        count = serializers.IntegerField()
        example = AssignmentSerializer.AssignedExampleSerializer()
        taxonomy = TaxonomySerializer()
        guideline = DocumentSerializer()
        desk = TaskSerializer(help_text="The project's, for marks alone.")

    @extend_schema(
        operation_id="lesson_next",
        request=InputSerializer,
        responses={200: OutputSerializer, 204: OpenApiResponse(description="The caller has done all of the part.")},
    )
    def post(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=MEMBERS)
        form = LessonNext.InputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        lesson = lesson_next(project=project, user=caller(request), part=form.validated_data["part"])
        if lesson is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        return Response(lesson_detail(lesson=lesson, project=project))


class AttemptSubmit(Operation):
    """Submit marks on a lesson. Send them again under the same `client_id` until an answer comes.

    In the tutorial the answer says how they compare with gold; how a qualification went is told by the desk, once its
    last lesson is submitted.
    """

    allowed = MEMBERS
    scopes = OWN_WORK
    body_bytes = TEXTS_BYTES

    class OutputSerializer(serializers.Serializer[Any]):
        class FeedbackSerializer(serializers.Serializer[Any]):
            class SpanFeedbackSerializer(serializers.Serializer[Any]):
                """Where the caller marked, or gold where they did not. `gold_*` is null for what is extra."""

                response = serializers.IntegerField()
                verdict = serializers.ChoiceField(choices=VERDICTS)
                start = serializers.IntegerField()
                end = serializers.IntegerField()
                type = serializers.CharField()
                gold_start = serializers.IntegerField(allow_null=True)
                gold_end = serializers.IntegerField(allow_null=True)
                gold_type = serializers.CharField(allow_null=True)
                why = serializers.CharField(help_text="The rule behind it.")

            class MissingFeedbackSerializer(serializers.Serializer[Any]):
                response = serializers.IntegerField()
                verdict = serializers.ChoiceField(choices=VERDICTS)
                type = serializers.CharField()
                evidence = EvidenceSerializer(many=True)
                gold_type = serializers.CharField(allow_null=True)
                gold_evidence = EvidenceSerializer(many=True, allow_null=True)
                why = serializers.CharField()

            spans = SpanFeedbackSerializer(many=True)
            missing = MissingFeedbackSerializer(many=True)

        score = FiguresSerializer(allow_null=True)
        feedback = FeedbackSerializer(allow_null=True)

    @extend_schema(operation_id="attempt_submit", request=body_of("attempt"), responses=OutputSerializer)
    def post(self, request: Request, lesson_id: int) -> Response:
        lesson = access_lesson(user=caller(request), lesson_id=lesson_id)
        body = checked(request.data, "attempt")
        attempt = attempt_submit(
            lesson=lesson,
            user=caller(request),
            client_id=UUID(body["client_id"]),
            judgements=body["judgements"],
            active_seconds=body.get("active_seconds"),
        )
        return Response(attempt_detail(attempt=attempt))


class CourseItemSerializer(serializers.Serializer[Any]):
    """`record`: the example, the responses and the judgements of a feedback record. These are gold; the `explanation`
    of a span and the `note` of what is missing are the rules that a learner is told."""

    part = serializers.ChoiceField(choices=LessonPart.choices)
    record = serializers.DictField(child=serializers.JSONField())


class LessonSerializer(CourseItemSerializer):
    id = serializers.IntegerField()
    number = serializers.IntegerField(help_text="Within the part, from 1.")
    record = serializers.DictField(child=serializers.JSONField(), source="body")


class LessonList(Operation):
    """The project's lessons with their gold marks, each part in order."""

    allowed = RESEARCHERS

    @extend_schema(operation_id="lesson_list", responses=LessonSerializer(many=True))
    def get(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=RESEARCHERS)
        return Response(LessonSerializer(lessons_of(project), many=True).data)


class LessonsReplace(Operation):
    """Replace the project's lessons by these. What is unchanged keeps what people did in it."""

    allowed = ADMINS
    body_bytes = COURSE_BYTES
    rate = HEAVY

    @extend_schema(
        operation_id="lessons_replace",
        request=CourseItemSerializer(many=True),
        responses=LessonSerializer(many=True),
    )
    def put(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=ADMINS)
        form = CourseItemSerializer(data=request.data, many=True, max_length=MOST_LESSONS)  # type: ignore[call-arg]
        form.is_valid(raise_exception=True)
        lessons_replace(project=project, lessons=form.validated_data, actor=caller(request))
        return Response(LessonSerializer(lessons_of(project), many=True).data)
