"""Rewards by rule: a wanted length, and no repetition. Cheap, and a guard against what learned rewards are deaf to.

reward.json: {"source": "rules", "categories": [{"key", "density"}], "sequence": {}} and per rule its bounds:
"length": {"least", "most"} in words, for density "sequence": 0 within the bounds, else minus the share that it is off.
"repetition": {"size"}, for "sentence" or "sub_sentence": minus the share of a segment's runs of `size` words that the
response has said before.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotator.domain.segments import Density, segments
from annotator.domain.spans import Span
from training.reward.bundle import check_scored
from training.reward.scores import SegmentScores

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Length:
    least: int
    most: int

    def __call__(self, response: str, spans: Sequence[Span]) -> tuple[float, ...]:
        words = len(response.split())
        off = max(self.least - words, words - self.most, 0)
        return (-min(1.0, off / (self.least if words < self.least else self.most)) if off else 0.0,)


@dataclass(frozen=True, slots=True)
class Repetition:
    size: int

    def __call__(self, response: str, spans: Sequence[Span]) -> tuple[float, ...]:
        seen: set[tuple[str, ...]] = set()
        scores = []
        for span in spans:
            words = _WORD.findall(response[span.start : span.end].lower())
            runs = [tuple(words[at : at + self.size]) for at in range(len(words) - self.size + 1)]
            again = 0
            for run in runs:
                again += run in seen
                seen.add(run)
            scores.append(-again / len(runs) if runs else 0.0)
        return tuple(scores)


@dataclass(frozen=True, slots=True)
class Rules:
    """category key -> at which density, and its rule."""

    rules: Mapping[str, tuple[Density, Length | Repetition]]

    @property
    def categories(self) -> list[str]:
        return list(self.rules)

    def score(
        self, prompts: Sequence[str], responses: Sequence[str], categories: Collection[str] | None = None
    ) -> list[dict[str, SegmentScores]]:
        wanted = self.categories if categories is None else list(categories)
        check_scored(wanted, self.categories)
        return [{key: self._score(key, response) for key in wanted} for response in responses]

    def _score(self, key: str, response: str) -> SegmentScores:
        density, rule = self.rules[key]
        spans = tuple(segments(response, density)) if density != Density.SEQUENCE else (Span(0, len(response)),)
        return SegmentScores(density, spans, rule(response, spans))


def load(folder: Path, body: Mapping[str, Any]) -> Rules:
    """ValueError or KeyError for what is no rule."""
    densities = {item["key"]: Density(item["density"]) for item in body["categories"]}
    found: dict[str, tuple[Density, Length | Repetition]] = {}
    for key, density in densities.items():
        rule = Length(**body["length"]) if key == "length" else Repetition(**body["repetition"])
        if key not in ("length", "repetition") or (key == "length") != (density == Density.SEQUENCE):
            raise ValueError(f"{key!r} of a {density} is no rule; length is of a sequence, repetition of its parts")
        found[key] = (density, rule)
    return Rules(found)
