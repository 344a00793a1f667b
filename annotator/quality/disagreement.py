"""How far the annotators of one example differ."""

from collections.abc import Sequence

from annotator.domain.records import FeedbackRecord
from annotator.domain.taxonomy import Taxonomy
from annotator.quality.differences import disputes
from annotator.quality.grid import cut
from annotator.quality.marks import judged_texts, sentence_marks, word_marks


def disagreement(records: Sequence[FeedbackRecord], taxonomy: Taxonomy) -> float | None:
    """1 - F1 of what its annotators mark, in words of the responses and sentences of the passages, type by type.

    From 0, all the same, to 1, nothing in common. None where no response was judged by two. records: of one example.
    """
    texts = judged_texts(records)
    if not any(len(text.judgements) > 1 for text in texts):
        return None
    words, sentences = cut(word_marks(texts, taxonomy)), cut(sentence_marks(texts, taxonomy))
    found = disputes(words, sentences, {text.example.id: 0 for text in texts})
    return 1 - found[0].f1 if found else 0.0
