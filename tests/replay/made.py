"""A few judgements in qa-feedback form, made so that each way of the page to say something is needed."""

import json
from typing import Any

PASSAGES = [
    ["Oru", "Oru is a small planet.", "It has one moon, which is called Sel.", "Nobody lives there."],
    ["Rings of Oru", "The ring of Oru is of dust, not of ice.", "It was seen first in 1871."],
]
BEST_FIRST = [1, 1, 1, 1, 1, 1]
ALL_EQUAL = [0] * 6
AROUND = [1, 2, 1, 1, 0, 1]  # 1 over 2, 2 over 3, 3 over 1
ICE = "Oru has two moons. It has two moons, and a ring of ice, which people saw in 1871. They saw it from afar."


def items() -> list[dict[str, Any]]:
    return [
        _item("whole sentences, a clause, and two sentences in one", ICE, [
            _error("Irrelevant", ICE, "They saw it from afar."),
            _error("Irrelevant", ICE, "It has two moons, and a ring of ice,"),
        ], "Oru has one moon.", BEST_FIRST),
        _item("earlier words and sentences of passages", ICE, [
            _error("Redundant", ICE, "It has two moons", explanation="two moons"),
            _error("Wrong-Grounding", ICE, "ice", explanation=_evidence(2, [1])),
            _error("Unverifiable", ICE, "people saw"),
            _error("Wrong-Grounding", ICE, "They saw it from afar.", explanation=_evidence(2, [0, 2])),
        ], "Oru has one moon. 🌑", [0, 1, 1, 1, 1, 0]),
        _item("parts of words and of clusters", "Two mooncakes 👩‍👩‍👧👩‍👩‍👧 in cafe\u0301s, naïve 🇩🇪🇫🇷 ones.", [
            {"error type": "Incoherent", "start": 4, "end": 8, "explanation": ""},
            {"error type": "Redundant", "start": 19, "end": 24, "explanation": "cakes"},
        ], "Two.", [2, 2, 0, 0, 2, 2]),
        _item("what is missing", "It is a planet.", [], "It is a planet with one moon.", AROUND, [
            {"error type": "Missing-Answer", "passage_id": 1, "sentence_id": [2]},
            {"error type": "Missing-Major-Auxiliary", "passage_id": 2, "sentence_id": [0, 1]},
            {"error type": "Missing-Minor-Auxiliary", "passage_id": 1, "sentence_id": [3]},
        ]),
        _item("nothing is wrong", "It has one moon.", [], "It has one moon.", ALL_EQUAL),
        _item("nothing is wrong, and the others differ", "It has 1 moon.", [], "It has 1 moon.", AROUND),
        _item("nothing is left", "Moons, moons!", [_error("Incoherent", "Moons, moons!", "Moons, moons!")], "", []),
    ]


def data() -> bytes:
    return json.dumps(items()).encode()


def _error(kind: str, text: str, quote: str, explanation: str = "") -> dict[str, Any]:
    start = text.index(quote)
    return {"error type": kind, "start": start, "end": start + len(quote), "explanation": explanation}


def _evidence(passage: int, sentences: list[int]) -> str:
    return json.dumps({"passage_id": passage, "sentence_id": sentences})


def _item(
    question: str, text: str, errors: list[Any], corrected: str, preference: list[int], missing: list[Any] | None = None
) -> dict[str, Any]:
    others = ["One.", "Oru has one moon. It has a ring.", "I do not know."] if preference else []
    feedback = {"errors": errors, "missing-info": missing or [], "corrected-prediction": corrected}
    return {
        "question": f"How is it with {question}?",
        "passages": PASSAGES,
        "gold": "One.",
        **{f"prediction {number}": each for number, each in enumerate([text, *others], 1)},
        "feedback": feedback,
        "preference": preference,
    }
