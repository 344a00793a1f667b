"""The shapes of passages, and of judgements on their way in. Whether these fit the texts is the services' business.

What annotators submit is checked against domain/submission.schema.json and not by serializers, which take a hundred
times as long.
"""

from collections.abc import Iterator
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotator.domain.schemas import check_part, schema_parts

SCHEMA = "submission"


class ExactCharField(serializers.CharField):
    """Text as it was sent: no stripping, empty allowed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"trim_whitespace": False, "allow_blank": True, **kwargs})


@extend_schema_field(
    {"oneOf": [{"type": "integer"}, {"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
)
class AnswerField(serializers.Field[Any, Any, Any, Any]):
    default_error_messages = {"invalid": "An answer is a whole number, a text or a list of texts."}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, list):
            known = all(isinstance(each, str) for each in data)
        else:
            known = isinstance(data, int | str) and not isinstance(data, bool)
        if not known:
            self.fail("invalid")
        return data


class PassageSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    sentences = serializers.ListField(child=serializers.CharField())


class PlaceSerializer(serializers.Serializer[Any]):
    start = serializers.IntegerField(min_value=0, help_text="Code points from the start of the response.")
    end = serializers.IntegerField(min_value=1, help_text="The first code point that is not part of it.")
    quote = ExactCharField(help_text="The response's text there, exactly.")


class EvidenceSerializer(serializers.Serializer[Any]):
    passage = serializers.IntegerField(min_value=1)
    sentence = serializers.IntegerField(min_value=0, help_text="0 is the title.")


class SpanSerializer(PlaceSerializer):
    type = serializers.CharField()
    antecedent = PlaceSerializer(allow_null=True, default=None)
    evidence = EvidenceSerializer(many=True, default=list)
    explanation = ExactCharField(default="")


class MissingSerializer(serializers.Serializer[Any]):
    type = serializers.CharField()
    evidence = EvidenceSerializer(many=True, default=list)
    note = ExactCharField(default="")


class JudgementSerializer(serializers.Serializer[Any]):
    response = serializers.IntegerField(min_value=0)
    text_sha256 = serializers.CharField(help_text="Of the response as it was shown.")
    spans = SpanSerializer(many=True)
    missing = MissingSerializer(many=True)
    corrected_text = ExactCharField(allow_null=True, default=None)
    answers = serializers.DictField(
        child=AnswerField(),
        default=dict,
        help_text="By key of the desk's questions that apply: a rating, the key of an option, keys of options where "
        "several may be chosen, or text. What is not answered is left out.",
    )


class ComparisonSerializer(serializers.Serializer[Any]):
    first = serializers.IntegerField(min_value=0)
    second = serializers.IntegerField(min_value=0)
    preferred = serializers.ChoiceField(choices=["first", "second", "tie"])
    strength = serializers.IntegerField(
        min_value=1, max_value=3, allow_null=True, default=None, help_text="By how much; null on a tie."
    )


def checked(body: Any, part: str) -> Any:
    """The body, if it is what this part of the schema says; DomainError invalid_input naming what is wrong."""
    check_part(body, SCHEMA, part, "invalid_input")
    return body


def body_of(part: str) -> dict[str, Any]:
    """For extend_schema's `request`: the body is this part of the schema."""
    return {"application/json": {"$ref": _component(part)}}


def components() -> Iterator[tuple[str, Any]]:
    """The schema's parts by their names in the OpenAPI schema."""
    for part, schema in schema_parts(SCHEMA).items():
        yield _name(part), _pointed(schema)


def _name(part: str) -> str:
    return f"{part.title()}Request"


def _component(part: str) -> str:
    return f"#/components/schemas/{_name(part)}"


def _pointed(value: Any) -> Any:
    """The same with references to $defs as references to components."""
    if isinstance(value, list):
        return [_pointed(item) for item in value]
    if not isinstance(value, dict):
        return value
    if isinstance(reference := value.get("$ref"), str):
        return {"$ref": _component(reference.removeprefix("#/$defs/"))}
    return {key: _pointed(item) for key, item in value.items()}
