"""Imports: a file of examples and annotations becomes rows, all of them or none."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import IO, Any

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
from annotator.domain.formats.files import at
from annotator.domain.formats.registry import FORMATS, Format
from annotator.domain.formats.shapes import OFFSETS, Offsets, Options
from annotator.domain.taxonomy import Taxonomy
from annotator.models import Project, User
from annotator.selectors.projects import desk_of, taxonomy_current, taxonomy_of
from annotator.services.audit import audited
from annotator.services.examples import NewExample, NewResponse
from annotator.services.import_rows import Entry, Importer

BATCH = 500
PREVIEWED = 500
SHOWN = 3


@transaction.atomic
def examples_import(
    *,
    project: Project,
    file: IO[bytes],
    format: str,
    labels: dict[str, str] | None = None,
    offsets: Offsets = OFFSETS[0],
    actor: User | None = None,
) -> dict[str, int]:
    """Store what the file holds; how many examples, annotations, spans, missing and comparisons that were.

    format: a key of domain.formats.registry. labels: the file's labels -> error types, where they are not the same.
    offsets: what the offsets of a format without quotes count. Annotations keep record id, pseudonym, source and
    times; their people become accounts that nobody can sign in to. DomainError with the line (or item, or row) for
    anything malformed, contradictory or there already; then nothing is stored. Locks the project against other imports,
    and the open slots of the examples it annotates.
    """
    project = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    taxonomy = taxonomy_of(taxonomy_current(project=project))
    options = _options(taxonomy, labels or {}, offsets)
    entries = _entries(FORMATS[format], file, options)
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
    detail = {"format": format, **counts}
    audited(actor=actor, action="examples.import", project=project, target="examples", detail=detail)
    return dict(counts)


def import_preview(
    *,
    project: Project,
    file: IO[bytes],
    format: str,
    labels: dict[str, str] | None = None,
    offsets: Offsets = OFFSETS[0],
) -> dict[str, Any]:
    """What an import would find in the beginning of the file, up to PREVIEWED entries; stores nothing.

    {"entries": how many were read, "shown": the first few as {"place", "prompt", "responses", "marks"}, "labels":
    [{"label", "count", "type": the error type that it is or is proposed to be, or None}], "problems": [{"place",
    "message"}]}. Reading goes on after a problem where the format lets it.
    """
    taxonomy = taxonomy_of(taxonomy_current(project=project))
    options = _options(taxonomy, labels or {}, offsets)
    known = {kind.key for kind in taxonomy.types()}
    found: Counter[str] = Counter()
    shown: list[dict[str, Any]] = []
    problems: list[dict[str, str]] = []
    form = FORMATS[format]
    count = 0
    try:
        for number, body in islice(form.read(file, options), PREVIEWED):
            count += 1
            try:
                with at(form.unit, number):
                    entry = _entry(body, number, form.unit)
            except DomainError as error:
                problems.append({"place": f"{form.unit} {number}", "message": error.message})
                continue
            found.update(_labels(entry.record))
            if len(shown) < SHOWN:
                shown.append(_shown(entry))
    except DomainError as error:
        problems.append({"place": next(iter(error.fields), ""), "message": error.message})
    return {
        "entries": count,
        "shown": shown,
        "labels": [
            {"label": label, "count": times, "type": label if label in known else proposed_type(label, taxonomy)}
            for label, times in found.most_common()
        ],
        "problems": problems,
    }


def proposed_type(label: str, taxonomy: Taxonomy) -> str | None:
    """The error type whose key or name is the label, but for case, spacing and punctuation."""
    known = {_letters(name): kind.key for kind in taxonomy.types() for name in (kind.name, kind.key)}
    return known.get(_letters(label))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _options(taxonomy: Taxonomy, labels: dict[str, str], offsets: Offsets) -> Options:
    known = [kind.key for kind in taxonomy.types()]
    for label, kind in labels.items():
        if kind not in known:
            problem = f"{label!r} is to become {kind!r}, which is none of {', '.join(known)}"
            raise DomainError("unknown_type", f"labels: {problem}", {"labels": problem})
    return Options({label: kind for label, kind in labels.items() if label != kind}, offsets)


def _entries(form: Format, file: IO[bytes], options: Options) -> Iterator[Entry]:
    rows = form.read(file, options)
    entries = (_located(body, number, form.unit) for number, body in rows)
    return entries if form.names_people else _told_apart(entries)


def _located(body: Any, number: int, unit: str) -> Entry:
    with at(unit, number):
        return _entry(body, number, unit)


def _entry(body: Any, number: int, unit: str) -> Entry:
    if isinstance(body, dict) and "record_version" in body:
        record = record_from_json(body)
        responses = [NewResponse(response.text, response.policy_version) for response in record.responses]
        return Entry(number, unit, NewExample(record.example, responses), record)
    example = example_from_json(body)
    responses = [NewResponse(response.text, response.policy_version) for response in responses_from_json(body)]
    return Entry(number, unit, NewExample(example, responses), None)


def _told_apart(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The format does not say who judged, but two judgements of one example are never the same person's."""
    times: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        record = entry.record
        if record:
            who = record.annotator.pseudonym
            times[record.example.id, who] += 1
            if (again := times[record.example.id, who]) > 1:
                record = replace(record, annotator=Annotator(f"{who}-{again}", record.annotator.weight))
        yield replace(entry, record=record)


def _labels(record: FeedbackRecord | None) -> list[str]:
    said = record.judgements if record else ()
    spans = [mark.type for each in said for mark in each.spans]
    return spans + [mark.type for each in said for mark in each.missing]


def _shown(entry: Entry) -> dict[str, Any]:
    said = entry.record.judgements if entry.record else ()
    return {
        "place": f"{entry.unit} {entry.number}",
        "prompt": entry.example.example.question,
        "responses": [response.text for response in entry.example.responses],
        "marks": [{"type": mark.type, "quote": mark.quote} for each in said for mark in each.spans],
    }


def _marks(record: FeedbackRecord) -> dict[str, int]:
    return {
        "annotations": 1,
        "spans": sum(len(judgement.spans) for judgement in record.judgements),
        "missing": sum(len(judgement.missing) for judgement in record.judgements),
        "comparisons": len(record.comparisons),
    }
