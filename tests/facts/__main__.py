"""The 40 facts of the paper, each with what holds Redpen to it and whether it does: `make facts`.

QA_FEEDBACK=file names the published data for the facts about it. Exits with 1 if a test fails or is skipped. Writes
.redpen/reports/facts.json.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from tests.facts.table import FACTS, Fact

ROOT = Path(__file__).resolve().parents[2]
REPORTS = ROOT / ".redpen" / "reports"


def main() -> int:
    wanted = list(dict.fromkeys(node for fact in FACTS for node in fact.tests))
    found = outcomes(wanted)
    rows = [row(fact, found) for fact in FACTS]
    print("\n".join(f"{r['number']:>3}  {r['outcome']:<12} {r['says']}\n{'':18}{r['by']}" for r in rows))
    counts = {kind: sum(r["outcome"] == kind for r in rows) for kind in ("holds", "FAILS", "not checked")}
    print("\n" + ", ".join(f"{count} {kind}" for kind, count in counts.items()))
    REPORTS.mkdir(parents=True, exist_ok=True)
    (REPORTS / "facts.json").write_text(json.dumps({"counts": counts, "facts": rows}, indent=1, ensure_ascii=False))
    return 1 if counts["FAILS"] else 0


def outcomes(nodes: list[str]) -> dict[str, bool]:
    """Whether each test passed in all its cases; one that was skipped did not."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *nodes]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if not report.is_file() or done.returncode not in (0, 1):
            sys.exit(done.stdout + done.stderr)
        passed: dict[str, bool] = {}
        for case in ElementTree.parse(report).iter("testcase"):
            node = f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name', '').split('[')[0]}"
            passed[node] = passed.get(node, True) and not len(case)
    return passed


def row(fact: Fact, found: dict[str, bool]) -> dict[str, object]:
    if fact.why:
        outcome, by = "not checked", fact.why
    else:
        holds = all(found.get(node, False) for node in fact.tests)
        outcome, by = "holds" if holds else "FAILS", ", ".join(fact.tests)
    return {"number": fact.number, "says": fact.says, "outcome": outcome, "by": by}


if __name__ == "__main__":
    sys.exit(main())
