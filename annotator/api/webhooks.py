"""Where providers tell what happened. Nobody signs in here: the signature says who it is."""

import base64
import binascii
import hashlib
import hmac
import time
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from annotator.domain.errors import DomainError
from annotator.services.provider_events import event_take

MAX_BYTES = 64 * 1024
MAX_AGE_SECONDS = 5 * 60
SIGNATURE, TIMESTAMP = "X-Prolific-Request-Signature", "X-Prolific-Request-Timestamp"
EVENT_ID, HAPPENED = "X-Event-ID", "X-Timestamp"
STATUS = {"applied": 200, "known": 200, "ignored": 202}


@csrf_exempt
@require_POST
def prolific(request: HttpRequest) -> JsonResponse:
    """Takes an event of Prolific: signed over timestamp and body, at most five minutes old, each once."""
    body = request.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        return _refused(413, "too_large", f"The body is longer than {MAX_BYTES} bytes.")
    stamp = request.headers.get(TIMESTAMP, "")
    signed = stamp.encode() + body
    if not _signature_holds(request.headers.get(SIGNATURE, ""), signed):
        return _refused(403, "invalid_signature", "The signature is missing or does not hold.")
    sent = _seconds(stamp)
    if sent is None or abs(time.time() - sent) > MAX_AGE_SECONDS:
        return _refused(403, "invalid_timestamp", f"The timestamp is more than {MAX_AGE_SECONDS} seconds away.")
    event_id = request.headers.get(EVENT_ID, "") or hashlib.sha256(signed).hexdigest()
    # When it happened stands in a header that is not signed: it can make the event older than its sending, which is
    # told in whole seconds, and no newer.
    happened = _seconds(request.headers.get(HAPPENED, ""))
    said_at = datetime.fromtimestamp(sent if happened is None else min(happened, sent + 1), UTC)
    try:
        outcome = event_take(event_id=event_id[:200], body=body, signed=signed, said_at=said_at)
    except DomainError as error:
        return _refused(400, error.code, error.message)
    return JsonResponse({"result": outcome}, status=STATUS[outcome])


def _signature_holds(given: str, signed: bytes) -> bool:
    secret = settings.PROLIFIC_WEBHOOK_SECRET
    try:
        digest = base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        return False
    return bool(secret) and hmac.compare_digest(digest, hmac.digest(secret.encode(), signed, "sha256"))


def _seconds(text: str) -> float | None:
    """A UNIX timestamp, in seconds or milliseconds, or a date of ISO 8601; None for anything else."""
    try:
        value = float(text)
    except ValueError:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
    if not 0 < value < 1e13:
        return None
    return value / 1000 if value > 1e11 else value


def _refused(status: int, code: str, message: str) -> JsonResponse:
    body: dict[str, Any] = {"code": code, "message": message, "fields": {}}
    return JsonResponse(body, status=status)
