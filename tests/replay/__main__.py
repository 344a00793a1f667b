"""Enters every judgement of a qa-feedback file through the annotate page, in a real browser against a real server, and
compares what the server stored with the file imported: `make replay DATA=file MODE=mouse|keyboard`.

An interrupted replay goes on where it was. Writes .redpen/reports/replay-<mode>.json; the exit status is 1 unless
every judgement was stored as it was given.
"""

import argparse
import hashlib
import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from annotator.domain.errors import DomainError
from annotator.domain.formats.qa_feedback import items_to_records
from annotator.domain.records import FeedbackRecord
from annotator.management.embedded import ServerError
from tests.replay.desk import SCREEN, Desk
from tests.replay.replaying import PLANS, compare, enter, set_up
from tests.replay.report import figures, show
from tests.served import REPORTS, ROOT, chromium, served, signed_in

SHOWN = 8  # lines of differences


def main() -> int:
    parser = argparse.ArgumentParser(prog="make replay", description=__doc__)
    parser.add_argument("data", type=Path, help="a file in qa-feedback form")
    parser.add_argument("mode", choices=sorted(PLANS))
    arguments = parser.parse_args()
    data, records = read(parser, arguments.data)
    folder = ROOT / ".redpen" / "replay" / f"{arguments.mode}-{hashlib.sha256(data).hexdigest()[:12]}"
    try:
        with served(folder) as url:
            found = replay(url, data, records, arguments.mode, folder / "counts.jsonl")
    except ServerError as error:
        print(f"replay: {error}", file=sys.stderr)
        return 1
    shutil.rmtree(folder)
    show(arguments.mode, found)
    print(f"\n{found['equal']} of {found['texts']} judgements stored as they were given")
    for line in found["differences"][:SHOWN]:
        print(f"  {line}")
    REPORTS.mkdir(parents=True, exist_ok=True)
    path = REPORTS / f"replay-{arguments.mode}.json"
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")
    print(f"written to {path}")
    return 0 if found["equal"] == found["texts"] else 1


def read(parser: argparse.ArgumentParser, path: Path) -> tuple[bytes, list[FeedbackRecord]]:
    """The file and its records, each question once: that is how a text is known on the page."""
    try:
        data = path.read_bytes()
        records = items_to_records(json.loads(data))
    except OSError as error:
        parser.error(f"{path}: {error.strerror}")
    except (ValueError, DomainError) as error:
        parser.error(f"{path}: {error}")
    questions = [record.example.question for record in records]
    if len(set(questions)) < len(questions):
        parser.error(f"{path}: {len(questions) - len(set(questions))} questions are asked more than once")
    return data, records


def replay(url: str, data: bytes, records: list[FeedbackRecord], mode: str, journal: Path) -> dict[str, Any]:
    """Figures of the whole replay; `journal` has a line per judgement, of earlier attempts too."""
    ann = set_up(data, records)
    journal.touch()
    before, began = len(_lines(journal)), time.monotonic()
    with chromium() as browser:
        page = signed_in(browser, url, ann, viewport=SCREEN, reduced_motion="reduce").new_page()
        for done, item in enumerate(enter(Desk(page), records, mode), 1):
            with journal.open("a", encoding="utf-8") as file:
                file.write(json.dumps(item) + "\n")
            tell(before + done, len(records), (time.monotonic() - began) / done)
        version = browser.version
    different = compare()
    items = list({item["question"]: item for item in _lines(journal)}.values())
    return {
        "mode": mode,
        "browser": version,
        "texts": len(different),
        "equal": sum(not lines for lines in different.values()),
        "differences": [f"{name}: {line}" for name, lines in different.items() for line in lines],
        **figures(items),
        "items": items,
    }


def _lines(journal: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in journal.read_text("utf-8").splitlines()]


def tell(done: int, count: int, seconds: float) -> None:
    if done % 10 == 0 or done == count:
        left = f"{seconds:.1f} s each, about {seconds * (count - done) / 60:.0f} min left"
        print(f"  {done} of {count} texts, {left}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
