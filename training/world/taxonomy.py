"""The world's taxonomy: the paper's error types, with every clause a sub-sentence and every error counted."""

from dataclasses import replace

from annotator.domain.segments import SegmentationRule
from annotator.domain.taxonomy import PAPER_TAXONOMY, Taxonomy

# An irrelevant clause whose fact is right must not earn more than it costs: relevance weighs more than factuality.
REWARD_WEIGHTS = {"relevance": 0.5, "factuality": 0.3, "completeness": 0.3}

WORLD_TAXONOMY = Taxonomy(
    version="world-1",
    categories=tuple(
        replace(category, min_words=1, ignored_with=(), reward_weight=REWARD_WEIGHTS[category.key])
        for category in PAPER_TAXONOMY.categories
    ),
    segmentation=SegmentationRule(min_words=1, min_remaining=1),
)
