"""How well reliability is estimated and labels are aggregated, on annotators whose reliability is known.

    make bench-quality [DATA=qa-feedback file] [SEED=0]

Annotators of skill 0.25 to 0.95 judge texts whose errors are known (tests/annotator/quality/simulation.py): made ones,
or with DATA the responses of that file, for which its own annotations are taken as the truth. For several numbers of
annotators and of judgements per text it prints the correlation of the estimated with the true reliability, over
annotators and averaged over categories, and the error of labels (words by type and missing sentences) by majority vote
and as aggregated. Writes .redpen/reports/bench-quality.json. Exits with 1 if aggregated labels are worse than the
majority's by more than two standard errors, or if reliability on made texts is not followed.
"""

import argparse
import json
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np

from annotator.domain.formats.qa_feedback import items_to_records
from annotator.domain.records import Annotator, FeedbackRecord, Judgement, MissingMark, SpanMark
from annotator.domain.taxonomy import PAPER_TAXONOMY, Taxonomy
from annotator.quality.adjudication import adjudicated_records, learn_models
from annotator.quality.marks import judged_texts, sentence_marks, sentence_places, word_bounds, word_marks
from annotator.quality.reliability import annotator_weights, reliabilities
from tests.annotator.quality.simulation import World, simulate

ANNOTATORS, EACH, TEXTS = (6, 12, 24), (2, 3, 5), 200
LEAST_CORRELATION = 0.8
REPORT = Path(".redpen/reports/bench-quality.json")
Labels = set[tuple[str, int, str]]


@dataclass(frozen=True)
class Row:
    """Correlations over annotators; errors in wrong labels per 1,000 judged ones, and how much better the aggregated
    ones are, with its standard error over texts."""

    texts: str
    annotators: int
    each: int
    dawid_skene: float
    mace: float
    weights: float
    majority_error: float
    aggregated_error: float
    better: float
    noise: float

    @property
    def worse(self) -> bool:
        return self.better < -2 * self.noise

    @property
    def lost(self) -> bool:
        return self.texts == "made" and self.each > 2 and min(self.dawid_skene, self.weights) < LEAST_CORRELATION


def measure(texts: str, world: World, annotators: int, each: int) -> Row:
    """All figures of one world."""
    taxonomy, names = PAPER_TAXONOMY, sorted(world.skill)
    found, _ = reliabilities(judged_texts(world.records), taxonomy)
    truth = true_informedness(world, taxonomy)
    known = [row for row in found if row.informedness is not None and (row.annotator, row.category) in truth]
    by_category = [[row for row in known if row.category == key] for key in {row.category for row in known}]
    weights = annotator_weights(found)

    def follows(name: str) -> float:
        pairs = [
            ([getattr(row, name) for row in rows], [truth[row.annotator, row.category] for row in rows])
            for rows in by_category
        ]
        return float(np.mean([np.corrcoef(*pair)[0, 1] for pair in pairs]))

    majority, aggregated = errors_by_text(world, weights, taxonomy)
    better = majority - aggregated
    return Row(
        texts,
        annotators,
        each,
        follows("informedness"),
        follows("competence"),
        float(np.corrcoef([weights[name] for name in names], [world.skill[name] for name in names])[0, 1]),
        float(majority.mean()),
        float(aggregated.mean()),
        float(better.mean()),
        float(better.std(ddof=1) / np.sqrt(len(better))),
    )


def true_informedness(world: World, taxonomy: Taxonomy) -> dict[tuple[str, str], float]:
    """Sensitivity + specificity - 1 by annotator and category, from the gold that no estimate sees."""
    category = {kind.key: each.key for each in taxonomy.categories for kind in each.types}
    gold = {record.example.id: (record, labels(record)) for record in world.gold}
    counts: dict[tuple[str, str], np.ndarray] = {}
    for record in world.records:
        truth, right = gold[record.example.id]
        given = labels(record)
        for each in taxonomy.categories:
            said, true = (
                {(place, number) for place, number, kind in found if category[kind] == each.key}
                for found in (given, right)
            )
            units = unit_count(truth, any(kind.target == "passages" for kind in each.types))
            row = counts.setdefault((record.annotator.pseudonym, each.key), np.zeros(4))
            row += (len(said & true), len(true), len(said - true), units - len(true))
    return {
        key: float(hit / true - wrong / clean) for key, (hit, true, wrong, clean) in counts.items() if true and clean
    }


def errors_by_text(world: World, weights: dict[str, float], taxonomy: Taxonomy) -> tuple[np.ndarray, np.ndarray]:
    """(texts,) each: wrong labels per 1,000, by majority vote and as aggregated with these weights."""
    weighted = [
        replace(each, annotator=Annotator(each.annotator.pseudonym, weights[each.annotator.pseudonym]))
        for each in world.records
    ]
    aggregated = {
        each.example.id: each for each in adjudicated_records(weighted, taxonomy, learn_models(weighted, taxonomy))
    }
    groups: dict[str, list[FeedbackRecord]] = {}
    for record in world.records:
        groups.setdefault(record.example.id, []).append(record)
    kinds = [len([kind for kind in taxonomy.types() if kind.target == target]) for target in ("response", "passages")]
    rows = []
    for truth in world.gold:
        group = [labels(each) for each in groups[truth.example.id]]
        majority = {label for each in group for label in each if 2 * sum(label in said for said in group) > len(group)}
        asked = unit_count(truth, False) * kinds[0] + unit_count(truth, True) * kinds[1]
        wrong = [len(labels(truth) ^ found) for found in (majority, labels(aggregated[truth.example.id]))]
        rows.append([1000 * each / asked for each in wrong])
    return np.array(rows)[:, 0], np.array(rows)[:, 1]


