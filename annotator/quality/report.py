"""All that a quality report says about a set of records."""

from collections.abc import Mapping, Sequence

from annotator.domain.quality_report import Covers, Figures
from annotator.domain.records import FeedbackRecord
from annotator.domain.taxonomy import Taxonomy
from annotator.quality.agreement import agreement
from annotator.quality.differences import annotator_agreements, disputes, type_confusion
from annotator.quality.grid import cut
from annotator.quality.marks import judged_texts, sentence_marks, word_marks
from annotator.quality.reliability import annotator_weights, reliabilities


def report_figures(
    records: Sequence[FeedbackRecord], taxonomy: Taxonomy, covers: Covers, rows: Mapping[str, int]
) -> Figures:
    """The figures of these records; rows: the number of each example's row by its id. Deterministic."""
    texts = judged_texts(records)
    words, sentences = cut(word_marks(texts, taxonomy)), cut(sentence_marks(texts, taxonomy))
    reliability, _ = reliabilities(texts, taxonomy)
    return Figures(
        covers=covers,
        agreement=agreement(records, taxonomy),
        reliability=reliability,
        weights=annotator_weights(reliability),
        pairs=annotator_agreements(words, sentences, taxonomy),
        confusion=type_confusion(texts, taxonomy),
        disputes=disputes(words, sentences, rows),
    )
