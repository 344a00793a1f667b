"""Dataset snapshots written by hand, the way the web side freezes them."""

import json
from collections.abc import Sequence
from pathlib import Path

from annotator.domain.feedback import example_split, record_to_json, to_json
from annotator.domain.records import Example, FeedbackRecord
from annotator.domain.segments import SEGMENTATION_VERSION
from annotator.domain.taxonomy import PAPER_TAXONOMY, Taxonomy, taxonomy_to_json
from training.runs import file_sha256


def write_snapshot(
    folder: Path,
    records: Sequence[FeedbackRecord],
    examples: Sequence[Example] = (),
    taxonomy: Taxonomy = PAPER_TAXONOMY,
) -> dict[str, str]:
    """Write the folder; returns its reference as it stands in a spec."""
    folder.mkdir(parents=True)
    known = {example.id: example for example in [*examples, *(record.example for record in records)]}
    lines = [to_json(e) | {"split": example_split(e)} for e in known.values()]
    files = {"examples.jsonl": lines, "feedback.jsonl": [record_to_json(record) for record in records]}
    if not records:
        del files["feedback.jsonl"]
    for name, rows in files.items():
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    manifest = {
        "format": 1,
        "name": folder.name,
        "kind": "feedback" if records else "examples",
        "taxonomy": taxonomy_to_json(taxonomy),
        "versions": {"segmentation": SEGMENTATION_VERSION, "guideline": "1"},
        "files": {name: file_sha256(folder / name) for name in files},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return {"path": str(folder), "sha256": file_sha256(folder / "manifest.json")}
