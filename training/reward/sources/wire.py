"""JSON over HTTP with patience: what passes by itself is tried again, when the server says so or ever later."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

from annotator.domain.errors import DomainError

PASSING = (408, 425, 429, 500, 502, 503, 504)
FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0  # seconds


def post_json(
    url: str,
    body: Any,
    headers: Mapping[str, str],
    *,
    tries: int,
    timeout: float,
    sleep: Callable[[float], None] = time.sleep,
) -> Any:
    """The answer to a POST. DomainError source_unreachable after `tries` failures that may pass, source_refused at once
    after one that will not. Neither names the address's query, where keys stand."""
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json", **headers})
    place = url.partition("?")[0]
    problem = ""
    for attempt in range(tries):
        wait = min(FIRST_WAIT * 2**attempt, LONGEST_WAIT)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                told = error.read(500).decode(errors="replace")
            problem = f"{error.code}: {told}"
            if error.code not in PASSING:
                raise DomainError("source_refused", f"{place} answered {problem}") from error
            after = error.headers.get("Retry-After", "")
            wait = min(float(after), LONGEST_WAIT) if after.isdigit() else wait
        except (OSError, ValueError) as error:
            problem = str(error)
        if attempt + 1 < tries:
            sleep(wait)
    raise DomainError("source_unreachable", f"{place} gave no answer in {tries} tries: {problem}")
