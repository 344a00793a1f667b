"""Sources of rewards, by the name that a reward folder's reward.json gives under "source".

A source is a file here with `load(folder, body) -> Source`, and a line below.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from annotator.domain.errors import DomainError
from training.reward.artifact import load_bundle
from training.reward.scores import SegmentScores
from training.reward.sources import classifier, http, perspective, rules


class Source(Protocol):
    """What scores responses, whatever is behind it."""

    @property
    def categories(self) -> Sequence[str]:
        """Keys that can be scored."""
        ...

    def score(
        self, prompts: Sequence[str], responses: Sequence[str], categories: Collection[str] | None = None
    ) -> list[dict[str, SegmentScores]]:
        """Per response its scores by category, all or some. DomainError unknown_category."""
        ...


LOADERS: Mapping[str, Callable[[Path, Mapping[str, Any]], Source]] = {
    "models": lambda folder, _: load_bundle(folder),
    "perspective": perspective.load,
    "classifier": classifier.load,
    "rules": rules.load,
    "http": http.load,
}


def load_source(folder: str | Path) -> Source:
    """The source that a reward folder describes. DomainError invalid_model if it describes none that works here."""
    folder = Path(folder)
    try:
        body = json.loads((folder / "reward.json").read_text(encoding="utf-8"))
        name = body.get("source", "models")
        if name not in LOADERS:
            raise ValueError(f"source is {name!r}; it must be one of {', '.join(LOADERS)}")
        return LOADERS[name](folder, body)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"{folder} does not describe a source of rewards: {error!r}"
        raise DomainError("invalid_model", message, {"reward": str(folder)}) from error
