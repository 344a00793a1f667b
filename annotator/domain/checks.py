"""Checks of a judgement against the texts it is about and against a taxonomy."""

from collections.abc import Sequence

from annotator.domain.errors import DomainError
from annotator.domain.prompts import Passage
from annotator.domain.records import Evidence, Judgement
from annotator.domain.spans import check_span
from annotator.domain.taxonomy import Taxonomy


def check_judgement(
    judgement: Judgement, responses: Sequence[str], passages: Sequence[Passage], path: str = "judgement"
) -> None:
    """Check every place that the judgement names against the example's texts.

    DomainError span_outside_text or quote_mismatch (spans.check_span), unknown_response, unknown_sentence
    or antecedent_not_before; `path` begins the path of the field that each names.
    """
    if judgement.response >= len(responses):
        raise _wrong(
            "unknown_response", f"{path}.response", f"{judgement.response} is not below {len(responses)}"
        )
    text = responses[judgement.response]
    for index, mark in enumerate(judgement.spans):
        where = f"{path}.spans.{index}"
        check_span(text, mark.start, mark.end, mark.quote, where)
        earlier = mark.antecedent
        if earlier:
            check_span(text, earlier.start, earlier.end, earlier.quote, f"{where}.antecedent")
            if earlier.end > mark.start:
                problem = f"ends at {earlier.end}, after the span's start {mark.start}"
                raise _wrong("antecedent_not_before", f"{where}.antecedent", problem)
        _check_evidence(mark.evidence, passages, f"{where}.evidence")
    for index, missing in enumerate(judgement.missing):
        _check_evidence(missing.evidence, passages, f"{path}.missing.{index}.evidence")


def check_marks(
    judgement: Judgement, taxonomy: Taxonomy, path: str = "judgement", *, needs: bool = True
) -> None:
    """Check each mark's error type: known, of the right target and, if `needs`, with what the type needs.

    DomainError invalid_mark with one field per wrong mark.
    """
    known = {kind.key: kind for kind in taxonomy.types()}
    fields: dict[str, str] = {}
    marks = [
        ("spans", "response", i, mark.type, mark.antecedent, mark.evidence)
        for i, mark in enumerate(judgement.spans)
    ]
    marks += [
        ("missing", "passages", i, mark.type, None, mark.evidence) for i, mark in enumerate(judgement.missing)
    ]
    for part, target, index, key, antecedent, evidence in marks:
        where = f"{path}.{part}.{index}"
        kind = known.get(key)
        if kind is None:
            fields[f"{where}.type"] = f"{key!r} is not in taxonomy {taxonomy.version!r} ({', '.join(known)})"
        elif kind.target != target:
            fields[f"{where}.type"] = f"{key!r} marks the {kind.target}, not the {target}"
        elif needs and kind.needs and not {"antecedent": antecedent, "evidence": evidence}[kind.needs]:
            fields[f"{where}.{kind.needs}"] = f"is missing, but {key!r} needs it"
    if fields:
        field, problem = next(iter(fields.items()))
        raise DomainError("invalid_mark", f"{field}: {problem}", fields)


def _check_evidence(evidence: Sequence[Evidence], passages: Sequence[Passage], path: str) -> None:
    for index, place in enumerate(evidence):
        if not 1 <= place.passage <= len(passages):
            problem = f"passage {place.passage} is not among 1..{len(passages)}"
        elif place.sentence > len(passages[place.passage - 1].sentences):
            last = len(passages[place.passage - 1].sentences)
            problem = f"sentence {place.sentence} of passage {place.passage} is not among 0..{last}"
        else:
            continue
        raise _wrong("unknown_sentence", f"{path}.{index}", problem)


def _wrong(code: str, path: str, problem: str) -> DomainError:
    return DomainError(code, f"{path}: {problem}", {path: problem})
