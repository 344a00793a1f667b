"""An operation is a class with one handler (`get`, `post`, …), its serializers, and who may call it.

    class DatasetList(Operation):
        allowed = RESEARCHERS

        class OutputSerializer(serializers.Serializer): ...

        @extend_schema(operation_id="dataset_list", responses=OutputSerializer(many=True))
        def get(self, request, project_id): ...

`route` puts the operations of one address together.
"""

from typing import Any, ClassVar, cast

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema_serializer
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from annotator.api.authentication import OneQueryTokenAuthentication
from annotator.api.limits import BODY_BYTES, USUAL, Rate, check_body, check_rate
from annotator.api.parsers import StrictJSONParser
from annotator.api.permissions import MANAGING, READING, SIGNED_IN, Declared, Roles, Scopes
from annotator.api.renderers import FastJSONRenderer
from annotator.domain.scopes import SCOPES
from annotator.models import User

JSON = FastJSONRenderer()


class Operation(APIView):
    """Base of all operations. Handlers take a subclass of it as `self`, but never rely on which."""

    allowed: Roles
    # What the token of a program must be for; None: to read for GET, to manage for the rest.
    scopes: Scopes | None = None
    # Whether admins and owners may call it who have not shown a second factor yet.
    before_second_factor: ClassVar[bool] = False
    # How long a body it takes, and how often one person may ask.
    body_bytes: ClassVar[int] = BODY_BYTES
    rate: ClassVar[Rate] = USUAL
    # Tokens first: their challenge makes an anonymous call a 401, where sessions would say 403.
    authentication_classes: Any = [OneQueryTokenAuthentication, SessionAuthentication]
    parser_classes: Any = [StrictJSONParser]
    permission_classes: Any = [Declared]
    http_method_names = ["get", "post", "put", "patch", "delete", "head"]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[Any, str]:
        """JSON, whatever is asked for: there is nothing else to choose from."""
        return JSON, JSON.media_type

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """In the OpenAPI schema, DraftSave.OutputSerializer is called DraftSaveOutput."""
        super().__init_subclass__(**kwargs)
        for name, nested in vars(cls).items():
            if isinstance(nested, type) and issubclass(nested, Serializer):
                part = name.removesuffix("Serializer").removesuffix("Input")
                extend_schema_serializer(component_name=cls.__name__ + part)(nested)


def scopes_of(operation: type[Operation], method: str) -> Scopes:
    """What a token must be for, one of these, to call it."""
    if operation.scopes is not None:
        return operation.scopes
    return READING if method == "get" else MANAGING


class _Route(Operation):
    # For a method that has no operation, which is answered by 405:
    allowed = SIGNED_IN
    scopes = frozenset(SCOPES)
    by_method: ClassVar[dict[str, type[Operation]]]
    operation: type[Operation] = Operation

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        method = "get" if request.method == "HEAD" else request.method.lower()
        operation = self.by_method.get(method)
        if operation:
            self.operation = operation
            self.allowed = operation.allowed
            self.scopes = scopes_of(operation, method)
            self.before_second_factor = operation.before_second_factor  # type: ignore[misc]
            self.authentication_classes = operation.authentication_classes
            self.parser_classes = operation.parser_classes
        return super().initialize_request(request, *args, **kwargs)

    def check_throttles(self, request: Request) -> None:
        """Django REST framework's hook, after permissions: so a stranger is refused for being one."""
        check_body(request, self.operation.body_bytes)
        check_rate(caller(request), self.operation.__name__, self.operation.rate)


def route(address: str, *operations: type[Operation]) -> URLPattern:
    """One address under /api/v1, answered by one operation per method; its name is that of the first one."""
    by_method = {
        method: operation
        for operation in operations
        for method in Operation.http_method_names
        if method in vars(operation)
    }
    handlers = {method: vars(operation)[method] for method, operation in by_method.items()}
    view = type(operations[0].__name__, (_Route,), {"by_method": by_method, **handlers})
    return path(address, cast(type[_Route], view).as_view(), name=operations[0].__name__)


def caller(request: Request) -> User:
    """The person who calls; the permissions have refused everyone else."""
    return cast(User, request.user)
