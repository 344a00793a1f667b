"""A scorer behind HTTP: any model, anywhere, that answers with scores by segment.

reward.json: {"source": "http", "url", "categories": [{"key", "density"}], "sequence": {}, "batch": 64}. It is POSTed
{"items": [{"prompt", "response", "segments": {key: [[start, end], …]}}], "categories": [key, …]}, offsets in code
points, and answers {"scores": [{key: [number per segment]}]}, in order. With REWARD_TOKEN in the environment requests
carry it as a bearer token.
"""

import math
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotator.domain.errors import DomainError
from annotator.domain.segments import Density, segments
from annotator.domain.spans import Span
from training.reward.bundle import check_scored
from training.reward.scores import SegmentScores
from training.reward.sources.wire import post_json

TRIES, TIMEOUT = 6, 120.0


@dataclass(frozen=True, slots=True)
class HttpSource:
    url: str
    densities: Mapping[str, Density]
    batch: int

    @property
    def categories(self) -> list[str]:
        return list(self.densities)

    def score(
        self, prompts: Sequence[str], responses: Sequence[str], categories: Collection[str] | None = None
    ) -> list[dict[str, SegmentScores]]:
        wanted = self.categories if categories is None else list(categories)
        check_scored(wanted, self.categories)
        found: list[dict[str, SegmentScores]] = []
        for start in range(0, len(responses), self.batch):
            part = slice(start, start + self.batch)
            found += self._score(prompts[part], responses[part], wanted)
        return found

    def _score(
        self, prompts: Sequence[str], responses: Sequence[str], wanted: Sequence[str]
    ) -> list[dict[str, SegmentScores]]:
        spans = [{key: _spans(text, self.densities[key]) for key in wanted} for text in responses]
        items = [
            {
                "prompt": prompt,
                "response": text,
                "segments": {key: [[span.start, span.end] for span in found] for key, found in row.items()},
            }
            for prompt, text, row in zip(prompts, responses, spans, strict=True)
        ]
        token = os.environ.get("REWARD_TOKEN")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = post_json(
            self.url, {"items": items, "categories": wanted}, headers, tries=TRIES, timeout=TIMEOUT
        )
        try:
            return [
                {key: _checked(self.densities[key], row[key], scores[key]) for key in wanted}
                for row, scores in zip(spans, answer["scores"], strict=True)
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise DomainError("source_refused", f"{self.url} answered what are no scores: {error!r}") from error


def _spans(text: str, density: Density) -> tuple[Span, ...]:
    return (Span(0, len(text)),) if density == Density.SEQUENCE else tuple(segments(text, density))


def _checked(density: Density, spans: tuple[Span, ...], scores: Sequence[Any]) -> SegmentScores:
    values = tuple(float(score) for score in scores)
    if len(values) != len(spans) or not all(map(math.isfinite, values)):
        raise ValueError(f"{scores!r} for {len(spans)} segments")
    return SegmentScores(density, spans, values)


def load(folder: Path, body: Mapping[str, Any]) -> HttpSource:
    """ValueError or KeyError for an address that is none."""
    url = str(body["url"])
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"url is {url!r}; it must begin with http:// or https://")
    densities = {item["key"]: Density(item["density"]) for item in body["categories"]}
    return HttpSource(url, densities, max(1, int(body.get("batch", 64))))
