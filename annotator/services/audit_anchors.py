"""Heads of the audit log, kept outside of the database, where whoever changes rows does not reach them."""

import logging
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from annotator.selectors.audit import Head, audit_head

logger = logging.getLogger(__name__)


def anchor_keep() -> Head:
    """Append the head of the log to the file of anchors and to Redpen's own log, unless it is there as the last one."""
    head = audit_head()
    if head.number and [head] != anchors_kept()[-1:]:
        logger.info("the audit log ends with entry %d, hash %s", head.number, head.hash)
        with _file().open("a", encoding="ascii") as file:
            file.write(f"{head.number} {head.hash} {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}\n")
    return head


def anchors_kept() -> list[Head]:
    """Every head in the file of anchors, in its order; ValueError for a line that is none."""
    try:
        lines = _file().read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return []
    return [anchor_read(line) for line in lines]


def anchor_read(line: str) -> Head:
    """The head in "12 9f86d0… and whatever follows"; ValueError if it is none."""
    number, sha256, *_ = [*line.split(), "", ""]
    if not number.isdigit() or len(sha256) != 64:
        raise ValueError(f"{line!r} is no anchor, which is a number and a hash of 64 digits")
    return Head(int(number), sha256)


def _file() -> Path:
    return Path(settings.AUDIT_ANCHORS)
