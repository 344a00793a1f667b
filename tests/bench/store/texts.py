"""What the annotators of every system are given, and what they mark in it."""

from collections.abc import Iterator

WORDS = "the tower opened early in spring and many people came to see how tall it was that year".split()  # noqa: SIM905
SENTENCES = [f"{' '.join(WORDS[n:] + WORDS[:n]).capitalize()}." for n in range(7)]
RESPONSE = " ".join(SENTENCES)  # 126 words
PASSAGES = [{"title": f"Towers {n}", "sentences": SENTENCES[n : n + 5]} for n in range(3)]
MARKED = [(0, len("The tower opened")), (RESPONSE.index("many people"), RESPONSE.index(" came")), (200, 236)]
SPANS = len(MARKED)


def question(number: int) -> str:
    return f"How did people take to tower {number} when it opened?"


def examples(count: int) -> Iterator[dict]:
    """Lines of an import: example and response."""
    for number in range(count):
        example = {"id": f"e{number}", "prompt": question(number), "question": question(number)}
        yield {**example, "passages": PASSAGES, "responses": [{"text": RESPONSE}]}
