"""Log lines that say what went wrong, and not whose data it went wrong with."""

import logging
import re
from typing import Any

# What PostgreSQL adds to an error: the values of the row, and the statement with its values.
TOLD = re.compile(r"^(DETAIL|CONTEXT|LINE \d+): .*(\n[ \t]+.*)*", re.MULTILINE)


class DiscreetFormatter(logging.Formatter):
    """Leaves out of a traceback what the database tells of the row that it refused."""

    def formatException(self, ei: Any) -> str:
        return TOLD.sub(r"\1: …", super().formatException(ei))
