"""A small run of the state machine; `make state-machine` makes the large one."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test


@pytest.mark.django_db
def test_model_and_store_stay_equal() -> None:
    from tests.machine.store import Store

    few = settings(
        max_examples=12, stateful_step_count=30, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(Store, settings=few)
