"""What a provider tells of people's parts: by webhook, where it is a hint, and by asking it.

A hint may come twice, late, out of order or never; all the same the end is what the provider would say if asked.
"""

import hashlib
import json
import logging
from datetime import datetime
from typing import Literal

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now

from annotator.domain.errors import DomainError
from annotator.domain.parts import provider_word
from annotator.models import Provider, ProviderEvent
from annotator.selectors.studies import part_of_session, sessions_of, studies_to_reconcile
from annotator.services.parts import part_heard
from annotator.services.providers.interface import ProviderRefused, ProviderUnavailable
from annotator.services.providers.registry import provider_of

KIND = "submission.status.change"

Outcome = Literal["applied", "known", "ignored"]

logger = logging.getLogger(__name__)


def event_take(*, event_id: str, body: bytes, signed: bytes, said_at: datetime) -> Outcome:
    """Take what Prolific sent, whose signature (of `signed`) was checked. The same id, or the same signed bytes under
    another id, changes nothing a second time; what is about nobody here is ignored.

    said_at: when it happened, by Prolific's clock. DomainError invalid_input for what is no event.
    """
    kind, session, status = _read(body)
    part = part_of_session(provider=Provider.PROLIFIC, session_id=session) if kind == KIND else None
    if part is None:
        return "ignored"
    digest = hashlib.sha256(signed).hexdigest()
    seen = ProviderEvent.objects.filter(Q(event_id=event_id) | Q(body_sha256=digest), provider=Provider.PROLIFIC)
    if seen.exists():
        return "known"
    word, said_at = _state(session, status, said_at)
    with transaction.atomic():
        _, new = ProviderEvent.objects.get_or_create(
            provider=Provider.PROLIFIC,
            event_id=event_id,
            defaults={"kind": kind, "body_sha256": digest, "study_id": part.study_id},
        )
        if not new:
            return "known"
        part_heard(part=part, word=word, said_at=said_at)
    return "applied"


def reconcile() -> int:
    """Ask about every study of which something may be unsettled; how many parts had news. Safe at any time: what is
    known already changes nothing."""
    if not settings.PROLIFIC_TOKEN:
        return 0
    heard = 0
    for study in studies_to_reconcile(provider=Provider.PROLIFIC):
        asked_at, parts = now(), sessions_of(study=study)
        try:
            for seen in provider_of(study.provider).submissions(study):
                part = parts.get(seen.session_id)
                if part and part.provider_state != seen.status:
                    heard += part_heard(part=part, word=seen.status, said_at=asked_at)
        except (ProviderUnavailable, ProviderRefused) as error:
            # The others are asked all the same, and this one again in a minute.
            logger.warning("study %s could not be reconciled: %s", study.pk, error.message)
    return heard


def _state(session: str, status: str, said_at: datetime) -> tuple[str, datetime]:
    """What the provider says if asked, as of now; the hint itself where it cannot be asked."""
    asked_at = now()
    try:
        return provider_of(Provider.PROLIFIC).submission(session).status, asked_at
    except (ProviderUnavailable, ProviderRefused):
        return provider_word(status), min(said_at, asked_at)


def _read(body: bytes) -> tuple[str, str, str]:
    """Kind, session and status. DomainError invalid_input."""
    try:
        event = json.loads(body)
        values = [event.get(name, "") for name in ("event_type", "resource_id", "status")]
    except (ValueError, AttributeError, RecursionError) as error:
        raise DomainError("invalid_input", "The body is no JSON object.") from error
    if not all(isinstance(value, str) and len(value) <= 200 for value in values):
        raise DomainError("invalid_input", "event_type, resource_id and status must be texts.")
    kind, session, status = values
    return kind, session, status
