"""Which Chromium the browser tests drive. `python tests/chromium.py` finds one or installs it, or says why not."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium_path() -> str | None:
    """The browser of CHROMIUM_PATH, else the system's, else Playwright's own; None if there is none that starts."""
    return next((path for path in _candidates() if path and _starts(path)), None)


def _candidates() -> Iterator[str | None]:
    yield os.environ.get("CHROMIUM_PATH")
    yield from map(shutil.which, NAMES)
    yield _playwrights_own()


def chromium_install() -> None:
    """The way the platform allows: its package manager if we may use it, else Playwright's download."""
    root = os.getuid() == 0
    if root and shutil.which("apt-get"):
        _run("apt-get", "update", "-q")
        _run("apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium")
    if chromium_path() is None:
        _run(sys.executable, "-m", "playwright", "install", *(["--with-deps"] if root else []), "chromium")


def _starts(path: str) -> bool:
    """A file is not enough: Ubuntu's package of that name only points at a snap."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


@cache
def _playwrights_own() -> str | None:
    """Asked once: Playwright does not start a second time where it runs already."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


def _run(*command: str) -> None:
    print(*command, flush=True)
    subprocess.run(command, check=False)


if __name__ == "__main__":
    if chromium_path() is None:
        chromium_install()
    found = chromium_path()
    if found is None:
        sys.exit(
            "No Chromium for the browser tests: installing it failed, as said above. Install one "
            "(Debian: apt-get install chromium), or name one with CHROMIUM_PATH."
        )
    print(f"Browser tests use {found}")
