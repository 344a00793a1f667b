"""Dataset snapshots -> training examples: labelled segments, pairs, demonstrations and prompts."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotator.domain.errors import DomainError
from annotator.domain.feedback import example_from_json, example_split, record_from_json
from annotator.domain.labels import judgement_marks, segment_labels
from annotator.domain.records import Example, FeedbackRecord
from annotator.domain.taxonomy import ErrorCategory, Taxonomy, taxonomy_from_json
from training.runs import file_sha256

SPLITS = ("train", "dev", "test")


@dataclass(frozen=True)
class Snapshot:
    """A frozen dataset, read whole. `splits` gives the side of each example by its id."""

    manifest: dict[str, Any]
    taxonomy: Taxonomy
    examples: dict[str, Example]
    splits: dict[str, str]
    records: list[FeedbackRecord]

    def of_split(self, split: str) -> list[Example]:
        return [example for key, example in self.examples.items() if self.splits[key] == split]


@dataclass(frozen=True, slots=True)
class LabelledResponse:
    """One judged response. targets: category key -> per segment the share of annotators, by weight, who saw an
    error (None: ignored); weight: the sum of the annotators' weights.
    """

    prompt: str
    response: str
    split: str
    targets: Mapping[str, Sequence[float | None]]
    weight: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two responses to one prompt of which `chosen` is better."""

    prompt: str
    chosen: str
    rejected: str
    split: str
    weight: float


def read_snapshot(path: str, sha256: str | None = None) -> Snapshot:
    """Read a snapshot folder and check every hash. `sha256` is that of manifest.json, if known.

    DomainError invalid_dataset if a file is missing or unreadable, dataset_changed if a hash differs.
    """
    folder = Path(path)
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        hashes = {"manifest.json": sha256} if sha256 else {}
        hashes |= manifest["files"]
        for name, expected in hashes.items():
            if file_sha256(folder / name) != expected:
                raise DomainError(
                    "dataset_changed", f"{folder / name} is not the file of the snapshot: its hash differs"
                )
        lines = list(_lines(folder / "examples.jsonl"))
        feedback = list(_lines(folder / "feedback.jsonl")) if "feedback.jsonl" in manifest["files"] else []
    except (OSError, ValueError, KeyError) as error:
        raise DomainError("invalid_dataset", f"{folder} is not a dataset snapshot: {error!r}") from error
    examples = {line["id"]: example_from_json(line) for line in lines}
    splits = {line["id"]: line.get("split") or example_split(examples[line["id"]]) for line in lines}
    records = [record_from_json(line) for line in feedback]
    return Snapshot(manifest, taxonomy_from_json(manifest["taxonomy"]), examples, splits, records)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file)


def labelled_responses(snapshot: Snapshot, categories: Sequence[ErrorCategory]) -> list[LabelledResponse]:
    """Every response that was judged by marks, with its segment labels; several annotations of it are one, with their
    weighted mean. Where no marks were asked for, none do not mean that all is well."""
    judged: dict[tuple[str, str], list[tuple[float, dict[str, list[int | None]]]]] = defaultdict(list)
    for record in snapshot.records:
        for judgement in record.judgements if "marks" in record.asks else ():
            text = record.responses[judgement.response].text
            marks = judgement_marks(judgement)
            labels = {c.key: segment_labels(text, marks, c, snapshot.taxonomy) for c in categories}
            judged[record.example.id, text].append((record.annotator.weight, labels))
    return [
        LabelledResponse(
            snapshot.examples[example].prompt,
            text,
            snapshot.splits[example],
            {c.key: _mean_labels([(weight, labels[c.key]) for weight, labels in votes]) for c in categories},
            sum(weight for weight, _ in votes),
        )
        for (example, text), votes in judged.items()
    ]


def _mean_labels(votes: Sequence[tuple[float, Sequence[int | None]]]) -> list[float | None]:
    means: list[float | None] = []
    for position in range(len(votes[0][1])):
        counted = [
            (weight, label) for weight, labels in votes if (label := labels[position]) is not None and weight > 0
        ]
        total = sum(weight for weight, _ in counted)
        means.append(sum(weight * label for weight, label in counted) / total if counted else None)
    return means


def preference_pairs(snapshot: Snapshot) -> list[Pair]:
    """One pair per comparison that is not a tie."""
    pairs = []
    for record in snapshot.records:
        example = record.example.id
        for comparison in record.comparisons:
            if comparison.preferred == "tie":
                continue
            order = (comparison.first, comparison.second)
            chosen, rejected = order if comparison.preferred == "first" else reversed(order)
            pairs.append(
                Pair(
                    snapshot.examples[example].prompt,
                    record.responses[chosen].text,
                    record.responses[rejected].text,
                    snapshot.splits[example],
                    record.annotator.weight,
                )
            )
    return pairs


def demonstrations(snapshot: Snapshot, split: str) -> list[tuple[str, str]]:
    """(prompt, reference) of the examples that have a reference. DomainError empty_dataset if none has."""
    found = [(e.prompt, e.reference) for e in snapshot.of_split(split) if e.reference]
    if not found and split == "train":
        raise DomainError(
            "empty_dataset",
            f"dataset {snapshot.manifest.get('name')!r} has {len(snapshot.of_split(split))} examples to train on, none "
            "with a reference answer",
        )
    return found
