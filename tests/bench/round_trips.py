"""Every format, there and back, on a real file: `make round-trips DATA=file` prints what came back and what was lost.

The file's records are written in each format and read again (equal?), and what was read is written once more (the same
bytes?). A format that holds preference pairs alone gives other records by its nature: of it, the pairs must be equal.
"""

import io
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from annotator.domain.feedback import example_split, record_from_json, record_to_json
from annotator.domain.formats.qa_feedback import items_to_records
from annotator.domain.formats.registry import FORMATS, Format
from annotator.domain.formats.shapes import Options
from annotator.domain.taxonomy import PAPER_TAXONOMY, taxonomy_to_json

REPORT = Path(".redpen/reports/round-trips.json")


def main(path: str) -> int:
    source = Path(path).read_bytes()
    records = [record_to_json(record) for record in items_to_records(json.loads(source))]
    rows = [round_trip(form, records) for form in FORMATS.values()]
    print(f"{len(records)} records of {Path(path).name}\n")
    print(f"{'format':18}{'records':>8}{'bytes':>11}  {'back':8}{'again':7} lost")
    for row in rows:
        lost = ", ".join(f"{name} {count}" for name, count in row["lost"].items()) or "nothing"
        verdicts = ["equal" if row[name] else "DIFFERS" for name in ("back", "again")]
        print(f"{row['format']:18}{row['records']:>8}{row['bytes']:>11}  {verdicts[0]:8}{verdicts[1]:7} {lost}")
    items = json.loads(b"".join(FORMATS["qa-feedback"].write(records, {})))
    same = items == json.loads(source)
    print(f"\nqa-feedback, the file itself: imported and exported again it is {'equal' if same else 'DIFFERENT'} JSON")
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps({"records": len(records), "formats": rows, "file_equal": same}, indent=2))
    print(REPORT)
    return 0 if same and all(row["back"] and row["again"] for row in rows) else 1


def round_trip(form: Format, records: list[Any]) -> dict[str, Any]:
    """{"format", "records" that were read, "bytes", "back": records equal, "again": bytes equal, "lost"}."""
    about = manifest(records)
    file = b"".join(form.write(records, about))
    found = [body for _, body in form.read(io.BytesIO(file), Options())]
    lost: Counter[str] = Counter()
    for body in records:
        lost.update(form.losses(body))
    pairs = form.key.startswith("preferences")
    back = pairs_of(found) == pairs_of(records) if pairs else by_id(found) == by_id(records)
    again = b"".join(form.write(found, about)) == file
    return {
        "format": form.key,
        "records": len(found),
        "bytes": len(file),
        "back": back,
        "again": again,
        "lost": dict(lost.most_common()),
    }


def pairs_of(records: list[Any]) -> Counter[tuple[str, str, str]]:
    pairs: Counter[tuple[str, str, str]] = Counter()
    for body in records:
        texts = [each["text"] for each in body["responses"]]
        for pair in body["comparisons"]:
            sides = [texts[pair["first"]], texts[pair["second"]]]
            if pair["preferred"] != "tie":
                chosen, rejected = sides if pair["preferred"] == "first" else reversed(sides)
                pairs[body["example"]["prompt"], chosen, rejected] += 1
    return pairs


def by_id(records: list[Any]) -> list[Any]:
    return sorted(records, key=lambda body: body["record_id"])


def manifest(records: list[Any]) -> dict[str, Any]:
    """Enough of one for a dataset card."""
    splits = Counter({"train": 0, "dev": 0, "test": 0})
    splits.update(example_split(record_from_json(body).example) for body in records)
    none: dict[str, int] = {}
    counts = {"examples": len(records), "records": len(records), "spans": none, "missing": none, "comparisons": none}
    return {
        "name": "round-trips",
        "created_at": "",
        "query": {},
        "taxonomy": taxonomy_to_json(PAPER_TAXONOMY),
        "versions": {"segmentation": "", "guideline": ""},
        "counts": {**counts, "splits": dict(splits)},
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
