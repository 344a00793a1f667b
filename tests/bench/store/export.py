"""How fast annotations leave a project, and in how much memory: the command that people run, in its own process."""

import os
import subprocess
import sys
import time
from pathlib import Path

import orjson
from django.db import connection, transaction

from tests.annotator.factories import make_project, make_user
from tests.bench.memory import peak_mb
from tests.bench.store.load import Wrong
from tests.bench.store.report import ROOT
from tests.bench.store.texts import SPANS
from tests.bench.store_scale import store_analyse, store_fill

JUDGED = 3
# Beside the one that each annotation has.
MORE_SPANS = """
    INSERT INTO annotator_span (judgement_id, start, "end", quote, type, evidence, explanation)
    SELECT judgement.id, 7 * k, 7 * k + 6, substr(response.text, 7 * k + 1, 6), 'irrelevant', '[]', ''
    FROM annotator_annotation annotation
    JOIN annotator_judgement judgement ON judgement.annotation_id = annotation.id
    JOIN annotator_response response ON response.id = judgement.response_id
    CROSS JOIN generate_series(0, %s - 2) AS k WHERE annotation.project_id = %s"""


def measure(folder: Path, spans: int) -> dict:
    """Freezes a project of so many spans, SPANS in each annotation, and writes the dataset to a file. Raises Wrong."""
    examples = -(-spans // (JUDGED * SPANS))
    _fill(examples)
    store_analyse()
    file = folder / "export.jsonl"
    command = [sys.executable, "manage.py", "export_dataset", "export", "all", str(file), "--freeze"]
    begun = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stdout=subprocess.DEVNULL)
    peak = 0.0
    while (status := process.poll()) is None:
        peak = max(peak, peak_mb(process.pid))
        time.sleep(0.02)
    seconds = time.monotonic() - begun
    with file.open("rb") as lines:
        written = sum(len(judgement["spans"]) for line in lines for judgement in orjson.loads(line)["judgements"])
    if status or written != examples * JUDGED * SPANS:
        raise Wrong(f"export ended with {status}; {written} spans are in its file, not {examples * JUDGED * SPANS}")
    return {"spans": written, "seconds": seconds, "per_second": written / seconds, "peak_mb": peak}


@transaction.atomic
def _fill(examples: int) -> None:
    project = make_project(make_user("owner-export", is_staff=True), "export", overlap=JUDGED)
    store_fill(project=project, examples=examples, judged=JUDGED)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(MORE_SPANS, [SPANS, project.pk])
