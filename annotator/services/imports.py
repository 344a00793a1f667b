"""Imports: a file of examples and annotations becomes rows, all of them or none."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import IO, Any

import orjson
from django.db import transaction

from annotator.domain.errors import DomainError
from annotator.domain.feedback import (
    Annotator,
    FeedbackRecord,
    check_record,
    example_from_json,
    record_from_json,
    responses_from_json,
)
from annotator.domain.formats.qa_feedback import items_to_records
from annotator.models import Project
from annotator.selectors.projects import desk_of, taxonomy_current, taxonomy_of
from annotator.services.examples import NewExample, NewResponse
from annotator.services.import_rows import Entry, Importer
from annotator.services.json_lines import at, json_lines

FORMATS = ("qa-feedback", "jsonl")
BATCH = 500


@transaction.atomic
def examples_import(*, project: Project, file: IO[bytes], format: str) -> dict[str, int]:
    """Store what the file holds; how many examples, annotations, spans, missing and comparisons that were.

    "jsonl" takes feedback records and examples with responses, line by line and mixed; "qa-feedback" the published
    JSON. Annotations keep record id, pseudonym, source and times; their people become accounts that nobody can sign
    in to. DomainError with the line (or the item) for anything malformed, contradictory or there already; then
    nothing is stored. Locks the project against other imports, and the open slots of the examples it annotates.
    """
    project = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    entries = _qa_feedback(file) if format == "qa-feedback" else _jsonl(file)
    taxonomy = taxonomy_of(taxonomy_current(project=project))
    needs = desk_of(project).needs == "required"
    importer = Importer(project)
    counts: Counter[str] = Counter(examples=0, annotations=0, spans=0, missing=0, comparisons=0)
    while batch := list(islice(entries, BATCH)):
        for entry in batch:
            if entry.record:
                with entry.place():
                    check_record(entry.record, taxonomy, needs=needs)
                counts.update(_marks(entry.record))
        counts.update(importer.add(batch))
    if not counts["examples"] + counts["annotations"]:
        raise DomainError("empty_file", "The file holds nothing to import.")
    return dict(counts)


def _jsonl(file: IO[bytes]) -> Iterator[Entry]:
    for number, body in json_lines(file):
        with at("line", number):
            yield _entry(body, number)


def _entry(body: Any, number: int) -> Entry:
    if isinstance(body, dict) and "record_version" in body:
        return _record_entry(record_from_json(body), number, "line")
    example = example_from_json(body)
    responses = [NewResponse(response.text, response.policy_version) for response in responses_from_json(body)]
    return Entry(number, "line", NewExample(example, responses), None)


def _qa_feedback(file: IO[bytes]) -> Iterator[Entry]:
    try:
        items = orjson.loads(file.read())
    except orjson.JSONDecodeError as error:
        raise DomainError("invalid_json", f"line {error.lineno}: the file is not JSON: {error}") from error
    for index, record in enumerate(_told_apart(items_to_records(items))):
        yield _record_entry(record, index, "item")


def _told_apart(records: Iterable[FeedbackRecord]) -> Iterator[FeedbackRecord]:
    """The format does not say who judged, but two judgements of one example are never the same person's."""
    times: Counter[str] = Counter()
    for record in records:
        times[record.example.id] += 1
        again = times[record.example.id]
        who = record.annotator.pseudonym if again == 1 else f"{record.annotator.pseudonym}-{again}"
        yield replace(record, annotator=Annotator(who, record.annotator.weight))


def _record_entry(record: FeedbackRecord, number: int, unit: str) -> Entry:
    responses = [NewResponse(response.text, response.policy_version) for response in record.responses]
    return Entry(number, unit, NewExample(record.example, responses), record)


def _marks(record: FeedbackRecord) -> dict[str, int]:
    return {
        "annotations": 1,
        "spans": sum(len(judgement.spans) for judgement in record.judgements),
        "missing": sum(len(judgement.missing) for judgement in record.judgements),
        "comparisons": len(record.comparisons),
    }
