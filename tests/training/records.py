"""Feedback made up for the tests: an answer names a city's colour, and errors are words that are easy to tell."""

from annotator.domain.prompts import Passage, format_prompt
from annotator.domain.records import (
    Annotator,
    Comparison,
    Evidence,
    Example,
    FeedbackRecord,
    Judgement,
    MissingMark,
    Response,
    SpanMark,
    Versions,
)

PASSAGES = (
    Passage(
        "City",
        (
            "The old harbour city of Tarn has blue walls around it.",
            "Every spring its people paint each gate in bright yellow.",
            "A narrow river brings timber down from the northern hills.",
        ),
    ),
)
GOOD = "The walls of Tarn are blue, as every visitor can see from afar."
OFF_TOPIC = "By the way my neighbour keeps seven very noisy ducks."
FALSE = "The walls of Tarn were made of cheese."


def make_record(number: str, question: str, split: str | None = None, flawed: bool = True) -> FeedbackRecord:
    """Four responses, of which the first is judged: half of the records are flawed in it, the others clean."""
    texts = (f"{GOOD} {OFF_TOPIC} {FALSE}" if flawed else f"{GOOD} {GOOD}", GOOD, f"{GOOD} {FALSE}", OFF_TOPIC)
    spans = tuple(
        SpanMark(texts[0].index(quote), texts[0].index(quote) + len(quote), quote, kind, evidence=evidence)
        for quote, kind, evidence in [
            (OFF_TOPIC, "irrelevant", ()),
            (FALSE, "inconsistent_fact", (Evidence(1, 1),)),
        ]
        if flawed
    )
    missing = (MissingMark("missing_answer", (Evidence(1, 2),)),) if flawed else ()
    return FeedbackRecord(
        record_id=f"00000000-0000-4000-8000-{int(number):012d}",
        example=Example(
            id=number,
            prompt=format_prompt(question, PASSAGES),
            question=question,
            passages=PASSAGES,
            reference=f"{GOOD} {PASSAGES[0].sentences[1]}",
            metadata={"split": split} if split else {},
        ),
        responses=tuple(Response(text) for text in texts),
        judgements=(
            Judgement(0, spans, missing, f"{PASSAGES[0].sentences[0]} {PASSAGES[0].sentences[1]}"),
            Judgement(1),
        ),
        comparisons=(Comparison(0, 1, "second"), Comparison(1, 3, "first"), Comparison(2, 3, "tie")),
        annotator=Annotator("amber"),
        versions=Versions("paper-1", "1", "1"),
        source="simulated",
        submitted_at="2025-05-01T12:00:00+00:00",
    )


def make_records(count: int = 24) -> list[FeedbackRecord]:
    """Every other one flawed; of each eight the seventh is in dev and the eighth in test."""
    sides = ["train"] * 6 + ["dev", "test"]
    return [
        make_record(str(n), f"What colour is wall {n}?", sides[n % 8], flawed=n % 2 == 1 - n // 8 % 2)
        for n in range(count)
    ]
