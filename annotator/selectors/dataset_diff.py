"""What changed from one dataset to another: examples and annotations added, removed and changed, and their counts."""

import hashlib
from collections.abc import Iterable
from typing import Any

import orjson

from annotator.domain.errors import DomainError
from annotator.models import Dataset, DatasetKind
from annotator.selectors.datasets import verified

ITEMS = 100
COUNTS = ("spans", "missing", "comparisons", "splits")

Known = dict[str, tuple[bytes, str, str]]


def dataset_diff(*, old: Dataset, new: Dataset) -> dict[str, Any]:
    """From `old` to `new`: {"examples", "records": {"added", "removed", "changed": {"count", "items": the first ITEMS
    as {"id", "example", "question"}}}, "counts": [{"group", "key", "old", "new"}]}.

    An annotation is known by its record id, an example by its id. Holds a hash of each. DomainError other_project, or
    dataset_damaged.
    """
    if old.project_id != new.project_id:
        problem = f"dataset {old.name!r} is of another project than {new.name!r}"
        raise DomainError("other_project", f"since: {problem}", {"since": problem})
    groups: dict[str, Any] = {"examples": _compared(_examples(old), _examples(new))}
    groups["records"] = _compared(_records(old), _records(new))
    return {**groups, "counts": _counts(old.manifest["counts"], new.manifest["counts"])}


def _counts(old: dict[str, Any], new: dict[str, Any]) -> list[dict[str, Any]]:
    totals = [("totals", key, old.get(key, 0), new.get(key, 0)) for key in ("examples", "records")]
    parts = [
        (group, key, old[group].get(key, 0), new[group].get(key, 0))
        for group in COUNTS
        for key in dict.fromkeys([*old[group], *new[group]])
    ]
    names = ("group", "key", "old", "new")
    return [dict(zip(names, row, strict=True)) for row in totals + parts]


def _compared(old: Known, new: Known) -> dict[str, Any]:
    return {
        "added": _items(new, (key for key in new if key not in old)),
        "removed": _items(old, (key for key in old if key not in new)),
        "changed": _items(new, (key for key in new if key in old and old[key][0] != new[key][0])),
    }


def _items(known: Known, keys: Iterable[str]) -> dict[str, Any]:
    every = list(keys)
    items = [{"id": key, "example": known[key][1], "question": known[key][2]} for key in every[:ITEMS]]
    return {"count": len(every), "items": items}


def _examples(dataset: Dataset) -> Known:
    with verified(dataset, "examples.jsonl").open("rb") as file:
        known = {}
        for line in file:
            body = orjson.loads(line)
            known[body["id"]] = (hashlib.sha256(line).digest(), body["id"], _short(body["question"]))
        return known


def _records(dataset: Dataset) -> Known:
    if dataset.kind != DatasetKind.FEEDBACK:
        return {}
    with verified(dataset, "feedback.jsonl").open("rb") as file:
        known = {}
        for line in file:
            body = orjson.loads(line)
            example = body["example"]
            known[body["record_id"]] = (hashlib.sha256(line).digest(), example["id"], _short(example["question"]))
        return known


def _short(question: str) -> str:
    return question if len(question) <= 120 else question[:119] + "…"
