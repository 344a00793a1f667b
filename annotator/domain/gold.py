"""Gold: the known answer to an example that people judge without knowing that it is known.

It is written as the example, the responses, the judgements and the comparisons of a feedback record
(feedback.schema.json); what else a record holds is ignored, so that a line of an export may become gold.
"""

from collections.abc import Sequence
from typing import Any

from annotator.domain.checks import check_marks
from annotator.domain.desk import Qualification
from annotator.domain.errors import DomainError
from annotator.domain.feedback import record_from_json
from annotator.domain.lessons import NAMES, REST
from annotator.domain.records import Comparison, FeedbackRecord, Judgement
from annotator.domain.scoring import FIGURES, Tally, comparison_signs, review_judgement
from annotator.domain.taxonomy import Taxonomy

PARTS = (*NAMES, "comparisons")


def gold_from_json(body: Any, taxonomy: Taxonomy) -> FeedbackRecord:
    """Read gold; DomainError invalid_record naming each field that is wrong, invalid_mark for a mark whose type the
    taxonomy does not have."""
    if not isinstance(body, dict):
        raise DomainError("invalid_record", "record: is not an object", {"record": "is not an object"})
    record = record_from_json({**REST, **{name: body[name] for name in PARTS if name in body}})
    if not record.judgements and not record.comparisons:
        problem = "are empty, and so are comparisons: there is nothing to compare an answer with"
        raise DomainError("invalid_record", f"judgements: {problem}", {"judgements": problem})
    for index, judgement in enumerate(record.judgements):
        check_marks(judgement, taxonomy, f"judgements.{index}", needs=False)
    return record


def gold_tally(given: Sequence[Judgement], gold: Sequence[Judgement]) -> Tally:
    """The marks of those responses that both are about."""
    mine = {judgement.response: judgement for judgement in given}
    pairs = [(mine[each.response], each) for each in gold if each.response in mine]
    return sum((review_judgement(*pair).tally for pair in pairs), Tally())


def reaches(tally: Tally, bounds: Qualification) -> bool:
    """Whether marks come as close to gold as a qualification asks for."""
    # Rounded, so that a sum of thirds that should reach a bound does.
    return all(round(getattr(tally, name), 9) >= getattr(bounds, name) for name in FIGURES)


def prefers_alike(given: Sequence[Comparison], gold: Sequence[Comparison]) -> bool:
    """Whether every pair that gold compares is compared with the same outcome, by however much."""
    mine = comparison_signs(given)
    return all(mine.get(pair, sign) == sign for pair, sign in comparison_signs(gold).items())
