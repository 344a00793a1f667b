"""Label Studio's JSON (Apache-2.0, github.com/HumanSignal/label-studio): tasks with `data` and `annotations`.

Responses are `response_1`, `response_2`, … of the data; what is said of the first has names that end in `_1`. A span is
a region with one label, its explanation a textarea of the same region, its antecedent a second region and a relation.
Ties, which a pairwise result cannot say, are choices. A foreign task has no such names: what its regions quote is the
text that was judged.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from annotator.domain.formats.shapes import OURS, Options, Shape, blank, judgement, moment, span, wrong
from annotator.domain.records import Json

KEY = "label-studio"
PROMPTS = ("prompt", "question", "instruction", "input")
TEXTS = ("response", "text", "output", "answer", "completion")
REPEATS = "repeats"
PREFERRED = {"left": "first", "right": "second"}


def rows(record: Json) -> list[Json]:
    """A task with one annotation."""
    example = record["example"]
    names = {f"response_{number}": each["text"] for number, each in enumerate(record["responses"], 1)}
    results = [result for said in record["judgements"] for result in _results(said)]
    results += [_compared(pair) for pair in record["comparisons"]]
    annotation = {
        "unique_id": record["record_id"],
        "was_cancelled": False,
        "ground_truth": False,
        "lead_time": record["active_seconds"],
        "created_at": record["submitted_at"],
        "result": results,
    }
    data = {"id": example["id"], "prompt": example["prompt"], "question": example["question"], **names}
    return [{"data": data, "annotations": [annotation]}]


def record(tasks: list[Json], options: Options) -> Json:
    """The record of the task's one annotation."""
    task = tasks[0]
    data, annotations = task.get("data"), task.get("annotations")
    if not isinstance(data, dict) or not isinstance(annotations, list) or len(annotations) != 1:
        raise wrong("data", "a task needs `data`, an object, and its annotations one by one")
    annotation: Json = annotations[0]
    results = annotation.get("result")
    if not isinstance(results, list) or not all(isinstance(each, dict) for each in results):
        raise wrong("annotations.result", "is no list of results")
    names = _judged_names(data, results)
    made = blank(KEY, tasks, _prompt(data, names), [data[name] for name in names], {})
    for name in ("id", "question"):
        if isinstance(data.get(name), str) and data[name]:
            made["example"][name] = data[name]
    if isinstance(annotation.get("unique_id"), str):
        made["record_id"] = annotation["unique_id"]
    if isinstance(who := annotation.get("completed_by"), int | str):
        made["annotator"]["pseudonym"] = f"{KEY}-{who}"
    seconds = annotation.get("lead_time")
    if isinstance(seconds, int | float) and seconds >= 0:
        made["active_seconds"] = float(seconds)
    made["submitted_at"] = moment(annotation.get("created_at"))
    made["judgements"] = _judgements(names, data, results, options)
    made["comparisons"] = [pair for result in results if (pair := _pair(result))]
    return made


def grouped(tasks: Iterable[Json]) -> Iterator[Json]:
    """Neighbouring tasks about the same data as one task with all their annotations."""
    last: Json | None = None
    for task in tasks:
        ours = task["data"].pop(OURS, None)
        same = last is not None and {**last["data"], OURS: None} == {**task["data"], OURS: None}
        if last is not None and not same:
            yield last
        if last is None or not same:
            last = task
        else:
            last["annotations"] += task["annotations"]
        if ours:
            last["data"][OURS] = {**last["data"].get(OURS, {}), **ours}
    if last is not None:
        yield last


def parted(task: Json) -> list[Json]:
    """The task once for each of its annotations."""
    if not isinstance(task.get("annotations"), list) or not isinstance(task.get("data"), dict):
        return [task]
    ours = task["data"].get(OURS) or {}
    rest = {name: value for name, value in task["data"].items() if name != OURS}
    made = []
    for each in task["annotations"]:
        own = ours.get(each.get("unique_id")) if isinstance(each, dict) else None
        data = {**rest, OURS: {each["unique_id"]: own}} if own else rest
        made.append({**task, "data": data, "annotations": [each]})
    return made


def _results(said: Json) -> list[Json]:
    number = said["response"] + 1
    to = f"response_{number}"
    made: list[Json] = []

    def add(kind: str, name: str, value: Json, key: str) -> None:
        made.append({"id": key, "from_name": f"{name}_{number}", "to_name": to, "type": kind, "value": value})

    for index, mark in enumerate(said["spans"]):
        key = f"span-{number}-{index}"
        place = {"start": mark["start"], "end": mark["end"]}
        add("labels", "marks", {**place, "text": mark["quote"], "labels": [mark["type"]]}, key)
        if mark["explanation"]:
            add("textarea", "why", {**place, "text": [mark["explanation"]]}, key)
        if earlier := mark["antecedent"]:
            place = {"start": earlier["start"], "end": earlier["end"], "text": earlier["quote"]}
            add("labels", "earlier", {**place, "labels": [REPEATS]}, f"{key}-earlier")
            link = {"type": "relation", "from_id": key, "to_id": f"{key}-earlier"}
            made.append({**link, "direction": "right", "labels": [REPEATS]})
    for index, mark in enumerate(said["missing"]):
        add("choices", "missing", {"choices": [mark["type"]]}, f"missing-{number}-{index}")
    if said["corrected_text"] is not None:
        add("textarea", "corrected", {"text": [said["corrected_text"]]}, f"corrected-{number}")
    if not made:
        add("choices", "found", {"choices": ["nothing"]}, f"found-{number}")
    return made


