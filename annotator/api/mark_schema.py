"""The shapes of passages, and of judgements on their way in. Whether these fit the texts is the services' business."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


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
