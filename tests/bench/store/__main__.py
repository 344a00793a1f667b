"""How fast the store is: `make bench-store`.

ONLY=cycles does only this part; CYCLES is how many annotation cycles count. Fails if a part did not run or a server
answered wrongly, never on slowness.
"""

import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

from annotator.management import embedded
from tests.bench.store import cycles, redpen
from tests.bench.store.report import Report, versions

CYCLES = int(os.environ.get("CYCLES") or 3000)
ONLY = os.environ.get("ONLY") or ""


def main() -> int:
    report = Report()
    holder = tempfile.TemporaryDirectory(prefix="redpen-bench-", ignore_cleanup_errors=True)
    with holder as name, embedded.servers(Path(name)) as urls:
        redpen.set_up(Path(name), *urls)
        report.figures["versions"] = versions(redpen.postgres_version())
        for part, run in PARTS.items():
            if ONLY and part not in ONLY.split(","):
                continue
            print(f"{part} …", flush=True)
            try:
                run(Path(name), report)
            except Exception as error:
                traceback.print_exc()
                report.problems[part] = f"{type(error).__name__}: {error}"
    report.show()
    report.write()
    return 1 if report.problems else 0


def annotating(folder: Path, report: Report) -> None:
    with redpen.running(folder, cycles.needed(CYCLES), cycles.ANNOTATORS) as site:
        found = cycles.measure("redpen", site, CYCLES, report.logs)
    report.figures["cycles"] = {"Redpen": found}
    rate = found["8"]["per_second"]
    report.line("annotation cycles, 8 annotators", f"{rate:.0f}/s", "≥ 300/s", rate >= 300)
    for people, aim in (("8", 40), ("1", 10)):
        for kind in ("next", "submit"):
            p95 = found[people]["ms"][kind]["p95"]
            report.line(f"{kind}, p95, annotators: {people}", f"{p95:.1f} ms", f"≤ {aim} ms", p95 <= aim)


def submitting(folder: Path, report: Report) -> None:
    from tests.bench.store import submits  # imports models, which want settings first

    found = report.figures["submit"] = submits.measure(folder, report, CYCLES)
    rate, bound = found["http"]["per_second"], found["pgbench_per_second"]
    report.line("submits alone, 8 annotators", f"{rate:.0f}/s")
    report.line(f"pgbench, the same {found['statements']} statements, 8 clients", f"{bound:.0f}/s")
    report.line("submit / pgbench", f"{100 * rate / bound:.0f} %", "≥ 40 %", rate >= 0.4 * bound)


PARTS: dict[str, Callable[[Path, Report], None]] = {"cycles": annotating, "submit": submitting}

if __name__ == "__main__":
    sys.exit(main())
