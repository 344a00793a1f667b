"""The dataset card: a README.md with the front matter that the Hugging Face hub reads."""

import json
from typing import Any

from annotator.domain.records import Json

SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def card(about: Json) -> str:
    """The card of a dataset whose manifest this is. JSON is YAML: what people gave cannot break the front matter."""
    counts = about["counts"]
    files = [
        {"split": "validation" if split == "dev" else split, "path": f"data/{split}.parquet"}
        for split, count in counts["splits"].items()
        if count
    ]
    head: Json = {
        "pretty_name": about["name"],
        "license": about.get("license") or "unknown",
        "task_categories": ["text-generation", "token-classification"],
        "tags": ["human-feedback", "rlhf", "fine-grained-feedback", "redpen"],
        "size_categories": [_size(counts["records"])],
        "configs": [{"config_name": "default", "data_files": files}],
    }
    front = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in head.items())
    return f"---\n{front}---\n\n# {_line(about['name'])}\n\n" + "\n\n".join(_sections(about)) + "\n"


def _sections(about: Json) -> list[str]:
    counts = about["counts"]
    taxonomy = about["taxonomy"]
    marks = {**counts["spans"], **counts["missing"]}
    types = [
        [category["name"], kind["name"], f"`{kind['key']}`", marks.get(kind["key"], 0), _line(kind["definition"])]
        for category in taxonomy["categories"]
        for kind in category["types"]
    ]
    comparisons = ", ".join(f"{count} {side}" for side, count in counts["comparisons"].items()) or "none"
    versions = about.get("made_under", [])
    return [
        "Human feedback on the responses of language models: marked spans with error types, missing information, "
        "corrections and comparisons. Each row is one annotation of one example.",
        "## What it holds\n\n"
        + _table(
            ["", "count"],
            [
                ["examples", counts["examples"]],
                ["annotations", counts["records"]],
                ["annotators (pseudonyms)", counts.get("annotators", "not counted")],
                ["spans", sum(counts["spans"].values())],
                ["missing pieces", sum(counts["missing"].values())],
                ["comparisons", f"{sum(counts['comparisons'].values())} ({comparisons})"],
                *([f"examples in {split}", count] for split, count in counts["splits"].items()),
            ],
        ),
        f"## Error types\n\nTaxonomy `{_line(taxonomy['version'])}`.\n\n"
        + _table(["category", "type", "key", "marks", "meaning"], types),
        "## How it was made\n\n"
        f"Frozen on {about['created_at']} from the project `{about['query'].get('project', '')}` "
        f"(content: {about['query'].get('content', 'raw')}; weights: {about['query'].get('weights', 'stored')}; "
        f"checks against gold: {about['query'].get('gold_checks', 'left out')}). "
        f"Segmentation version `{about['versions']['segmentation']}`, guideline version "
        f"`{_line(about['versions']['guideline'])}` when it was frozen. Annotations were made under:\n\n"
        + _table(
            ["taxonomy", "guideline", "segmentation", "annotations"],
            [[each["taxonomy"], each["guideline"], each["segmentation"], each["records"]] for each in versions],
        ),
        "## Agreement\n\n" + _agreement(about.get("agreement")),
        "## Splits\n\nBy a hash of the question, or as the example asks in `metadata.split`: the same question is "
        "never on two sides, and later versions move none.",
        "## Known limits\n\n"
        "- Offsets are Unicode code points of the exact response, end exclusive; languages that count UTF-16 units "
        "must convert.\n"
        "- `metadata`, `raw` and `answers` are JSON texts, because no column type holds them.\n"
        "- No marks mean a clean response only where `asks` has `marks`.\n"
        "- Annotators are pseudonyms; nothing else is known of them here.",
        "## What this format cannot hold\n\nNothing: every field of a feedback record has its column.",
    ]


def _agreement(figures: Any) -> str:
    if not figures:
        return "No quality report had been made when it was frozen."
    rows = [[key, "undefined" if value is None else f"{value:.2f}"] for key, value in figures.items()]
    return _table(["category", "Krippendorff's α"], rows)


def _table(head: list[str], rows: list[list[Any]]) -> str:
    lines = [head, ["---"] * len(head), *([_line(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _line(value: Any) -> str:
    """The value on one line of a table, where nothing in it is markup."""
    text = " ".join(str(value).split())
    return text.replace("|", "\\|").replace("<", "&lt;")


def _size(count: int) -> str:
    return next((name for most, name in SIZES if count < most), "n>1M")
