"""Hypothesis strategies: texts that are hard to cut, and whole feedback records."""

from hypothesis import strategies as st

from annotator.domain.feedback import (
    ASKS,
    Annotator,
    Antecedent,
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

PIECES = [
    *("a", "Dr", "word", "The", "J", "1", ".", "?", "!", "...", ",", ";", " ", "  ", "\n", "\r\n", "\t", '"', ")", "["),
    *("é", "e\u0301", "😀", "👩\u200d👧", "مرحبا", "؟", "،", "東京", "。", "\u200b", "\u00a0"),
]
hard_texts = st.one_of(st.lists(st.sampled_from(PIECES), max_size=60).map("".join), st.text(max_size=40))
storable = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
texts = st.one_of(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.text(storable, max_size=20))
some_text = texts.filter(bool)

RESPONSE_TYPES = [kind.key for kind in PAPER_TAXONOMY.types() if kind.target == "response"]
PASSAGE_TYPES = [kind.key for kind in PAPER_TAXONOMY.types() if kind.target == "passages"]


@st.composite
def examples(draw: st.DrawFn) -> Example:
    passages = draw(st.lists(st.builds(Passage, texts, st.lists(texts, max_size=2).map(tuple)), max_size=2))
    return Example(
        id=draw(some_text),
        prompt=draw(some_text),
        question=draw(some_text),
        passages=tuple(passages),
        reference=draw(st.none() | texts),
        metadata=draw(st.dictionaries(texts.filter(lambda key: key != "split"), texts, max_size=1)),
        raw=draw(st.dictionaries(texts, st.none() | st.integers() | texts, max_size=1)),
    )


@st.composite
def ranges(draw: st.DrawFn, length: int) -> tuple[int, int]:
    start = draw(st.integers(0, length - 1))
    return start, draw(st.integers(start + 1, length))


def places(passages: tuple[Passage, ...]) -> st.SearchStrategy[tuple[Evidence, ...]]:
    every = [
        Evidence(number, sentence)
        for number, passage in enumerate(passages, 1)
        for sentence in range(len(passage.sentences) + 1)
    ]
    return st.lists(st.sampled_from(every), max_size=3).map(tuple) if every else st.just(())


@st.composite
def span_marks(draw: st.DrawFn, text: str, passages: tuple[Passage, ...]) -> SpanMark:
    start, end = draw(ranges(len(text)))
    earlier = None
    if start and draw(st.booleans()):
        first, last = draw(ranges(start))
        earlier = Antecedent(first, last, text[first:last])
    kind = draw(st.sampled_from(RESPONSE_TYPES))
    return SpanMark(start, end, text[start:end], kind, earlier, draw(places(passages)), draw(texts))


@st.composite
def judgements(draw: st.DrawFn, index: int, text: str, passages: tuple[Passage, ...]) -> Judgement:
    missing = st.builds(MissingMark, st.sampled_from(PASSAGE_TYPES), places(passages), texts)
    return Judgement(
        response=index,
        spans=tuple(draw(st.lists(span_marks(text, passages), max_size=3))) if text else (),
        missing=tuple(draw(st.lists(missing, max_size=2))),
        corrected_text=draw(st.none() | texts),
        answers=draw(st.dictionaries(texts, st.integers() | texts | st.lists(texts, max_size=2), max_size=2)),
    )


@st.composite
def comparisons(draw: st.DrawFn, first: int, second: int) -> Comparison:
    preferred = draw(st.sampled_from(["first", "second", "tie"]))
    strength = None if preferred == "tie" else draw(st.none() | st.integers(1, 3))
    return Comparison(first, second, preferred, strength)


@st.composite
def records(draw: st.DrawFn, min_judged: int = 0) -> FeedbackRecord:
    example = draw(examples())
    responses = tuple(draw(st.lists(st.builds(Response, texts, st.none() | texts), min_size=1, max_size=4)))
    judged = draw(st.sets(st.sampled_from(range(len(responses))), min_size=min_judged))
    pairs = [(first, second) for first in range(len(responses)) for second in range(first + 1, len(responses))]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    times = st.datetimes(timezones=st.timezones()).map(lambda time: time.isoformat())
    return FeedbackRecord(
        record_id=str(draw(st.uuids())),
        example=example,
        responses=responses,
        judgements=tuple(draw(judgements(index, responses[index].text, example.passages)) for index in judged),
        comparisons=tuple(draw(comparisons(first, second)) for first, second in chosen),
        display_order=draw(st.none() | st.permutations(range(len(responses))).map(tuple)),
        annotator=Annotator(draw(some_text), draw(st.floats(0, 10))),
        versions=Versions(draw(texts), draw(texts), draw(texts)),
        asks=tuple(draw(st.lists(st.sampled_from(ASKS), unique=True))),
        source=draw(st.sampled_from(["human", "simulated"])),
        started_at=draw(st.none() | times),
        submitted_at=draw(times),
        active_seconds=draw(st.none() | st.floats(0, 1e6)),
        raw=draw(st.dictionaries(texts, texts, max_size=1)),
    )
