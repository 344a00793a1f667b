"""Errors on their way out: one shape, {code, message, fields}, made in this file and nowhere else."""

import logging
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from rest_framework import exceptions, serializers, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from annotator.domain.errors import DomainError
from annotator.services.adjudications import AdjudicationConflict
from annotator.services.drafts import DraftConflict
from annotator.services.edits import EditConflict

logger = logging.getLogger(__name__)

# Codes of DomainError that are not 422, "understood, but not acceptable".
STATUS = {
    "invalid_input": status.HTTP_400_BAD_REQUEST,
    "identity_taken": status.HTTP_409_CONFLICT,
    "invalid_spec": status.HTTP_400_BAD_REQUEST,
    "forbidden": status.HTTP_403_FORBIDDEN,
    "not_found": status.HTTP_404_NOT_FOUND,
    "adjudication_settled": status.HTTP_409_CONFLICT,
    "body_too_large": status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    "agreement_outdated": status.HTTP_409_CONFLICT,
    "already_submitted": status.HTTP_409_CONFLICT,
    "assignment_expired": status.HTTP_409_CONFLICT,
    "assignment_released": status.HTTP_409_CONFLICT,
    "dataset_erased": status.HTTP_410_GONE,
    "last_admin": status.HTTP_409_CONFLICT,
    "person_elsewhere": status.HTTP_409_CONFLICT,
    "people_changed": status.HTTP_409_CONFLICT,
    "dataset_damaged": status.HTTP_500_INTERNAL_SERVER_ERROR,
    "consent_required": status.HTTP_409_CONFLICT,
    "draft_conflict": status.HTTP_409_CONFLICT,
    "guideline_changed": status.HTTP_409_CONFLICT,
    "member_already": status.HTTP_409_CONFLICT,
    "own_account": status.HTTP_409_CONFLICT,
    "job_finished": status.HTTP_409_CONFLICT,
    "lesson_retired": status.HTTP_409_CONFLICT,
    "name_taken": status.HTTP_409_CONFLICT,
    "not_settled": status.HTTP_409_CONFLICT,
    "qualification_failed": status.HTTP_409_CONFLICT,
    "qualification_required": status.HTTP_409_CONFLICT,
    "second_factor_required": status.HTTP_403_FORBIDDEN,
    "scope_missing": status.HTTP_403_FORBIDDEN,
    "part_over": status.HTTP_409_CONFLICT,
    "part_unfinished": status.HTTP_409_CONFLICT,
    "provider_refused": status.HTTP_502_BAD_GATEWAY,
    "provider_unavailable": status.HTTP_503_SERVICE_UNAVAILABLE,
    "payment_state": status.HTTP_409_CONFLICT,
    "queue_unavailable": status.HTTP_503_SERVICE_UNAVAILABLE,
    "standing_unchanged": status.HTTP_409_CONFLICT,
    "survey_required": status.HTTP_409_CONFLICT,
    "tutorial_required": status.HTTP_409_CONFLICT,
    "version_conflict": status.HTTP_412_PRECONDITION_FAILED,
    "version_required": status.HTTP_428_PRECONDITION_REQUIRED,
    "work_ended": status.HTTP_409_CONFLICT,
    "work_finished": status.HTTP_409_CONFLICT,
    "work_paused": status.HTTP_409_CONFLICT,
}


class ErrorSerializer(serializers.Serializer[Any]):
    """What every answer of 4xx and 5xx looks like."""

    code = serializers.CharField(help_text="Stable; for programs.")
    message = serializers.CharField(help_text="A sentence for people.")
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.CharField(), help_text="Path of each wrong field in the request, and what is wrong with it."
    )


class DraftConflictSerializer(ErrorSerializer):
    """Beside the error both drafts, so that the page can offer the choice."""

    class VersionSerializer(serializers.Serializer[Any]):
        revision = serializers.IntegerField()
        body = serializers.DictField(child=serializers.JSONField())

    stored = VersionSerializer()
    sent = VersionSerializer()


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Django REST framework's hook; None lets what nobody foresaw become a 500."""
    set_rollback()
    match error:
        case DraftConflict() | AdjudicationConflict() | EditConflict():
            answer = _answer(STATUS[error.code], error.code, error.message, error.fields)
            answer.data |= {"stored": error.stored, "sent": error.sent}
            return answer
        case DomainError():
            return _answer(STATUS.get(error.code, 422), error.code, error.message, error.fields)
        case exceptions.ValidationError():
            fields = _flat(error.detail)
            path, problem = next(iter(fields.items()), ("", "The request is not valid."))
            return _answer(error.status_code, "invalid_input", f"{path}: {problem}" if path else problem, fields)
        case exceptions.APIException():
            code = "forbidden" if error.status_code == status.HTTP_403_FORBIDDEN else str(error.default_code)
            answer = _answer(error.status_code, code, str(error.detail))
            if header := getattr(error, "auth_header", None):
                answer["WWW-Authenticate"] = header
            if wait := getattr(error, "wait", None):
                answer["Retry-After"] = str(int(wait))
            return answer
        case SuspiciousOperation():  # such as a form of too many fields
            return _answer(400, "invalid_input", f"The request cannot be read: {error}")
        case Http404():
            return _answer(404, "not_found", "There is nothing at this address.")
        case IntegrityError():
            logger.exception("The database refused a row that every check had let pass.")
            return _answer(409, "conflict", "Somebody else changed the same at the same time. Load it again.")
        case OperationalError():
            logger.exception("The database did not answer.")
            return _answer(503, "unavailable", "The database does not answer. Nothing was changed; try again.")
    return None


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404: an address under /api that is none."""
    if not request.path.startswith("/api/"):
        return defaults.page_not_found(request, exception)
    return JsonResponse(_body("not_found", "There is nothing at this address."), status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: what nobody foresaw."""
    if not request.path.startswith("/api/"):
        return defaults.server_error(request)
    message = "Something went wrong on our side, and was written to the log. Nothing was changed."
    return JsonResponse(_body("internal_error", message), status=500)


def https_required() -> HttpResponse:
    """For a request to the API that came without TLS."""
    message = (
        "The API answers over https alone. If a token or a password came with this request, it went over the network "
        "in clear: end it, and use another."
    )
    return JsonResponse(_body("https_required", message), status=403)


def _body(code: str, message: str, fields: dict[str, str] | None = None) -> dict[str, Any]:
    return {"code": code, "message": message, "fields": fields or {}}


def _answer(status_code: int, code: str, message: str, fields: dict[str, str] | None = None) -> Response:
    return Response(_body(code, message, fields), status=status_code)


def _flat(detail: Any, path: str = "") -> dict[str, str]:
    """Nested errors of serializers as {"judgements.0.spans.2.start": "…"}."""
    children: Iterable[tuple[Any, Any]]
    if isinstance(detail, dict):
        children = detail.items()
    elif isinstance(detail, list) and any(isinstance(child, dict | list) for child in detail):
        children = enumerate(detail)
    else:
        return {path: " ".join(map(str, detail)) if isinstance(detail, list) else str(detail)}
    flat: dict[str, str] = {}
    for key, child in children:
        if child:
            step = "" if key == "non_field_errors" else str(key)
            flat |= _flat(child, f"{path}.{step}".strip("."))
    return flat
