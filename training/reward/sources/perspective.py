"""Toxicity by Google's Perspective API, sentence by sentence, as in Wu et al. 2023, section 3.

reward.json: {"source": "perspective", "categories": [{"key", "density": "sentence"}], "sequence": {},
"attribute": "TOXICITY", "language": "en", "per_second": 1, "cache": folder}. The key is read from PERSPECTIVE_API_KEY
and kept nowhere; PERSPECTIVE_URL names another server that speaks the API. What was asked once is answered from the
cache, a file per text under its hash, here and in later runs.
"""

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotator.domain.errors import DomainError
from training.reward.sources.sequences import SequenceSource, sequence_source
from training.reward.sources.wire import post_json

ADDRESS = "https://commentanalyzer.googleapis.com"
KEY, OTHER = "PERSPECTIVE_API_KEY", "PERSPECTIVE_URL"
TRIES, TIMEOUT = 8, 30.0
LONGEST = 20_480  # bytes of a comment


@dataclass
class Perspective:
    """Scores texts, 0 (harmless) to 1; the prompt is not asked about. At most `per_second` requests, evenly."""

    attribute: str
    language: str
    per_second: float
    cache: Path
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    next_at: float = field(default=0.0, init=False)

    def __call__(self, prompts: Sequence[str], texts: Sequence[str]) -> list[float]:
        known = {text: self._score(text) for text in dict.fromkeys(texts)}
        return [known[text] for text in texts]

    def _score(self, text: str) -> float:
        if not text.strip():
            return 0.0
        asked = json.dumps([self.attribute, self.language, text])
        path = self.cache / f"{hashlib.sha256(asked.encode()).hexdigest()}.json"
        if path.is_file():
            return float(json.loads(path.read_text(encoding="utf-8"))["score"])
        score = self._ask(text)
        self.cache.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(f".{os.getpid()}.tmp")
        aside.write_text(json.dumps({"score": score}), encoding="utf-8")
        aside.rename(path)
        return score

    def _ask(self, text: str) -> float:
        key = os.environ.get(KEY)
        if not key:
            raise DomainError("no_key", f"the Perspective API wants a key: set {KEY}", {"reward": f"{KEY} is not set"})
        now = self.clock()
        if now < self.next_at:
            self.sleep(self.next_at - now)
        self.next_at = max(now, self.next_at) + 1 / self.per_second
        url = f"{os.environ.get(OTHER, ADDRESS)}/v1alpha1/comments:analyze?key={key}"
        body = {
            "comment": {"text": text.encode()[:LONGEST].decode(errors="ignore")},
            "languages": [self.language],
            "requestedAttributes": {self.attribute: {}},
            "doNotStore": True,
        }
        answer = post_json(url, body, {}, tries=TRIES, timeout=TIMEOUT, sleep=self.sleep)
        try:
            return float(answer["attributeScores"][self.attribute]["summaryScore"]["value"])
        except (KeyError, TypeError, ValueError) as error:
            raise DomainError("source_refused", f"the Perspective API answered what is no score: {error!r}") from error


def load(folder: Path, body: Mapping[str, Any]) -> SequenceSource:
    """ValueError or KeyError for settings that are none."""
    per_second = float(body.get("per_second", 1))
    if not per_second > 0:
        raise ValueError(f"per_second is {per_second}; it must be above 0")
    scorer = Perspective(
        str(body.get("attribute", "TOXICITY")),
        str(body.get("language", "en")),
        per_second,
        Path(body.get("cache") or folder / "perspective-cache"),
    )
    return sequence_source(scorer, body, bad=True)
