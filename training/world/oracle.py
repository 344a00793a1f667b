"""The oracle: every error of any text in the world, found exactly from the question and the passages alone."""

from collections.abc import Iterable, Mapping

from annotator.domain.labels import segment_labels
from annotator.domain.spans import Span
from annotator.domain.taxonomy import Taxonomy
from training.world.examples import read_facts, read_question
from training.world.language import FILLERS, Claim, claim_of, clauses_of


def judge(example: Mapping, text: str) -> dict:
    """The judgement of `text` as an answer to `example`: `spans` and `missing` as a feedback record has them.

    A clause is irrelevant if it does not say something asked for about the person asked about, repetitive if
    that has been said before, incoherent if it is not a whole clause of the language. Whatever it says, a value
    that differs from the passage's is an inconsistent fact, and one that the passage does not tell is
    unverifiable. An attribute asked for and never stated, rightly or wrongly, is a missing answer.
    """
    requested, subject = read_question(example["question"])
    facts = read_facts(example["passages"])
    said: dict[str, Span] = {}
    spans: list[dict] = []
    for clause in clauses_of(text):
        claim = claim_of(clause, subject) if clause.closed else None
        if claim is None:
            filler = clause.closed and not clause.opens and clause.words in FILLERS
            spans.append(mark(text, clause.span, "irrelevant" if filler else "incoherent"))
            continue
        if claim.name != subject or claim.attribute not in requested:
            spans.append(mark(text, clause.span, "irrelevant"))
        elif claim.attribute in said:
            spans.append(mark(text, clause.span, "repetitive", antecedent=said[claim.attribute]))
        else:
            said[claim.attribute] = clause.span
        spans.extend(_fact_marks(text, claim, facts))
    missing = [
        {"type": "missing_answer", "evidence": [facts[subject, key][1]], "note": ""}
        for key in requested
        if key not in said
    ]
    return {"spans": spans, "missing": missing, "corrected_text": None}


def _fact_marks(text: str, claim: Claim, facts: Mapping) -> list[dict]:
    """The mark of the claimed value if the passage tells another one or none; else nothing."""
    if (claim.name, claim.attribute) not in facts:
        return [mark(text, claim.value_span, "unverifiable_fact")]
    value, where = facts[claim.name, claim.attribute]
    return [] if claim.value == value else [mark(text, claim.value_span, "inconsistent_fact", evidence=[where])]


def mark(text: str, span: Span, type: str, antecedent: Span | None = None, evidence: Iterable[dict] = ()) -> dict:
    """One entry of a judgement's `spans`."""
    return {
        **_quoted(text, span),
        "type": type,
        "antecedent": antecedent and _quoted(text, antecedent),
        "evidence": list(evidence),
        "explanation": "",
    }


def _quoted(text: str, span: Span) -> dict:
    return {"start": span.start, "end": span.end, "quote": text[span.start : span.end]}


def error_count(judgement: Mapping) -> int:
    """How many errors a judgement holds: spans and missing answers alike. Its negative is the oracle's score."""
    return len(judgement["spans"]) + len(judgement["missing"])


def error_rates(pairs: Iterable[tuple[Mapping, str]], taxonomy: Taxonomy) -> dict[str, float]:
    """Rates over (example, response text) pairs: per category key the share of segments that are wrong.

    For a category marked in the response, wrong segments per segment at its density; for completeness, missing
    attributes per attribute asked for. Also `perfect`, the share without any error, and `words` per response.
    """
    wrong: dict[str, int] = {category.key: 0 for category in taxonomy.categories}
    total = dict(wrong)
    perfect = words = count = 0
    for example, text in pairs:
        judgement = judge(example, text)
        marks = [(Span(mark["start"], mark["end"]), mark["type"]) for mark in judgement["spans"]]
        for category in taxonomy.categories:
            if category.types[0].target == "passages":
                found, segments = len(judgement["missing"]), len(read_question(example["question"])[0])
            else:
                labels = [label for label in segment_labels(text, marks, category, taxonomy) if label is not None]
                found, segments = sum(labels), len(labels)
            wrong[category.key] += found
            total[category.key] += segments
        count += 1
        perfect += not error_count(judgement)
        words += len(text.split())
    rates = {key: wrong[key] / max(total[key], 1) for key in wrong}
    return rates | {"perfect": perfect / max(count, 1), "words": words / max(count, 1)}
