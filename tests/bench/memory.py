"""How much memory a process has had."""

import re
from pathlib import Path


def peak_mb(pid: int | str = "self") -> float:
    """The most that was resident of it so far, 0 once it has ended. Not what wait4 says: that of a process begins with
    the peak of the one that started it."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except ProcessLookupError:
        return 0.0
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0
