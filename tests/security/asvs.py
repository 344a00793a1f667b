"""`make asvs`: docs/asvs.md from the table in docs/asvs.csv, which holds every requirement of level 1 and 2 of OWASP's
Application Security Verification Standard 5.0.0 in words of our own, with verdict, reason, and a
test where there is one.
"""

import csv
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE, PAGE = ROOT / "docs" / "asvs.csv", ROOT / "docs" / "asvs.md"
VERDICTS = ("met", "partly", "not met", "not applicable")
CHAPTERS = {
    1: "Encoding and sanitization",
    2: "Validation and business logic",
    3: "Web frontend",
    4: "API and web service",
    5: "Files",
    6: "Authentication",
    7: "Sessions",
    8: "Authorization",
    9: "Self-contained tokens",
    10: "OAuth and OpenID Connect",
    11: "Cryptography",
    12: "Secure communication",
    13: "Configuration",
    14: "Data protection",
    15: "Secure coding and architecture",
    16: "Logging and errors",
    17: "WebRTC",
}
HEAD = """# ASVS 5.0, levels 1 and 2

How Redpen stands beside each requirement of level 1 and 2 of the OWASP Application Security Verification Standard
5.0.0. The numbers are OWASP's; what a requirement asks is said here in few words of our own, and its full text is
[there](https://github.com/OWASP/ASVS/tree/v5.0.0). The verdicts are those of who wrote Redpen: nobody else has looked.
A linked test shows what can be shown by one; where there is none, the verdict rests on reading the code.

Made from docs/asvs.csv by `make asvs`.

"""


@dataclass(frozen=True)
class Requirement:
    id: str
    level: str
    requirement: str
    verdict: str
    reason: str
    test: str

    @property
    def chapter(self) -> int:
        return int(self.id[1:].partition(".")[0])


def requirements() -> list[Requirement]:
    with TABLE.open(newline="", encoding="utf-8") as file:
        return [Requirement(**row) for row in csv.DictReader(file)]


def page(rows: list[Requirement]) -> str:
    counts = Counter((row.verdict, row.level) for row in rows)
    lines = ["| Verdict | Level 1 | Level 2 | Both |", "|---|---|---|---|"]
    for verdict in VERDICTS:
        of = [counts[verdict, level] for level in ("1", "2")]
        lines.append(f"| {verdict} | {of[0]} | {of[1]} | {sum(of)} |")
    left = [row for row in rows if row.verdict == "not met"]
    lines += ["", "## What is not met", "", *(f"- **{row.id}** {row.requirement}: {row.reason}" for row in left)]
    for chapter, group in groupby(rows, key=lambda row: row.chapter):
        lines += ["", f"## V{chapter} {CHAPTERS[chapter]}", ""]
        lines += ["| | L | Requirement | Verdict | Why | Test |", "|---|---|---|---|---|---|"]
        lines += [_line(row) for row in group]
    return HEAD + "\n".join(lines) + "\n"


def _line(row: Requirement) -> str:
    file, _, name = row.test.partition("::")
    link = f"[{name or Path(file).stem}](../{file})" if file else ""
    cells = (row.id, row.level, row.requirement, row.verdict, row.reason, link)
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page(requirements()), encoding="utf-8")
    print(*(f"{verdict}: {sum(row.verdict == verdict for row in requirements())}" for verdict in VERDICTS), sep="\n")