def labels(record: FeedbackRecord) -> Labels:
    """What a record marks: ("word" or "sentence", number, type)."""
    texts = judged_texts([record])
    words, sentences = word_marks(texts, PAPER_TAXONOMY), sentence_marks(texts, PAPER_TAXONOMY)
    return {
        (name, number, marks.types[kind])
        for name, marks in (("word", words), ("sentence", sentences))
        for start, end, kind in zip(marks.mark_start, marks.mark_end, marks.mark_type, strict=True)
        for number in range(start, end)
    }


def unit_count(record: FeedbackRecord, passages: bool) -> int:
    return len(sentence_places(record.example)) + 1 if passages else len(word_bounds(record.responses[0].text)[0])


def simulate_on(gold: Sequence[FeedbackRecord], annotators: int, each: int, seed: int) -> World:
    """As simulation.simulate, on texts that there are: someone of skill s sees a mark with probability s, with an end
    moved by a word or two with probability (1 - s) / 2, and invents 1.5 (1 - s) spans and 0.7 (1 - s) missing
    sentences per text."""
    rng = np.random.default_rng(seed)
    names = [f"annotator {number:02}" for number in range(annotators)]
    skill = dict(zip(names, np.linspace(0.25, 0.95, annotators).tolist(), strict=True))
    kinds = [kind.key for kind in PAPER_TAXONOMY.types() if kind.target == "response"]
    gone = [kind.key for kind in PAPER_TAXONOMY.types() if kind.target == "passages"]
    records = []
    for truth in gold:
        text, places = truth.responses[0].text, sentence_places(truth.example)
        starts, ends = word_bounds(text)
        for index in rng.permutation(annotators)[:each]:
            s, spans = skill[names[index]], []
            for mark in truth.judgements[0].spans:
                if rng.random() < s:
                    moved = (rng.random(2) < (1 - s) / 2) * rng.integers(-2, 3, size=2)
                    first, last = bisect_right(ends, mark.start) + moved[0], bisect_left(starts, mark.end) + moved[1]
                    spans.append((int(first), int(last), mark.type))
            for _ in range(rng.poisson(1.5 * (1 - s))):
                first = int(rng.integers(len(starts)))
                spans.append((first, first + int(rng.integers(1, 9)), kinds[rng.integers(len(kinds))]))
            missing = [mark for mark in truth.judgements[0].missing if rng.random() < s]
            missing += [
                MissingMark(gone[rng.integers(len(gone))], (places[rng.integers(len(places))],))
                for _ in range(rng.poisson(0.7 * (1 - s)) if places else 0)
            ]
            marks = [_mark(text, starts, ends, *span) for span in spans]
            judgement = Judgement(0, tuple(marks), tuple(missing))
            name = f"{len(records):032x}"
            records.append(replace(truth, record_id=name, judgements=(judgement,), annotator=Annotator(names[index])))
    return World(records, list(gold), skill)


def _mark(text: str, starts: Sequence[int], ends: Sequence[int], first: int, last: int, kind: str) -> SpanMark:
    first = min(max(first, 0), len(starts) - 1)
    last = min(max(last, first + 1), len(starts))
    return SpanMark(starts[first], ends[last - 1], text[starts[first] : ends[last - 1]], kind)


def real_texts(path: Path) -> list[FeedbackRecord]:
    """The records of a qa-feedback file, each with its first judged response alone."""
    records = items_to_records(json.loads(path.read_text("utf-8")))
    return [
        replace(each, responses=each.responses[:1], judgements=each.judgements[:1], comparisons=(), display_order=None)
        for each in records
        if each.judgements and each.judgements[0].response == 0 and each.responses[0].text.strip()
    ]


def rows(seed: int, data: Path | None, sizes: Iterable[tuple[int, int]], texts: int) -> Iterable[Row]:
    gold = real_texts(data)[:texts] if data else []
    for annotators, each in sizes:
        yield measure("made", simulate(texts, annotators, each, seed), annotators, each)
        if gold:
            yield measure("real", simulate_on(gold, annotators, each, seed), annotators, each)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print("            judgements | correlation with the truth | wrong labels per 1,000")
    print("texts people  per text | Dawid-Skene  MACE  weights | majority  aggregated   better")
    found = []
    for row in rows(options.seed, options.data, product(ANNOTATORS, EACH), TEXTS):
        found.append(row)
        print(
            f"{row.texts:<5} {row.annotators:>6} {row.each:>9} | {row.dawid_skene:>11.2f} {row.mace:>5.2f} "
            f"{row.weights:>8.2f} | {row.majority_error:>8.2f} {row.aggregated_error:>11.2f} "
            f"{row.better:>7.2f} ± {row.noise:.2f}{'  WORSE' if row.worse else ''}{'  LOST' if row.lost else ''}",
            flush=True,
        )
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    body = {"seed": options.seed, "texts": TEXTS, "rows": [asdict(row) for row in found]}
    REPORT.write_text(json.dumps(body, indent=1))
    return int(any(row.worse or row.lost for row in found))


if __name__ == "__main__":
    sys.exit(main())