def _compared(pair: Json) -> Json:
    key = f"compared_{pair['first'] + 1}_{pair['second'] + 1}"
    base = {"id": key, "from_name": key, "to_name": f"response_{pair['first'] + 1}"}
    if pair["preferred"] == "tie":
        return {**base, "type": "choices", "value": {"choices": ["tie"]}}
    selected = "left" if pair["preferred"] == "first" else "right"
    return {**base, "type": "pairwise", "value": {"selected": selected}}


def _pair(result: Json) -> Json | None:
    parts = str(result.get("from_name")).split("_")
    if parts[0] != "compared" or len(parts) != 3 or not (parts[1].isdecimal() and parts[2].isdecimal()):
        return None
    said = _value(result).get("selected")
    preferred = PREFERRED.get(str(said), "tie")
    return {"first": int(parts[1]) - 1, "second": int(parts[2]) - 1, "preferred": preferred, "strength": None}


def _value(result: Json) -> Json:
    value = result.get("value")
    return value if isinstance(value, dict) else {}


def _judged_names(data: Json, results: list[Json]) -> list[str]:
    """Names of the data that hold responses."""
    names: list[str] = []
    while isinstance(data.get(f"response_{len(names) + 1}"), str):
        names.append(f"response_{len(names) + 1}")
    if names:
        return names
    texts = [name for name, value in data.items() if isinstance(value, str)]
    quotes = [_value(each).get("text") for each in results if each.get("type") == "labels"]
    for name in [*(str(each.get("to_name")) for each in results), *TEXTS, *texts]:
        if name in texts and all(not isinstance(quote, str) or quote in data[name] for quote in quotes):
            return [name]
    raise wrong("data", f"holds no text that its regions quote; it has {', '.join(map(str, data)) or 'nothing'}")


def _prompt(data: Json, names: list[str]) -> str:
    given = [data[name] for name in PROMPTS if name not in names and isinstance(data.get(name), str) and data[name]]
    return given[0] if given else data[names[0]] or "-"


def _judgements(names: list[str], data: Json, results: list[Json], options: Options) -> list[Json]:
    said: dict[int, Json] = {}
    marks: dict[Any, Json] = {}
    for result in results:
        value, kind, base = _value(result), result.get("type"), str(result.get("from_name")).rpartition("_")[0]
        index = names.index(result["to_name"]) if result.get("to_name") in names else 0
        text = data[names[index]]
        ours = said.get(index) or judgement(index)
        if kind == "labels" and base != "earlier":
            for label in value.get("labels") or ():
                mark = span(text, value.get("start"), value.get("end"), label, options, value.get("text"))
                marks[result.get("id")] = mark
                ours["spans"].append(mark)
        elif kind == "labels":
            place = span(text, value.get("start"), value.get("end"), REPEATS, options, value.get("text"))
            marks[result.get("id")] = {name: place[name] for name in ("start", "end", "quote")}
        elif kind == "textarea" and base == "why" and result.get("id") in marks:
            marks[result["id"]]["explanation"] = _first(value.get("text"))
        elif kind == "textarea" and base == "corrected":
            ours["corrected_text"] = _first(value.get("text"))
        elif kind == "choices" and base == "missing":
            types = [options.labels.get(label, label) for label in value.get("choices") or ()]
            ours["missing"] += [{"type": label, "evidence": [], "note": ""} for label in types]
        elif kind == "relation" and {result.get("from_id"), result.get("to_id")} <= set(marks):
            marks[result["from_id"]]["antecedent"] = marks[result["to_id"]]
            continue
        elif not (kind == "choices" and base == "found"):
            continue
        said[index] = ours
    return list(said.values())


def _first(value: Any) -> str:
    found = value[0] if isinstance(value, list) and value else value
    return found if isinstance(found, str) else ""


def _put(task: Json, ours: Any) -> None:
    task["data"][OURS] = {task["annotations"][0]["unique_id"]: ours}


def _take(task: Json) -> Any:
    data, annotations = task.get("data"), task.get("annotations")
    if not isinstance(data, dict) or OURS not in data or not isinstance(annotations, list):
        return None
    task["data"] = {name: value for name, value in data.items() if name != OURS}
    ours = data[OURS]
    return ours.get(annotations[0].get("unique_id")) if isinstance(ours, dict) else None


SHAPE = Shape(KEY, rows, record, lambda task: None, _put, _take, grouped, parted)
