"""A trained reward: the artefact of a reward job, loaded as one scorer."""

from collections.abc import Collection, Sequence
from pathlib import Path

from training.reward.scores import SegmentScores


class RewardBundle:
    """Everything a reward job trained: one segment model with a head per category, and sequence models by name."""

    @property
    def categories(self) -> list[str]:
        """Category keys that can be scored, "preference" included if it was trained."""
        raise NotImplementedError

    def score(
        self, prompts: Sequence[str], responses: Sequence[str], categories: Collection[str] | None = None
    ) -> list[dict[str, SegmentScores]]:
        """Scores of each response to its prompt (the exact texts that the policy read and wrote), all or some categories.

        Segment categories: +1 for a segment without error, -1 with one. Sequence models: (s - mean) / std by the mean and
        standard deviation over their training pairs.
        """
        raise NotImplementedError


def load_bundle(folder: Path) -> RewardBundle:
    """DomainError invalid_model if the folder holds no reward bundle."""
    raise NotImplementedError
