"""Log lines that say what went wrong, and not whose data it went wrong with."""

import logging
import re
from typing import Any

# What PostgreSQL adds to an error: the values of the row, and the statement with its values.
TOLD = re.compile(r"^(DETAIL|CONTEXT|LINE \d+): .*(\n[ \t]+.*)*", re.MULTILINE)

# What opens a study or a project to whoever holds it.
LINK = re.compile(r"(?<=/enter/)(?!study/)[^\s/?\"']+")


def without_links(text: str) -> str:
    """The text, in which links that let somebody in are cut off where the secret begins."""
    return LINK.sub("…", text)


class DiscreetFormatter(logging.Formatter):
    """Leaves out of a traceback what the database tells of the row that it refused, and out of every line what lets
    somebody in."""

    def format(self, record: logging.LogRecord) -> str:
        return without_links(super().format(record))

    def formatException(self, ei: Any) -> str:
        return TOLD.sub(r"\1: …", super().formatException(ei))
