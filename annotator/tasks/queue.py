"""The queue of open slots, arranged anew a batch at a time, and moved where annotators have come to differ."""

import logging
import time

from celery import shared_task
from kombu.exceptions import OperationalError

from annotator.selectors.queue import unarranged_project_ids
from annotator.services.queue import examples_measure, queue_arrange

# Of one task; beat starts the next one.
ARRANGE_SECONDS = 25

logger = logging.getLogger(__name__)


@shared_task(name="queue.arrange")
def arrange(project_id: int) -> None:
    end = time.monotonic() + ARRANGE_SECONDS
    while queue_arrange(project_id=project_id) and time.monotonic() < end:
        pass


@shared_task(name="queue.resume")
def resume() -> None:
    for project_id in unarranged_project_ids():
        hint(project_id)


@shared_task(name="queue.measure")
def measure() -> None:
    examples_measure()


def hint(project_id: int) -> None:
    """Have a project's queue arranged, whose row is committed. If Redis is away, beat will see to it."""
    try:
        arrange.apply_async((project_id,), expires=ARRANGE_SECONDS, retry_policy={"max_retries": 1})
    except OperationalError as error:
        logger.warning("no hint for the queue of project %s: %s", project_id, error)
