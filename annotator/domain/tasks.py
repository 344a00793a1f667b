"""Checks of what was submitted against what the desk asks for."""

from collections.abc import Sequence
from itertools import combinations

from annotator.domain.checks import check_judgement, check_marks
from annotator.domain.desk import Desk
from annotator.domain.errors import DomainError
from annotator.domain.feedback import judgement_from_json
from annotator.domain.prompts import Passage
from annotator.domain.questions import check_answers
from annotator.domain.records import Comparison, Json, Judgement
from annotator.domain.spans import overlaps, text_sha256
from annotator.domain.taxonomy import Taxonomy


def judgements_submitted(
    bodies: Sequence[Json],
    *,
    judged: Sequence[int],
    texts: Sequence[str],
    passages: Sequence[Passage],
    taxonomy: Taxonomy,
    desk: Desk,
    corrections: bool = False,
    finished: bool = True,
) -> list[Judgement]:
    """Read what was said about the responses that were to be `judged`, and check it against texts, taxonomy and desk.

    texts: of all the example's responses. finished: whether it must be all that the desk asks for. DomainError
    judgements_incomplete unless each is judged once, text_changed, or what the checks of domain.checks and check_task
    raise.
    """
    told = [body["response"] for body in bodies]
    if sorted(told) != sorted(judged):
        problem = f"are about the responses {told}; asked for are {list(judged)}, each once"
        raise _wrong("judgements_incomplete", "judgements", problem)
    judgements = []
    for index, body in enumerate(bodies):
        path, judgement = f"judgements.{index}", judgement_from_json(body)
        text = texts[judgement.response]
        if body["text_sha256"] != (sha256 := text_sha256(text)):
            problem = f"is {body['text_sha256']}, but response {judgement.response} is {sha256}"
            raise _wrong("text_changed", f"{path}.text_sha256", problem)
        check_judgement(judgement, texts, passages, path)
        check_marks(judgement, taxonomy, path, needs=finished and desk.needs == "required")
        if finished:
            check_task(judgement, desk, text, path, corrections=corrections)
        judgements.append(judgement)
    return judgements


def check_task(judgement: Judgement, desk: Desk, text: str, path: str, *, corrections: bool) -> None:
    """Check a judgement of this text for what the desk asks for, and for no more.

    `corrections`: whether a text that has errors must be corrected, if corrections are asked for. DomainError
    not_asked, spans_overlap, correction_unchanged, correction_without_marks, correction_required, or what
    questions.check_answers raises.
    """
    for name, marks in (("spans", judgement.spans), ("missing", judgement.missing)):
        if marks and "marks" not in desk.asks:
            raise _wrong("not_asked", f"{path}.{name}", "holds marks, but none are asked for")
    if desk.overlap == "forbid":
        _check_overlaps(judgement, path)
    _check_correction(judgement, desk, text, f"{path}.corrected_text", required=corrections)
    check_answers(desk.questions, judgement, path)


def check_comparisons(comparisons: Sequence[Comparison], desk: Desk, count: int, *, finished: bool = True) -> None:
    """Check that all pairs of `count` responses are compared, each once, if the desk asks for that; else none.

    finished: whether none of them may be left out. DomainError not_asked, invalid_comparison or comparisons_incomplete.
    """
    if comparisons and "comparison" not in desk.asks:
        raise _wrong("not_asked", "comparisons", "holds comparisons, but none are asked for")
    seen: set[tuple[int, ...]] = set()
    for index, item in enumerate(comparisons):
        pair = tuple(sorted({item.first, item.second}))
        if len(pair) < 2 or pair[-1] >= count:
            problem = f"{item.first} and {item.second} are not two of {count} responses"
            raise _wrong("invalid_comparison", f"comparisons.{index}", problem)
        if pair in seen:
            raise _wrong("invalid_comparison", f"comparisons.{index}", f"compares {list(pair)} a second time")
        if item.strength is not None and item.preferred == "tie":
            problem = f"is {item.strength}, but a tie has none"
            raise _wrong("invalid_comparison", f"comparisons.{index}.strength", problem)
        seen.add(pair)
    wanted = list(combinations(range(count), 2)) if finished and "comparison" in desk.asks else []
    if absent := [pair for pair in wanted if pair not in seen]:
        problem = f"{len(absent)} of {len(wanted)} pairs are missing, the first being {list(absent[0])}"
        raise _wrong("comparisons_incomplete", "comparisons", problem)


def _check_overlaps(judgement: Judgement, path: str) -> None:
    """DomainError spans_overlap naming the later of two spans of different types that share a character."""
    for index, mark in enumerate(judgement.spans):
        for other in judgement.spans[:index]:
            if mark.type != other.type and overlaps(mark.span, other.span):
                problem = f"overlaps the {other.type!r} at {other.start}..{other.end}; here a place has one type"
                raise _wrong("spans_overlap", f"{path}.spans.{index}", problem)


def _check_correction(judgement: Judgement, desk: Desk, text: str, path: str, *, required: bool) -> None:
    """A corrected text differs. Where marks are asked for too, it goes together with them, and may be required."""
    corrected, marked = judgement.corrected_text, bool(judgement.spans or judgement.missing)
    if corrected is None:
        if marked and required and "correction" in desk.asks:
            raise _wrong("correction_required", path, "is missing; this project asks for one where errors are marked")
    elif "correction" not in desk.asks:
        raise _wrong("not_asked", path, "is given, but no corrections are asked for")
    elif "marks" in desk.asks and not marked:
        raise _wrong("correction_without_marks", path, "is given, but no error is marked that it would correct")
    elif corrected == text:
        raise _wrong("correction_unchanged", path, "is the response as it was, although it is given as a correction")


def _wrong(code: str, path: str, problem: str) -> DomainError:
    return DomainError(code, f"{path}: {problem}", {path: problem})
