"""The two sides meet in files: each must import with the packages of the other out of reach."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

IMPORT_ALL = """
import importlib, pathlib, sys
for name in {blocked!r}:
    sys.modules[name] = None
{prepare}
for file in sorted(pathlib.Path({side!r}).rglob("*.py")):
    name = ".".join(file.with_suffix("").parts).removesuffix(".__init__")
    if not name.startswith("annotator.services.leash"):
        importlib.import_module(name)
        print(name)
"""


def import_all(side: str, blocked: list[str], prepare: str = "") -> list[str]:
    script = IMPORT_ALL.format(side=side, blocked=blocked, prepare=prepare)
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_training_imports_without_the_web_packages() -> None:
    names = import_all("training", ["django", "celery", "rest_framework", "psycopg2", "redis", "knox"])
    assert "training.alignment" in names


def test_annotator_imports_without_the_ml_packages() -> None:
    prepare = "import django; django.setup()"
    blocked = ["torch", "transformers", "tokenizers", "safetensors", "training", "redpen"]
    names = import_all("annotator", blocked, prepare)
    assert {"annotator.config.wsgi", "annotator.domain.spans"} <= set(names)


def test_domain_imports_without_any_framework() -> None:
    blocked = ["django", "celery", "rest_framework", "psycopg2", "redis", "torch", "transformers", "numpy"]
    assert "annotator.domain.spans" in import_all("annotator/domain", blocked)


def test_quality_needs_numpy_alone() -> None:
    blocked = ["django", "celery", "rest_framework", "psycopg2", "redis", "torch", "transformers", "scipy"]
    assert "annotator.quality.agreement" in import_all("annotator/quality", blocked)


def test_the_client_needs_neither_side() -> None:
    blocked = ["annotator", "training", "django", "celery", "torch", "numpy", "orjson", "jsonschema_rs"]
    assert {"redpen", "redpen.cli"} <= set(import_all("redpen", blocked))


@pytest.mark.parametrize("side", ["annotator", "training"])
def test_the_top_of_each_side_stays_empty(side: str) -> None:
    """A line there would run before every import of the side, and make the other side need its packages."""
    assert (ROOT / side / "__init__.py").read_text() == ""


def test_the_floors_hold() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_only_env_reads_the_environment() -> None:
    """Elsewhere a variable would be a setting that nobody can find; writing one for a child or for Django is none."""
    allowed = {"annotator/config/env.py"}
    reads = ("os.getenv", "environ.get", "environ[")
    found = {
        str(file.relative_to(ROOT))
        for file in (ROOT / "annotator").rglob("*.py")
        for line in file.read_text().splitlines()
        if any(read in line for read in reads) and "] = " not in line
    }
    assert found <= allowed
