"""Dataset snapshots -> training examples: labelled segments, pairs, demonstrations and prompts."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from annotator.domain.errors import DomainError
from annotator.domain.feedback import example_from_json, example_split, record_from_json
from annotator.domain.labels import judgement_marks, segment_labels
from annotator.domain.records import Example, FeedbackRecord
from annotator.domain.taxonomy import ErrorCategory, Taxonomy, taxonomy_from_json
from training.runs import file_sha256

SPLITS = ("train", "dev", "test")

# Several annotations of one thing: kept as shares of their weight, or made one by what most of the weight says.
Labels = Literal["soft", "majority"]
Half = Literal["all", "first", "second"]


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

    def half(self, which: Half) -> "Snapshot":
        """With one half of the training examples, or all; what is held out stays whole.

        By a hash of the prompt, so that examples of one prompt are in the same half, and no half depends on which other
        examples there are.
        """
        if which == "all":
            return self
        kept = {
            key: example
            for key, example in self.examples.items()
            if self.splits[key] != "train" or _half_of(example.prompt) == which
        }
        records = [record for record in self.records if record.example.id in kept]
        return Snapshot(self.manifest, self.taxonomy, kept, {key: self.splits[key] for key in kept}, records)


def _half_of(prompt: str) -> Half:
    return "first" if hashlib.sha256(f"half {prompt}".encode()).digest()[0] < 128 else "second"


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
    """Two responses to one prompt of which `chosen` is better, or neither (`tie`). strength: by how much, the weighted
    mean of what was said (1 slightly, 3 greatly), 0 if nobody said."""

    prompt: str
    chosen: str
    rejected: str
    split: str
    weight: float
    tie: bool = False
    strength: float = 0.0


@dataclass(frozen=True, slots=True)
class Vote:
    """What one annotator says of two responses (by index) of a record: better > 0 if the first one is, 0 for a tie."""

    record: FeedbackRecord
    first: int
    second: int
    better: float
    strength: int | None = None


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


def labelled_responses(
    snapshot: Snapshot, categories: Sequence[ErrorCategory], labels: Labels = "soft"
) -> list[LabelledResponse]:
    """Every response that was judged by marks, with its segment labels; several annotations of it are one, with their
    weighted mean, or ("majority") with 1 where at least half of the weight saw an error, else 0. Where no marks were
    asked for, none do not mean that all is well."""
    judged: dict[tuple[str, str], list[tuple[float, dict[str, list[int | None]]]]] = defaultdict(list)
    for record in snapshot.records:
        for judgement in record.judgements if "marks" in record.asks else ():
            text = record.responses[judgement.response].text
            marks = judgement_marks(judgement)
            found = {c.key: segment_labels(text, marks, c, snapshot.taxonomy) for c in categories}
            judged[record.example.id, text].append((record.annotator.weight, found))
    return [
        LabelledResponse(
            snapshot.examples[example].prompt,
            text,
            snapshot.splits[example],
            {c.key: _mean_labels([(weight, found[c.key]) for weight, found in votes], labels) for c in categories},
            sum(weight for weight, _ in votes),
        )
        for (example, text), votes in judged.items()
    ]


def _mean_labels(votes: Sequence[tuple[float, Sequence[int | None]]], labels: Labels) -> list[float | None]:
    means: list[float | None] = []
    for position in range(len(votes[0][1])):
        counted = [
            (weight, label) for weight, found in votes if (label := found[position]) is not None and weight > 0
        ]
        total = sum(weight for weight, _ in counted)
        mean = sum(weight * label for weight, label in counted) / total if counted else None
        means.append(mean if mean is None or labels == "soft" else float(mean >= 0.5))
    return means


def preference_pairs(snapshot: Snapshot, *, ties: bool = False, labels: Labels = "soft") -> list[Pair]:
    """Pairs from comparisons, boards of ranked responses included: a board is stored as all its comparisons."""
    signs = {"first": 1, "second": -1, "tie": 0}
    votes = [
        Vote(record, c.first, c.second, signs[c.preferred], c.strength)
        for record in snapshot.records
        for c in record.comparisons
    ]
    return pairs_of(votes, snapshot, ties=ties, labels=labels)


def pairs_of(votes: Iterable[Vote], snapshot: Snapshot, *, ties: bool, labels: Labels) -> list[Pair]:
    """Votes of all annotators on the same two texts, together.

    "soft": one pair per outcome (this one better, that one, a tie), with the weight of those who say so: the loss then
    is the cross-entropy with their shares. "majority": the outcome that has most weight alone, with that of all; a draw
    is a tie. Without `ties` those pairs are left out.
    """
    said: dict[tuple[str, str, str], dict[int, list[tuple[float, int | None]]]] = defaultdict(lambda: defaultdict(list))
    for vote in votes:
        texts = [vote.record.responses[index].text for index in (vote.first, vote.second)]
        sign = (vote.better > 0) - (vote.better < 0)
        if (vote.record.example.id, texts[1], texts[0]) in said:
            texts, sign = texts[::-1], -sign
        said[vote.record.example.id, texts[0], texts[1]][sign].append((vote.record.annotator.weight, vote.strength))
    return [
        Pair(
            snapshot.examples[example].prompt,
            *((first, second) if sign >= 0 else (second, first)),
            snapshot.splits[example],
            weight,
            sign == 0,
            strength,
        )
        for (example, first, second), found in said.items()
        for sign, weight, strength in _outcomes(found, labels)
        if ties or sign
    ]


def _outcomes(
    found: Mapping[int, Sequence[tuple[float, int | None]]], labels: Labels
) -> list[tuple[int, float, float]]:
    """(sign, weight, mean strength) of each outcome that counts."""
    weights = {sign: sum(weight for weight, _ in votes) for sign, votes in found.items()}
    if labels == "majority":
        most = [sign for sign, weight in weights.items() if weight == max(weights.values())]
        weights = {most[0] if len(most) == 1 else 0: sum(weights.values())}
    return [(sign, weight, _mean_strength(found.get(sign, ())) if sign else 0.0) for sign, weight in weights.items()]


def _mean_strength(votes: Sequence[tuple[float, int | None]]) -> float:
    counted = [(weight, strength) for weight, strength in votes if strength is not None and weight > 0]
    total = sum(weight for weight, _ in counted)
    return sum(weight * strength for weight, strength in counted) / total if counted else 0.0


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
