"""Jobs of a loop: started, and followed to their end."""

from typing import Any

from redpen import Client
from training.world.report import Report

POLL_SECONDS = 0.5


def run_job(client: Client, project: int, report: Report, **request: Any) -> dict[str, Any]:
    """Start a job and return it when it has succeeded; `report` sees it on the way. Raises RedpenError."""
    started = client.start_job(project, **request)
    return dict(client.wait_for_job(started["id"], report=report.follow, poll_seconds=POLL_SECONDS))
