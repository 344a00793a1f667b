"""Preference pairs as TRL's trainers take them (Apache-2.0, huggingface.co/docs/trl/dataset_formats): explicit prompt,
`chosen` and `rejected`, as text or as messages. A tie prefers nothing and so is no pair.
"""

from collections import Counter
from typing import Any

from annotator.domain.formats.shapes import Options, Shape, blank, wrong
from annotator.domain.records import Json

KEY, CHAT = "preferences", "preferences-chat"


def rows(record: Json) -> list[Json]:
    """One row for each comparison that prefers a response."""
    texts = [each["text"] for each in record["responses"]]
    pairs = [
        (pair["first"], pair["second"]) if pair["preferred"] == "first" else (pair["second"], pair["first"])
        for pair in record["comparisons"]
        if pair["preferred"] != "tie"
    ]
    prompt = record["example"]["prompt"]
    return [{"prompt": prompt, "chosen": texts[chosen], "rejected": texts[rejected]} for chosen, rejected in pairs]


def chat_rows(record: Json) -> list[Json]:
    """The same as conversations of one question and one answer."""
    roles = {"prompt": "user", "chosen": "assistant", "rejected": "assistant"}
    return [
        {name: [{"role": role, "content": row[name]}] for name, role in roles.items()} for row in rows(record)
    ]


def record(rows: list[Json], options: Options) -> Json:
    """A record that compares two responses, of a row in either form."""
    texts = {name: _text(rows[0].get(name), name) for name in ("prompt", "chosen", "rejected")}
    made = blank(KEY, rows, texts["prompt"] or "-", [texts["chosen"], texts["rejected"]], {})
    made["comparisons"] = [{"first": 0, "second": 1, "preferred": "first", "strength": None}]
    made["asks"] = ["comparison"]
    return made


def losses(record: Json) -> Counter[str]:
    """What is said beside which response is preferred to which."""
    said, pairs = record["judgements"], record["comparisons"]
    compared = {side for pair in pairs if pair["preferred"] != "tie" for side in (pair["first"], pair["second"])}
    return +Counter(
        {
            "comparisons.tie": sum(pair["preferred"] == "tie" for pair in pairs),
            "comparisons.strength": sum(pair["strength"] is not None for pair in pairs),
            "responses": len(record["responses"]) - len(compared),
            "judgements.spans": sum(len(each["spans"]) for each in said),
            "judgements.missing": sum(len(each["missing"]) for each in said),
            "judgements.corrected_text": sum(each["corrected_text"] is not None for each in said),
            "judgements.answers": sum(len(each["answers"]) for each in said),
            "example.id": 1,
            "annotator": 1,
            "versions": 1,
        }
    )


def _text(value: Any, name: str) -> str:
    if isinstance(value, list) and value and isinstance(value[-1], dict):
        value = "\n\n".join(str(each.get("content")) for each in value if isinstance(each, dict))
    if not isinstance(value, str):
        raise wrong(name, f"is {value!r:.100}; give text, or a list of messages with role and content")
    return value


SHAPE = Shape(KEY, rows, record, lambda row: None, None, lambda row: None)
CHAT_SHAPE = Shape(CHAT, chat_rows, record, lambda row: None, None, lambda row: None)
