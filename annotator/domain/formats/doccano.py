"""doccano's JSON lines (MIT, github.com/doccano/doccano): one text per line with `label` as [start, end, label].

A judged response is one line; what doccano spreads into a line as meta says which record it is of. `entities` with
`start_offset` are read as well. There is no quote: offsets count what the importer is told (Options.offsets).
"""

from typing import Any

from annotator.domain.formats.shapes import OURS, Options, Shape, blank, judgement, response, span, wrong
from annotator.domain.records import Json

KEY = "doccano"


def rows(record: Json) -> list[Json]:
    """One line per judged response, or one for the first response where none was judged."""
    texts = [each["text"] for each in record["responses"]]
    said = [(each["response"], each["spans"]) for each in record["judgements"]]
    return [
        {
            "text": texts[index],
            "label": [[mark["start"], mark["end"], mark["type"]] for mark in spans or ()],
            "prompt": record["example"]["prompt"],
            "record_id": record["record_id"],
            "response": index,
            **({} if said else {"judged": False}),
        }
        for index, spans in said or [(0, None)]
    ]


def record(lines: list[Json], options: Options) -> Json:
    """The record that these lines are of."""
    for line in lines:
        if not isinstance(line.get("text"), str):
            raise wrong("text", f"is {line.get('text')!r}; each line needs the text that its offsets count in")
    prompt = lines[0].get("prompt")
    texts = [line["text"] for line in lines]
    made = blank(KEY, lines, prompt if isinstance(prompt, str) and prompt else texts[0] or "-", texts, {})
    numbers = [line.get("response", 0) for line in lines]
    if numbers != list(range(len(lines))) and all(type(number) is int and 0 <= number < 1000 for number in numbers):
        known = dict(zip(numbers, texts, strict=True))
        made["responses"] = [response(known.get(index, "")) for index in range(max(numbers) + 1)]
    else:
        numbers = list(range(len(lines)))
    if isinstance(lines[0].get("record_id"), str):
        made["record_id"] = lines[0]["record_id"]
    for number, line in zip(numbers, lines, strict=True):
        if line.get("judged") is not False:
            marks = [span(line["text"], *place, options) for place in _labels(line)]
            made["judgements"].append({**judgement(number), "spans": marks})
    return made


def _labels(line: Json) -> list[tuple[Any, Any, Any]]:
    if "entities" in line:
        entities = line["entities"]
        if not isinstance(entities, list) or not all(isinstance(each, dict) for each in entities):
            raise wrong("entities", "is no list of {label, start_offset, end_offset}")
        return [(each.get("start_offset"), each.get("end_offset"), each.get("label")) for each in entities]
    labels = line.get("label", line.get("labels", []))
    if not isinstance(labels, list) or not all(isinstance(each, list) and len(each) == 3 for each in labels):
        raise wrong("label", f"is {labels!r:.100}, no list of [start, end, label]")
    return [tuple(each) for each in labels]


def _group(line: Json) -> str | None:
    return line.get("record_id")


def _put(line: Json, ours: Any) -> None:
    line[OURS] = ours


SHAPE = Shape(KEY, rows, record, _group, _put, lambda line: line.pop(OURS, None))
