"""How fast the store is: `make bench-store`.

ONLY=cycles,submit does only these parts; CYCLES is how many annotation cycles count, of a peer a tenth; EXAMPLES is
how large a project grows. PEERS=1 puts Label Studio, doccano and Potato beside it, from PyPI, in environments of their
own, under the same load. Fails if something did not run or answered wrongly, never on slowness.
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
EXAMPLES = int(os.environ.get("EXAMPLES") or 1_000_000)
IMPORTED = min(EXAMPLES, 20_000)
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
    report.figures["cycles"]["Redpen"] = found
    rate = found["8"]["per_second"]
    report.line("annotation cycles, 8 annotators", f"{rate:.0f}/s", "≥ 300/s", rate >= 300)
    for people, aim in (("8", 40), ("1", 10)):
        for kind in ("next", "submit"):
            p95 = found[people]["ms"][kind]["p95"]
            report.line(f"{kind}, p95, annotators: {people}", f"{p95:.1f} ms", f"≤ {aim} ms", p95 <= aim)


def peers(folder: Path, report: Report) -> None:
    from tests.bench.store.peers import doccano, label_studio, potato

    for title, peer in {"Label Studio": label_studio, "doccano": doccano, "Potato": potato}.items():
        print(f"{title} …", flush=True)
        name = title.lower().replace(" ", "_")
        (folder / name).mkdir()
        report.figures["versions"][title] = peer.VERSION
        report.notes.append(" ".join(peer.__doc__.split()))
        try:
            database = redpen.another_database(name)
            with peer.running(folder / name, database, cycles.needed(CYCLES // 10), cycles.ANNOTATORS) as site:
                found = cycles.measure(name, site, CYCLES // 10, report.logs)
        except Exception as error:
            traceback.print_exc()
            report.problems[title] = f"{type(error).__name__}: {error}"
        else:
            report.figures["cycles"][title] = found
    _compare(report)


def _compare(report: Report) -> None:
    found = {name: figures["8"]["per_second"] for name, figures in report.figures["cycles"].items()}
    for title, rate in found.items():
        if title != "Redpen" and "Redpen" in found:
            times = found["Redpen"] / rate
            aim, met = ("≥ 20 ×", times >= 20) if title == "Label Studio" else ("", None)
            report.line(f"annotation cycles, to those of {title}", f"{times:.1f} ×", aim, met)


def submitting(folder: Path, report: Report) -> None:
    from tests.bench.store import submits  # imports models, which want settings first

    found = report.figures["submit"] = submits.measure(folder, report, CYCLES)
    rate, bound = found["http"]["per_second"], found["pgbench_per_second"]
    report.line("submits alone, 8 annotators", f"{rate:.0f}/s")
    report.line(f"pgbench, the same {found['statements']} statements, 8 clients", f"{bound:.0f}/s")
    report.line("submit / pgbench", f"{100 * rate / bound:.0f} %", "≥ 40 %", rate >= 0.4 * bound)


def importing(folder: Path, report: Report) -> None:
    from tests.bench.store import scale

    found = report.figures["import"] = scale.imported(folder, IMPORTED)
    rate = found["per_second"]
    report.line(f"import of {IMPORTED:,} examples", f"{rate:,.0f}/s", "≥ 5,000/s", rate >= 5000)


def growing(folder: Path, report: Report) -> None:
    from tests.bench.store import scale

    few, many = (scale.next_in(folder, report, examples) for examples in (scale.SMALL, EXAMPLES))
    report.figures["next"] = [few, many]
    small, great = (found["ms"]["next"]["p50"] for found in (few, many))
    for found in (few, many):
        size = f"{found['examples']:,} examples and {found['annotations']:,} annotations"
        report.line(f"next at {size}", f"{found['ms']['next']['p50']:.2f} ms")
    report.line("  … the one to the other", f"{great / small:.2f} ×", "≤ 1.3 ×", great <= 1.3 * small)


def exporting(folder: Path, report: Report) -> None:
    from tests.bench.store import export

    found = report.figures["export"] = export.measure(folder, EXAMPLES)
    rate, peak = found["per_second"], found["peak_mb"]
    report.line(f"export of {found['spans']:,} spans", f"{rate:,.0f}/s", "≥ 50,000/s", rate >= 50_000)
    report.line("  … peak of its memory", f"{peak:.0f} MB", "≤ 200 MB", peak <= 200)


def looking(folder: Path, report: Report) -> None:
    from tests.bench.store import scale

    found = report.figures["dashboard"] = scale.dashboard(folder, report, EXAMPLES)
    what = f"dashboard of {found['annotations']:,} annotations"
    report.line(f"{what}, the first time", f"{found['first_ms']:.0f} ms", "≤ 500 ms", found["first_ms"] <= 500)
    p95 = found["ms"]["dashboard"]["p95"]
    report.line("  … p95 of the next ones", f"{p95:.0f} ms", "≤ 500 ms", p95 <= 500)


PARTS: dict[str, Callable[[Path, Report], None]] = {
    "cycles": annotating,
    **({"peers": peers} if os.environ.get("PEERS") else {}),
    "submit": submitting,
    "import": importing,
    "next": growing,
    "export": exporting,
    "dashboard": looking,
}

if __name__ == "__main__":
    sys.exit(main())
