"""Rows by COPY: what they say is what was given, and the database refuses what it refuses of an INSERT."""

import math

import pytest
from django.db import DataError, IntegrityError, transaction

from annotator.domain.feedback import Example as ExampleData
from annotator.models import Example, Project, Response, Slot
from annotator.services.copied_rows import keys_reserve
from annotator.services.examples import NewExample, NewResponse, examples_insert

TEXTS = ["", "\\N", "\\.", "\\", "a\tb\nc\rd\r\ne\\tf", "\x01\x7f\x85\u2028🌕", "'\";--", "\n", "{}"]

pytestmark = pytest.mark.django_db


def new(identity: str, text: str = "t", reference: str | None = None) -> NewExample:
    data = ExampleData(identity, prompt=text, question=text, reference=reference, metadata={text: [text, 1.0, None]})
    return NewExample(data, [NewResponse(text, reference, {"tokens": [text]}), NewResponse(text)], 0.25)


def test_every_text_is_kept_and_none_is_none(project: Project) -> None:
    items = [new(str(number), text, text) for number, text in enumerate(TEXTS)] + [new("none")]
    keys = examples_insert(project=project, items=items)
    for key, item in zip(keys, items, strict=True):
        row, data = Example.objects.get(pk=key), item.example
        assert (row.external_id, row.prompt, row.question, row.reference) == (
            data.id,
            data.prompt,
            data.prompt,
            data.reference,
        )
        assert (row.metadata, row.raw, row.passages, row.uncertainty) == (data.metadata, {}, [], 0.25)
        stored = [(each.text, each.policy_version, each.rewards) for each in row.responses.all()]
        assert stored == [(each.text, each.policy_version, each.rewards) for each in item.responses]
    assert keys == sorted(keys)
    assert Slot.objects.filter(example__in=keys).count() == len(keys) * project.overlap


def test_what_breaks_a_constraint_is_refused_whole(project: Project) -> None:
    examples_insert(project=project, items=[new("a")])
    with pytest.raises(IntegrityError, match="example_external_id_once"), transaction.atomic():
        examples_insert(project=project, items=[new("b"), new("a")])
    assert list(Example.objects.values_list("external_id", flat=True)) == ["a"]
    assert Response.objects.count() == 2


def test_a_reward_that_is_no_number_is_refused(project: Project) -> None:
    item = NewExample(ExampleData("a", "p", "q"), [NewResponse("t", None, {"rewards": [math.nan]})])
    with pytest.raises(DataError):
        examples_insert(project=project, items=[item])


def test_reserved_keys_are_nobody_elses(project: Project) -> None:
    reserved = keys_reserve(Example, 3)
    (key,) = examples_insert(project=project, items=[new("a")])
    assert reserved == sorted({*reserved} - {key})
    assert keys_reserve(Example, 0) == []
