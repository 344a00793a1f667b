"""A few cycles of `make bench-store`, so that it runs when somebody wants to know."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from tests.bench.store import cycles, redpen
from tests.bench.store import report as reports

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """For servers on this test's database; reports go there too."""
    at = connection.get_connection_params()
    monkeypatch.setenv("DATABASE_URL", f"postgresql://{at['user']}@{quote(at['host'], safe='')}/{at['dbname']}")
    monkeypatch.setattr(reports, "REPORTS", tmp_path)
    return tmp_path


def test_cycles_are_measured_and_what_is_stored_is_counted(folder: Path) -> None:
    with redpen.running(folder, cycles.needed(24), cycles.ANNOTATORS) as site:
        found = cycles.measure("redpen", site, 24, folder)
    assert (found["8"]["annotators"], found["8"]["cycles"]) == (8, 24)
    assert found["stored"] == found["acknowledged"] >= 24 + 16
    for people in ("8", "1"):
        rows = (folder / f"redpen-{people}.tsv").read_text().splitlines()[1:]
        assert {row.split("\t")[2] for row in rows} == {"next", "submit"}
        assert {row.split("\t")[3] for row in rows} == {"200"}


@pytest.mark.skipif(
    not Path(os.environ["DATA_DIR"], "log", "postgres.log").exists(), reason="the log of another PostgreSQL is not ours"
)
def test_pgbench_runs_what_a_submit_runs(folder: Path, monkeypatch: Any) -> None:
    from tests.bench.store import submits

    report = reports.Report()
    (folder / "log").symlink_to(Path(os.environ["DATA_DIR"], "log"))
    found = submits.measure(folder, report, 16)
    script = (report.logs / "submit.pgbench.sql").read_text()
    assert all(name in script for name in (" :assignment", "-:client'", "':digest'"))
    assert found["pgbench_per_second"] > 0
    assert found["http"]["cycles"] == 16
