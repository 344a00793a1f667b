"""Argilla's records (Apache-2.0, github.com/argilla-io/argilla), as `Record.to_dict` has them: one per annotation.

Fields `prompt` and `response_1`, `response_2`, …; questions `marks_1` (spans), `missing_1` (labels), `corrected_1`
(text) of each, and `compared_1_2` (one label). A span has no quote: offsets count what the importer is told.
"""

from typing import Any

import orjson

from annotator.domain.formats.shapes import OURS, Options, Shape, blank, judgement, span, wrong
from annotator.domain.records import Json

KEY = "argilla"


def rows(record: Json) -> list[Json]:
    """One record with the answers of one user."""
    who = record["annotator"]["pseudonym"]
    answers: dict[str, Any] = {}
    for said in record["judgements"]:
        number = said["response"] + 1
        places = [{"label": mark["type"], "start": mark["start"], "end": mark["end"]} for mark in said["spans"]]
        answers[f"marks_{number}"] = places
        if said["missing"]:
            answers[f"missing_{number}"] = [mark["type"] for mark in said["missing"]]
        if said["corrected_text"] is not None:
            answers[f"corrected_{number}"] = said["corrected_text"]
    for pair in record["comparisons"]:
        answers[f"compared_{pair['first'] + 1}_{pair['second'] + 1}"] = pair["preferred"]
    texts = {f"response_{number}": each["text"] for number, each in enumerate(record["responses"], 1)}
    made: Json = {
        "id": record["record_id"],
        "fields": {"prompt": record["example"]["prompt"], **texts},
        "metadata": {"example": record["example"]["id"]},
        "vectors": {},
        "status": "completed",
        "suggestions": {},
        "responses": {name: [{"value": value, "user_id": who}] for name, value in answers.items()},
    }
    return [made]


def record(rows: list[Json], options: Options) -> Json:
    """The record of the row's one user."""
    row = rows[0]
    fields, responses = row.get("fields"), row.get("responses") or {}
    if not isinstance(fields, dict) or not isinstance(responses, dict):
        raise wrong("fields", "a record needs `fields` and `responses`, both objects")
    names = _names(fields)
    if not names:
        raise wrong("fields", f"holds no text: {', '.join(fields) or 'nothing'}")
    prompt = fields.get("prompt") if "prompt" not in names else None
    texts = [fields[name] for name in names]
    made = blank(KEY, rows, prompt if isinstance(prompt, str) and prompt else texts[0] or "-", texts, {})
    if isinstance(row.get("id"), str) and len(row["id"]) == 36:
        made["record_id"] = row["id"]
    metadata = row.get("metadata")
    if isinstance(metadata, dict) and isinstance(metadata.get("example"), str):
        made["example"]["id"] = metadata["example"]
    said: dict[int, Json] = {}
    for question, answers in responses.items():
        answer = answers[0] if isinstance(answers, list) and answers and isinstance(answers[0], dict) else {}
        if isinstance(answer.get("user_id"), str) and answer["user_id"]:
            made["annotator"]["pseudonym"] = answer["user_id"]
        _answer(question, answer.get("value"), texts, said, made["comparisons"], options)
    made["judgements"] = list(said.values())
    return made


def parted(row: Json) -> list[Json]:
    """The row once for each user that has answered."""
    responses = row.get("responses")
    if not isinstance(responses, dict):
        return [row]
    every = [each for answers in responses.values() if isinstance(answers, list) for each in answers]
    users = list(dict.fromkeys(str(each.get("user_id")) for each in every if isinstance(each, dict)))
    if len(users) <= 1:
        return [row]
    parts = []
    for user in users:
        own = {
            name: [each for each in answers if str(each.get("user_id")) == user]
            for name, answers in responses.items()
        }
        parts.append({**row, "responses": {name: answers for name, answers in own.items() if answers}})
    return parts


def _names(fields: Json) -> list[str]:
    names: list[str] = []
    while isinstance(fields.get(f"response_{len(names) + 1}"), str):
        names.append(f"response_{len(names) + 1}")
    texts = [name for name, value in fields.items() if isinstance(value, str)]
    return names or [name for name in ("response", "text", *texts) if name in texts][:1]


def _answer(
    question: str, value: Any, texts: list[str], said: dict[int, Json], pairs: list[Json], options: Options
) -> None:
    base, _, number = question.partition("_")
    if base == "compared":
        first, _, second = number.partition("_")
        if first.isdecimal() and second.isdecimal() and value in ("first", "second", "tie"):
            place = {"first": int(first) - 1, "second": int(second) - 1}
            pairs.append({**place, "preferred": value, "strength": None})
        return
    index = int(number) - 1 if number.isdecimal() and 0 < int(number) <= len(texts) else 0
    spans = isinstance(value, list) and all(isinstance(each, dict) and "start" in each for each in value)
    if base in ("missing", "corrected") or (spans and (value or base == "marks")):
        ours = said.setdefault(index, judgement(index))
        if base == "missing" and isinstance(value, list):
            types = [options.labels.get(str(label), str(label)) for label in value]
            ours["missing"] = [{"type": label, "evidence": [], "note": ""} for label in types]
        elif base == "corrected":
            ours["corrected_text"] = value if isinstance(value, str) else None
        else:
            marks = [(each["start"], each.get("end"), each.get("label")) for each in value]
            ours["spans"] = [span(texts[index], *mark, options) for mark in marks]


def _put(row: Json, ours: Any) -> None:
    # Argilla keeps single values as metadata, no objects.
    row["metadata"][OURS] = orjson.dumps(ours).decode()


def _take(row: Json) -> Any:
    metadata = row.get("metadata")
    if not isinstance(metadata, dict) or OURS not in metadata:
        return None
    row["metadata"] = {name: value for name, value in metadata.items() if name != OURS}
    try:
        return orjson.loads(metadata[OURS])
    except (TypeError, orjson.JSONDecodeError):
        return None


SHAPE = Shape(KEY, rows, record, lambda row: None, _put, _take, part=parted)
