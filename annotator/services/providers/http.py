"""Asking a provider: what it answers, once it does."""

import time
from collections.abc import Mapping
from typing import Any

from annotator.domain.errors import DomainError
from annotator.services.fetch import Answer, fetch
from annotator.services.providers.interface import ProviderRefused, ProviderUnavailable

TRIES = 3
TIMEOUT_SECONDS = 8.0
# Before the second try; before the third twice that.
PAUSE_SECONDS = 0.5
# Nobody waits longer for a provider that asks for patience.
MAX_WAIT_SECONDS = 4.0


def ask(method: str, url: str, *, headers: Mapping[str, str], json: Any = None, repeat: bool | None = None) -> Answer:
    """An answer of 2xx; what may be repeated (by default GET) is tried again after 429, 5xx or silence, with a growing
    pause or the one that is asked for. ProviderUnavailable, or ProviderRefused after any other answer of 4xx."""
    tries = TRIES if (method == "GET" if repeat is None else repeat) else 1
    for attempt in range(1, tries + 1):
        wait = PAUSE_SECONDS * attempt
        try:
            answer = fetch(method, url, headers=headers, json=json, timeout=TIMEOUT_SECONDS)
        except DomainError as error:
            if attempt == tries:
                raise ProviderUnavailable("The provider does not answer.") from error
        else:
            if answer.status < 300:
                return answer
            if answer.status < 500 and answer.status != 429:
                raise ProviderRefused(f"The provider answered with {answer.status}.")
            if attempt == tries:
                raise ProviderUnavailable(f"The provider answered with {answer.status}.")
            asked = answer.headers.get("retry-after", "")
            wait = float(asked) if asked.isdigit() else wait
        time.sleep(min(wait, MAX_WAIT_SECONDS))
    raise AssertionError("unreachable")


def asked_json(answer: Answer) -> Any:
    """The parsed body. ProviderUnavailable if it is no JSON."""
    try:
        return answer.json()
    except ValueError as error:
        raise ProviderUnavailable("The provider answered with something that is no JSON.") from error
