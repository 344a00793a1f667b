"""Requests made up from the OpenAPI schema: no answer is a 5xx, and each is what the schema describes."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from tests.annotator.http import API

# Of 502 and 503: what another service was not there for, or would not do.
ELSEWHERE = ("provider_", "queue_")
# What would leave nothing for the operations after it.
LAST = ("/release", "/erase", "/withdraw", "me/erase", "/revoke")


def operations() -> Iterator[Any]:
    """Every operation of the API, those that end something last."""
    schema = schemathesis.openapi.from_wsgi("/api/schema?format=json", get_wsgi_application())
    found = [result.ok() for result in schema.get_all_operations()]
    every = [each for each in found if each.path.startswith(API)]
    return iter(sorted(every, key=lambda each: each.path.endswith(LAST)))


def tried(
    operation: Any, keys: dict[str, Any], headers: dict[str, str], cases: int, number: int | None = None
) -> Counter[int]:
    """How often each status was answered. AssertionError with the shortest request that was answered wrongly.

    keys: values of path parameters, which are put in place of made-up ones. number: a seed; without one, always the
    same requests.
    """
    statuses: Counter[int] = Counter()
    many = settings(
        max_examples=cases,
        deadline=None,
        database=None,
        derandomize=number is None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    @given(case=operation.as_strategy())
    def run(case: Any) -> None:
        case.path_parameters |= {key: value for key, value in keys.items() if key in case.path_parameters}
        answer = case.call(headers=headers)
        statuses[answer.status_code] += 1
        told = answer.status_code in (502, 503) and answer.json()["code"].startswith(ELSEWHERE)
        assert told or answer.status_code < 500, f"{operation.label}: {answer.status_code} {answer.text[:500]}"
        if answer.status_code < 300:
            case.validate_response(answer, checks=[response_schema_conformance, status_code_conformance])
        else:
            assert set(answer.json()) >= {"code", "message", "fields"}, f"{operation.label}: {answer.text[:500]}"

    many(run if number is None else seed(number)(run))()
    return statuses
