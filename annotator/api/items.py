"""What the numbers of the dashboard are made of: annotations, examples, and one example with all that was said."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.items_schema import (
    AnnotationFilters,
    AnnotationPageSerializer,
    ExampleDetailSerializer,
    ExampleFilters,
    ExamplePageSerializer,
)
from annotator.api.operations import Operation, caller
from annotator.models import Project
from annotator.selectors.access import RESEARCHERS, access_project
from annotator.selectors.item_rows import annotation_rows, example_detail, example_rows
from annotator.selectors.items import annotation_ids, check_types, example_ids, people_ids


class AnnotationList(Operation):
    """Annotations, the newest first, that pass all the filters. A page may be short and still be followed by more."""

    allowed = RESEARCHERS

    @extend_schema(operation_id="annotation_list", parameters=[AnnotationFilters], responses=AnnotationPageSerializer)
    def get(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=RESEARCHERS)
        filters, page = _asked(AnnotationFilters, request)
        if "person" in filters:
            filters["user"] = people_ids(project=project, pseudonyms=[filters.pop("person")])[0]
        check_types(project=project, field="type", types=[filters["type"]] if "type" in filters else [])
        found = annotation_ids(project=project, filters=filters, **page)
        body = {"results": annotation_rows(project=project, ids=found.ids), "next": found.next}
        return Response(AnnotationPageSerializer(body).data)


class ExampleList(Operation):
    """Examples that are to be judged and pass all the filters, by the id that they came with. A page may be short and
    still be followed by more."""

    allowed = RESEARCHERS

    @extend_schema(operation_id="example_list", parameters=[ExampleFilters], responses=ExamplePageSerializer)
    def get(self, request: Request, project_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=RESEARCHERS)
        filters, page = _asked(ExampleFilters, request)
        confused = _chosen(project, filters)
        found = example_ids(project=project, filters=filters, **page)
        body = {"results": example_rows(project=project, ids=found.ids, confused=confused), "next": found.next}
        return Response(ExamplePageSerializer(body).data)


class ExampleRead(Operation):
    """An example with its responses and everything that was said about them."""

    allowed = RESEARCHERS

    @extend_schema(operation_id="example_read", responses=ExampleDetailSerializer)
    def get(self, request: Request, project_id: int, example_id: int) -> Response:
        project = access_project(user=caller(request), project_id=project_id, roles=RESEARCHERS)
        return Response(ExampleDetailSerializer(example_detail(project=project, example_id=example_id)).data)


def _asked(form: type[serializers.Serializer[Any]], request: Request) -> tuple[dict[str, Any], dict[str, Any]]:
    """The filters, and which page."""
    query = form(data=request.query_params)
    query.is_valid(raise_exception=True)
    asked = {name: value for name, value in query.validated_data.items() if value is not None}
    return asked, {"limit": asked.pop("limit"), "after": asked.pop("after", None)}


def _chosen(project: Project, filters: dict[str, Any]) -> tuple[str, str] | None:
    """Turns names into what the rows are filtered by; the two types that are looked for in one place."""
    if people := filters.pop("person", None):
        filters["users"] = people_ids(project=project, pseudonyms=people)
    types = filters.pop("confused", None)
    check_types(project=project, field="confused", types=types or [])
    if not types:
        return None
    filters |= {"one": types[0], "other": types[1]}
    return types[0], types[1]
