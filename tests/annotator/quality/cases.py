"""Small records to count on by hand, and random ones for oracles that count the slow way."""

from collections.abc import Sequence
from uuid import NAMESPACE_URL, UUID, uuid5

from hypothesis import strategies as st

from annotator.domain.feedback import (
    Annotator,
    Comparison,
    Evidence,
    Example,
    FeedbackRecord,
    Judgement,
    MissingMark,
    Passage,
    Response,
    SpanMark,
    Versions,
)
from annotator.domain.taxonomy import PAPER_TAXONOMY
from tests.domain.strategies import PASSAGE_TYPES, RESPONSE_TYPES

Place = tuple[int, int, str]
PASSAGES = (Passage("Bridge", ("It opened in 1932.", "It is long.")), Passage("Town", ("It is old.",)))
TAXONOMY = PAPER_TAXONOMY
VERSIONS = Versions("paper-1", "1", "1")


def record(
    annotator: str,
    text: str = "",
    spans: Sequence[Place] = (),
    missing: Sequence[tuple[str, Sequence[tuple[int, int]]]] = (),
    *,
    example: str = "e1",
    responses: Sequence[str] = (),
    signs: Sequence[tuple[int, int, str]] = (),
    **fields: object,
) -> FeedbackRecord:
    """One annotator's spans (start, end, type) and missing marks (type, [(passage, sentence)]) in the response `text`,
    the first of `responses`, and comparisons (first, second, preferred)."""
    judgement = Judgement(
        0,
        tuple(SpanMark(start, end, text[start:end], kind) for start, end, kind in spans),
        tuple(MissingMark(kind, tuple(Evidence(*place) for place in places)) for kind, places in missing),
    )
    body: dict[str, object] = {
        "record_id": str(uuid5(NAMESPACE_URL, f"{example} {annotator}")),
        "example": Example(example, "Q?", "Q?", PASSAGES),
        "responses": tuple(Response(each) for each in responses or [text]),
        "judgements": (judgement,),
        "comparisons": tuple(Comparison(first, second, side) for first, second, side in signs),  # type: ignore[arg-type]
        "annotator": Annotator(annotator),
        "versions": VERSIONS,
        "source": "simulated",
        "submitted_at": "2026-01-01T00:00:00+00:00",
    }
    return FeedbackRecord(**{**body, **fields})  # type: ignore[arg-type]


@st.composite
def many_records(draw: st.DrawFn, annotators: int = 4) -> list[FeedbackRecord]:
    """Up to five short texts, each judged by one to four people; marks may overlap, repeat and cover white space."""
    found = []
    for number in range(draw(st.integers(1, 5))):
        text = draw(
            st.lists(st.sampled_from(["a", "bc", "def", " ", "  ", "東", "."]), min_size=1, max_size=12).map("".join)
        )
        place = st.integers(0, len(text) - 1).flatmap(
            lambda start, text=text: st.tuples(st.just(start), st.integers(start + 1, len(text)))  # type: ignore[misc]
        )
        kinds = st.sampled_from(RESPONSE_TYPES[:3])
        for name in draw(st.sets(st.sampled_from("ABCD"[:annotators]), min_size=1)):
            spans = draw(st.lists(st.tuples(place, kinds).map(lambda item: (*item[0], item[1])), max_size=4))
            somewhere = st.lists(st.sampled_from([(1, 0), (1, 1), (1, 2), (2, 0), (2, 1)]), max_size=2)
            missing = draw(st.lists(st.tuples(st.sampled_from(PASSAGE_TYPES[:2]), somewhere), max_size=2))
            found.append(
                record(name, text, spans, missing, example=f"e{number // 2}", record_id=str(UUID(int=len(found))))
            )
    return found
