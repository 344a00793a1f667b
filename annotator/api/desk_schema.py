"""The shapes of the desk's settings, as the OpenAPI schema tells them to the frontend."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotator.domain.records import ASKS


@extend_schema_field(
    {
        "oneOf": [
            {
                "type": "object",
                "properties": {"marked": {"type": "array", "items": {"type": "string"}}},
                "required": ["marked"],
                "additionalProperties": False,
            },
            {
                "type": "object",
                "properties": {"clean": {"type": "boolean"}},
                "required": ["clean"],
                "additionalProperties": False,
            },
            {
                "type": "object",
                "properties": {
                    "answer": {"type": "string"},
                    "is": {"type": "array", "items": {"oneOf": [{"type": "integer"}, {"type": "string"}]}},
                },
                "required": ["answer", "is"],
                "additionalProperties": False,
            },
            {"type": "null"},
        ],
        "description": "When the question is asked: if one of these types is marked; if nothing (false: something) is "
        "marked; if an earlier question has one of these answers.",
    }
)
class WhenField(serializers.JSONField):
    pass


class QuestionSerializer(serializers.Serializer[Any]):
    """A question about a response, or to a person."""

    class OptionSerializer(serializers.Serializer[Any]):
        key = serializers.CharField()
        name = serializers.CharField()

    key = serializers.CharField()
    text = serializers.CharField()
    kind = serializers.ChoiceField(choices=["rating", "choice", "text"])
    required = serializers.BooleanField()  # type: ignore[assignment]
    points = serializers.IntegerField(help_text="A rating goes from 1 to this.")
    low = serializers.CharField(help_text="What the least rating means.")
    high = serializers.CharField(help_text="What the greatest rating means.")
    options = OptionSerializer(many=True, help_text="Of a choice.")
    multiple = serializers.BooleanField(help_text="Whether more than one option may be chosen.")
    when = WhenField()


class TaskSerializer(serializers.Serializer[Any]):
    """What annotators are asked for, and how."""

    asks = serializers.ListField(child=serializers.ChoiceField(choices=ASKS))
    comparison = serializers.ChoiceField(choices=["board", "pairs", "either"])
    needs = serializers.ChoiceField(
        choices=["required", "optional"], help_text="Whether marks must have what their type needs."
    )
    overlap = serializers.ChoiceField(
        choices=["allow", "warn", "forbid"], help_text="Of overlapping spans of different types."
    )
    propose_spans = serializers.BooleanField(help_text="Propose a span from an edit of the correction.")
    propose_edits = serializers.BooleanField(help_text="Propose an edit of the correction from a span.")
    questions = QuestionSerializer(many=True)


class PaySerializer(serializers.Serializer[Any]):
    currency = serializers.CharField(help_text="ISO 4217.")
    per_text = serializers.FloatField()


class DocumentSerializer(serializers.Serializer[Any]):
    """A text in one of its versions."""

    version = serializers.CharField()
    body = serializers.CharField()


class DeskSerializer(TaskSerializer):
    """All settings of a project's desk."""

    class QualificationSerializer(serializers.Serializer[Any]):
        span_f1 = serializers.FloatField()
        type_accuracy = serializers.FloatField()
        missing_f1 = serializers.FloatField()
        attempts = serializers.IntegerField()

    class GoldRuleSerializer(serializers.Serializer[Any]):
        first = serializers.IntegerField(help_text="How many of a person's texts `first_rate` is about.")
        first_rate = serializers.FloatField(help_text="The share of texts whose answer is known.")
        rate = serializers.FloatField(help_text="The same, of all later texts.")
        least = serializers.IntegerField(help_text="After how many such texts somebody's work may be paused.")
        share = serializers.FloatField(help_text="What share of them people are to get right.")

    consent = DocumentSerializer(allow_null=True)
    survey = QuestionSerializer(many=True, help_text="What people are asked about themselves, once.")
    content_warning = serializers.CharField()
    pay = PaySerializer(allow_null=True)
    qualification = QualificationSerializer()
    gold = GoldRuleSerializer()
