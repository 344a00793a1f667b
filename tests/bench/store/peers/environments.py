"""An environment of its own for each peer, out of PyPI, with exact pins."""

import os
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
WITHHELD = ("DATABASE_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE", "ALLOWED_HOSTS", "DATA_DIR", "PYTHONPATH")


def environment(name: str, pins: Sequence[str]) -> Path:
    """The `bin` of the peer's environment under .redpen/peers, made unless it is there with these pins.

    Raises subprocess.CalledProcessError.
    """
    folder = ROOT / ".redpen" / "peers" / name
    stamp, wanted = folder / "pins.txt", "\n".join([sys.version, *pins])
    if not stamp.exists() or stamp.read_text() != wanted:
        print(f"Installing {name} in {folder} …", flush=True)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([folder / "bin" / "pip", "install", "--quiet", *pins], check=True)
        stamp.write_text(wanted)
    return folder / "bin"


def variables(**own: str) -> dict[str, str]:
    """Ours without what is about Redpen, and the peer's own."""
    return {name: value for name, value in os.environ.items() if name not in WITHHELD} | own
