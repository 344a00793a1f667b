"""How fast a project of SPANS spans is exported, and in how much memory; alone, and while others write to it.

`make bench-export SPANS=1000000` fills a project, freezes it, freezes it again while WRITES_PER_SECOND writes change
what is being read, writes the snapshot in every format, and imports examples. Each export is a process of its own,
whose peak of resident memory the kernel tells. Fails if the two freezes differ or a figure of spans does.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from tests.bench.memory import peak_mb

JUDGED = 3
SPANS_EACH = 3
WRITES_PER_SECOND = 100
IMPORTED = 20_000
SLUG = "scale"

# Two more marks for each annotation, with the links that marks have.
MORE_SPANS = """
INSERT INTO annotator_span (judgement_id, start, "end", quote, type, antecedent_start, antecedent_end, evidence,
    explanation)
SELECT j.id, strpos(r.text, 'It has'), strpos(r.text, 'It has') + 16, substr(r.text, strpos(r.text, 'It has') + 1, 16),
    type, CASE type WHEN 'repetitive' THEN 0 END, CASE type WHEN 'repetitive' THEN strpos(r.text, 'It has') - 2 END,
    CASE type WHEN 'inconsistent_fact' THEN '[{"passage": 1, "sentence": 2}]'::jsonb ELSE '[]' END,
    CASE type WHEN 'repetitive' THEN '' ELSE 'It has one.' END
FROM annotator_judgement j JOIN annotator_response r ON r.id = j.response_id
CROSS JOIN unnest(ARRAY['repetitive', 'inconsistent_fact']) AS type
"""


def main(spans: int) -> int:
    from annotator.management import embedded

    with tempfile.TemporaryDirectory(prefix="redpen-exports-") as folder:
        data_dir = Path(folder)
        (data_dir / "static").mkdir()
        with embedded.servers(data_dir, durable=False) as (database_url, redis_url):
            os.environ |= {"DATA_DIR": folder, "DATABASE_URL": database_url, "REDIS_URL": redis_url}
            os.environ |= {"REDPEN_ENV": "test", "DJANGO_SETTINGS_MODULE": "annotator.config.settings"}
            rows = measure(spans)
    report(spans, rows)
    return 0 if all(row["right"] for row in rows) else 1


def measure(spans: int) -> list[dict[str, Any]]:
    """One row per export: {"what", "seconds", "rss_mb", "spans", "right"}."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    made = fill(spans)
    alone = child("freeze", "alone")
    writer = threading.Thread(target=write, args=(started := threading.Event(), stop := threading.Event(), done := []))
    writer.start()
    busy = child("freeze", "busy", started)
    stop.set()
    writer.join()
    rows = [
        {"what": "freeze", **alone, "right": alone["spans"] == made},
        {
            "what": f"freeze under {len(done) / busy['seconds']:.0f} writes/s",
            **busy,
            "right": busy["files"] == alone["files"] and len(done) > 0,
        },
    ]
    from annotator.domain.formats.registry import FORMATS

    for key in FORMATS:
        found = child("convert", key)
        rows.append({"what": f"download as {key}", **found, "spans": made, "right": True})
    return rows


def fill(spans: int) -> int:
    """A project with about as many spans; how many exactly."""
    from django.db import connection

    from annotator.models import Span
    from annotator.services.people import user_create
    from annotator.services.projects import project_create
    from tests.bench.store_scale import store_analyse, store_fill

    owner = user_create(username="olga", password=None, is_staff=True)
    project = project_create(owner=owner, slug=SLUG, name="Scale", overlap=JUDGED)
    store_fill(project=project, examples=-(-spans // (JUDGED * SPANS_EACH)), judged=JUDGED)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(MORE_SPANS)
        cursor.execute("SET session_replication_role = origin")
    store_analyse()
    return Span.objects.count()


def child(verb: str, argument: str, started: threading.Event | None = None) -> dict[str, Any]:
    """What an exporting process of its own says of itself, and its peak of resident memory in MB."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.exports", verb, argument], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    answer = ""
    for line in process.stdout:
        if line == "started\n" and started:
            started.set()
        answer = line
    if status := process.wait():
        raise RuntimeError(f"{verb} {argument} ended with status {status}")
    found: dict[str, Any] = json.loads(answer)
    return found


def write(started: threading.Event, stop: threading.Event, done: list[float]) -> None:
    """Change marks that are being exported, so often a second, once the export has begun."""
    from django.db import connection

    from annotator.models import Span

    started.wait()
    first = Span.objects.order_by("pk").values_list("pk", flat=True)[0]
    count = Span.objects.count()
    begun = time.monotonic()
    while not stop.is_set():
        key = first + (len(done) * 7919) % count
        Span.objects.filter(pk=key).update(explanation=f"written {len(done)}")
        done.append(time.monotonic() - begun)
        time.sleep(max(0.0, len(done) / WRITES_PER_SECOND - (time.monotonic() - begun)))
    connection.close()


def freeze(name: str) -> dict[str, Any]:
    from annotator.models import Project
    from annotator.services import datasets

    original = datasets.annotated_examples

    def told(**options: Any) -> Any:
        for number, row in enumerate(original(**options)):
            if number == 0:
                print("started", flush=True)
            yield row

    datasets.annotated_examples = told
    begun = time.monotonic()
    frozen = datasets.dataset_freeze(project=Project.objects.get(slug=SLUG), user=None, name=name)
    counts = frozen.manifest["counts"]
    seconds = time.monotonic() - begun
    return {"seconds": seconds, "spans": sum(counts["spans"].values()), "files": frozen.manifest["files"]}


def convert(key: str) -> dict[str, Any]:
    from annotator.models import Dataset
    from annotator.selectors.datasets import dataset_bytes

    dataset = Dataset.objects.get(name="alone")
    begun = time.monotonic()
    size = sum(map(len, dataset_bytes(dataset=dataset, format=key)))
    return {"seconds": time.monotonic() - begun, "bytes": size}


def report(spans: int, rows: list[dict[str, Any]]) -> None:
    print(f"{'':32}{'seconds':>9}{'spans/s':>10}{'peak MB':>9}")
    for row in rows:
        row["spans_per_second"] = row["spans"] / row["seconds"]
        wrong = "" if row["right"] else "  WRONG"
        print(f"{row['what']:32}{row['seconds']:>9.1f}{row['spans_per_second']:>10.0f}{row['rss_mb']:>9.0f}{wrong}")
    path = Path(".redpen/reports/bench-export.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"spans": spans, "rows": rows}, indent=2))
    print(f"\n{path}")


def run_child(verb: str, argument: str) -> None:
    import django

    django.setup()
    found = {"freeze": freeze, "convert": convert}[verb](argument)
    print(json.dumps({**found, "rss_mb": peak_mb()}), flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 2:
        sys.exit(main(int(sys.argv[1])))
    run_child(*sys.argv[1:])
