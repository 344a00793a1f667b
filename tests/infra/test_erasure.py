"""`make erasure`, as it stands: it needs a Redpen of its own."""

import os
import subprocess
import sys

import pytest


@pytest.mark.slow
def test_whoever_was_erased_is_found_nowhere() -> None:
    left_out = {"DATABASE_URL", "REDIS_URL", "DATA_DIR", "DJANGO_SETTINGS_MODULE"}
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    done = subprocess.run([sys.executable, "-m", "tests.forgotten"], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 hits after the erasure" in done.stdout
